"""Printed documents: a complaint's documents, an agency's register, a region's recapitulation.

Each page looks as it does on paper, for the browser's own printing. The two tables can also be had as CSV.
"""

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.documents.tables import CellTable, build_recap_table, build_register_table, to_csv
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.values.actor import Actor
from chalicelib.i18n.dates import format_month
from chalicelib.services.records.documents import DocumentKind, Letterhead
from chalicelib.services.records.recap import Recap
from chalicelib.services.records.register import RegisterBook
from chalicelib.web import limits
from chalicelib.web.pages.addresses import add_query, to_url
from chalicelib.web.pages.assets import PAPER_STYLE
from chalicelib.web.pages.page_call import PageCall
from chalicelib.web.pages.rendering import render_page
from chalicelib.web.pages.serving import serve_page
from chalicelib.web.tickets import normalise_ticket

blueprint = Blueprint(__name__)

PATHS: dict[DocumentKind, str] = {
    "receipt": "tanda-terima",
    "cover_letter": "surat-pengantar",
    "disposition": "lembar-disposisi",
    "answer": "surat-jawaban",
    "staff_report": "laporan-staf",
    "case_record": "berkas-laporan",
}
"""The end of each document's address."""

_REGISTER = "/petugas/buku"
_RECAP = "/petugas/rekap"
_FIRST = "nomor"
"""The query's field with the first number of a part of the register."""


def list_documents(ticket: str, actor: Actor) -> list[tuple[DocumentKind, str]]:
    """Return the documents of a complaint that this officer may print, each with its address."""
    kinds = application().documents.list_kinds(ticket, actor)
    return [(kind, to_url(f"/petugas/laporan/{ticket}/{PATHS[kind]}")) for kind in kinds]


def _serve_document(kind: DocumentKind) -> None:
    @serve_page(blueprint, f"/petugas/laporan/{{ticket}}/{PATHS[kind]}")
    def show_document(call: PageCall, ticket: str) -> Response:
        return _show_document(call, kind, ticket, call.require_officer())


for document in PATHS:
    _serve_document(document)


@serve_page(blueprint, f"/laporan/{{ticket}}/{PATHS['answer']}")
def show_own_answer(call: PageCall, ticket: str) -> Response:
    """Show the answer as a letter, for the reporter to print."""
    call.require_person()
    return _show_document(call, "answer", ticket, None)


@serve_page(blueprint, _REGISTER)
def show_register(call: PageCall) -> Response:
    """Show an agency's month, one line for each number."""
    book = _get_register(call)
    query = {"instansi": book.agency, "bulan": book.month}
    following = str(book.following or "")
    return _show_table(
        call,
        "paper_book.html",
        build_register_table(book, call.language),
        book.month,
        book=book,
        letterhead=Letterhead(government=book.region.name, lines=(book.agency_name,)),
        books=application().register.list_books(call.require_person().actor),
        more=to_url(add_query(_REGISTER, **query, **{_FIRST: following})) if following else "",
        path=_REGISTER,
        csv=to_url(add_query(f"{_REGISTER}/csv", **query, **{_FIRST: call.query.get(_FIRST)})),
    )


@serve_page(blueprint, f"{_REGISTER}/csv")
def download_register(call: PageCall) -> Response:
    """Send the register as CSV."""
    book = _get_register(call)
    return _send_csv(build_register_table(book, call.language), f"buku-{book.agency}-{book.month}")


@serve_page(blueprint, _RECAP)
def show_recap(call: PageCall) -> Response:
    """Show a region's month in numbers."""
    recap = _get_recap(call)
    return _show_table(
        call,
        "paper_recap.html",
        build_recap_table(recap, call.language),
        recap.month,
        recap=recap,
        letterhead=Letterhead(government=recap.region.name, lines=recap.region.letterhead),
        path=_RECAP,
        csv=to_url(add_query(f"{_RECAP}/csv", bulan=recap.month)),
    )


@serve_page(blueprint, f"{_RECAP}/csv")
def download_recap(call: PageCall) -> Response:
    """Send the recapitulation as CSV."""
    recap = _get_recap(call)
    return _send_csv(
        build_recap_table(recap, call.language), f"rekapitulasi-{recap.region.slug}-{recap.month}"
    )


def _show_document(call: PageCall, kind: DocumentKind, ticket: str, officer: Officer | None) -> Response:
    person = call.require_person()
    with limits.limit_missed_tickets(person):
        paper = application().documents.create_document(kind, normalise_ticket(ticket), person.actor, officer)
    folder = "/petugas/laporan/" if officer else "/laporan/"
    # The officer who typed in a protected report gets its receipt, but may not see its page.
    is_hidden = kind == "receipt" and paper.view.protected
    return render_page(
        call,
        f"paper_{kind}.html",
        style=PAPER_STYLE,
        paper=paper,
        view=paper.view,
        letterhead=paper.letterhead,
        officer=officer,
        back="" if is_hidden else to_url(f"{folder}{paper.view.ticket}"),
    )


def _show_table(call: PageCall, template: str, table: CellTable, month: str, **context: Any) -> Response:
    return render_page(
        call,
        template,
        style=PAPER_STYLE,
        table=table,
        month=month,
        month_name=format_month(month, call.language),
        officer=call.require_officer(),
        now=application().now(),
        back=to_url("/petugas"),
        **context,
    )


def _send_csv(table: CellTable, name: str) -> Response:
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}.csv"',
    }
    return Response(body=to_csv(table), headers=headers)


def _get_register(call: PageCall) -> RegisterBook:
    actor, first = _require_actor(call), call.query.get_short(_FIRST)
    agency, month = call.query.get_short("instansi"), call.query.get_short("bulan")
    return application().register.get_book(actor, agency, month, int(first) if first.isdecimal() else 1)


def _get_recap(call: PageCall) -> Recap:
    return application().register.build_recap(_require_actor(call), call.query.get_short("bulan"))


def _require_actor(call: PageCall) -> Actor:
    call.require_officer()
    return call.require_person().actor
