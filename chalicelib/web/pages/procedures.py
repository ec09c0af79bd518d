"""The governments' procedures for everybody to see, and where a complaint stands in its own."""

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.documents.flowchart import flowchart
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.domain.procedure.model import Procedure
from chalicelib.domain.values.errors import Refusal
from chalicelib.web.pages.complaint import read, ticket_of
from chalicelib.web.pages.rendering import Call, html, page, see

if TYPE_CHECKING:
    from markupsafe import Markup

routes = Blueprint(__name__)


@page(routes, "/prosedur")
def every_procedure(call: Call) -> Response:
    """Every procedure on file."""
    known = [load_procedure(name) for name in list_procedure_ids()]
    return html(call, "procedures.html", procedures=known)


@page(routes, "/prosedur/{procedure_id}")
def one_procedure(call: Call, procedure_id: str) -> Response:
    """One procedure as its flowchart."""
    if procedure_id not in list_procedure_ids():
        raise Refusal("unknown_procedure")
    procedure = load_procedure(procedure_id)
    return html(
        call,
        "flowchart.html",
        title=procedure.title.get_words(call.language),
        picture=_picture(call, procedure),
        back="/prosedur",
        alone=f"/api/v1/procedures/{procedure_id}/flowchart.svg?lang={call.language}",
    )


@page(routes, "/laporan/{ticket}/prosedur")
def of_own_complaint(call: Call, ticket: str) -> Response:
    """Where one's complaint stands in its procedure."""
    if call.require().officer:
        return see(f"/petugas/laporan/{ticket_of(ticket)}/prosedur")
    return _of_complaint(call, ticket, "/laporan")


@page(routes, "/petugas/laporan/{ticket}/prosedur")
def of_complaint(call: Call, ticket: str) -> Response:
    """Where a complaint stands in its procedure, for an officer who may read it."""
    if call.require().officer is None:
        raise Refusal("not_your_role")
    return _of_complaint(call, ticket, "/petugas/laporan")


def _of_complaint(call: Call, ticket: str, folder: str) -> Response:
    view = read(ticket, call.require())
    complaint = application().complaints.get(view.ticket)
    if complaint is None:
        raise Refusal("unknown_ticket")
    procedure = load_procedure(complaint.procedure, complaint.procedure_version)
    return html(
        call,
        "flowchart.html",
        here=f"{folder}/{view.ticket}/prosedur",
        title=call.get_text("pages.procedures.of_complaint", ticket=view.ticket),
        picture=_picture(call, procedure, complaint),
        back=f"{folder}/{view.ticket}",
        alone="",
    )


def _picture(call: Call, procedure: Procedure, complaint: Complaint | None = None) -> "Markup":
    from markupsafe import Markup

    # Our own drawing, which escapes the words it is given.
    return Markup(flowchart(procedure, call.language, complaint))  # noqa: S704
