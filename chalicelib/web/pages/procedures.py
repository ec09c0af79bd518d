"""The governments' procedures, for everybody, and where a complaint stands in its own procedure."""

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.documents.flowchart import render_flowchart
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.domain.procedure.model import Procedure
from chalicelib.domain.values.errors import Refusal
from chalicelib.web.pages.complaint_access import read_complaint
from chalicelib.web.pages.page_call import PageCall
from chalicelib.web.pages.rendering import redirect, render_page
from chalicelib.web.pages.serving import serve_page
from chalicelib.web.tickets import normalise_ticket

if TYPE_CHECKING:
    from markupsafe import Markup

blueprint = Blueprint(__name__)


@serve_page(blueprint, "/prosedur")
def list_procedures(call: PageCall) -> Response:
    """List every procedure on file."""
    return render_page(
        call, "procedures.html", procedures=[load_procedure(name) for name in list_procedure_ids()]
    )


@serve_page(blueprint, "/prosedur/{procedure_id}")
def show_procedure(call: PageCall, procedure_id: str) -> Response:
    """Show one procedure as its flowchart."""
    if procedure_id not in list_procedure_ids():
        raise Refusal("unknown_procedure")
    procedure = load_procedure(procedure_id)
    return render_page(
        call,
        "flowchart.html",
        title=procedure.title.get_words(call.language),
        picture=_draw_flowchart(call, procedure),
        back="/prosedur",
        picture_path=f"/api/v1/procedures/{procedure_id}/flowchart.svg?lang={call.language}",
    )


@serve_page(blueprint, "/laporan/{ticket}/prosedur")
def show_own_progress(call: PageCall, ticket: str) -> Response:
    """Show reporters where their complaint stands in its procedure."""
    if call.require_person().officer:
        return redirect(f"/petugas/laporan/{normalise_ticket(ticket)}/prosedur")
    return _show_progress(call, ticket, "/laporan")


@serve_page(blueprint, "/petugas/laporan/{ticket}/prosedur")
def show_progress(call: PageCall, ticket: str) -> Response:
    """Show where a complaint stands in its procedure, to an officer who may read it."""
    call.require_officer()
    return _show_progress(call, ticket, "/petugas/laporan")


def _show_progress(call: PageCall, ticket: str, folder: str) -> Response:
    view = read_complaint(ticket, call.require_person())
    complaint = application().complaints.get(view.ticket)
    if complaint is None:
        raise Refusal("unknown_ticket")
    procedure = load_procedure(complaint.procedure, complaint.procedure_version)
    return render_page(
        call,
        "flowchart.html",
        here=f"{folder}/{view.ticket}/prosedur",
        title=call.get_text("pages.procedures.of_complaint", ticket=view.ticket),
        picture=_draw_flowchart(call, procedure, complaint),
        back=f"{folder}/{view.ticket}",
        picture_path="",
    )


def _draw_flowchart(call: PageCall, procedure: Procedure, complaint: Complaint | None = None) -> "Markup":
    from markupsafe import Markup

    # Our own drawing, which escapes the words in it.
    return Markup(render_flowchart(procedure, call.language, complaint))  # noqa: S704
