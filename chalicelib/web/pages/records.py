"""What offices print: the papers of a complaint, an agency's book, a region's recapitulation.

Each is a page as it is on paper, for the browser's own printing; the books are there as CSV too.
"""

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.documents.tables import Table, as_csv, recap_table, register_table
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.i18n.dates import format_month
from chalicelib.services.records.documents import Kind, Letterhead
from chalicelib.services.records.register import Book, Recap
from chalicelib.web import limits
from chalicelib.web.pages.complaint import ticket_of
from chalicelib.web.pages.rendering import Call, html, page, url, with_query

routes = Blueprint(__name__)

PATHS: dict[Kind, str] = {
    "receipt": "tanda-terima",
    "cover_letter": "surat-pengantar",
    "disposition": "lembar-disposisi",
    "answer": "surat-jawaban",
    "staff_report": "laporan-staf",
    "case_record": "berkas-laporan",
}
"""The end of each paper's address."""

_BOOK = "/petugas/buku"
_RECAP = "/petugas/rekap"
_FIRST = "nomor"


def papers_of(ticket: str, actor: Actor) -> list[tuple[Kind, str]]:
    """The papers of a complaint that this officer may print, each with its address."""
    kinds = application().documents.kinds(ticket, actor)
    return [(kind, url(f"/petugas/laporan/{ticket}/{PATHS[kind]}")) for kind in kinds]


def _serve(kind: Kind) -> None:
    @page(routes, f"/petugas/laporan/{{ticket}}/{PATHS[kind]}")
    def paper(call: Call, ticket: str) -> Response:
        return _paper(call, kind, ticket, _officer(call))


for one in PATHS:
    _serve(one)


@page(routes, f"/laporan/{{ticket}}/{PATHS['answer']}")
def own_answer(call: Call, ticket: str) -> Response:
    """The answer as a letter, for the reporter to print."""
    call.require()
    return _paper(call, "answer", ticket, None)


@page(routes, _BOOK)
def book(call: Call) -> Response:
    """An agency's month, a line a number."""
    found = _book(call)
    query = {"instansi": found.agency, "bulan": found.month}
    first = str(found.following or "")
    return _sheet(
        call,
        "paper_book.html",
        register_table(found, call.language),
        found.month,
        book=found,
        letterhead=Letterhead(government=found.region.name, lines=(found.agency_name,)),
        books=application().register.books_of(call.require().actor),
        more=url(with_query(_BOOK, **query, **{_FIRST: first})) if first else "",
        csv=url(with_query(f"{_BOOK}/csv", **query, **{_FIRST: call.query.get(_FIRST)})),
    )


@page(routes, f"{_BOOK}/csv")
def book_csv(call: Call) -> Response:
    """The same as CSV."""
    found = _book(call)
    return _csv(register_table(found, call.language), f"buku-{found.agency}-{found.month}")


@page(routes, _RECAP)
def recap(call: Call) -> Response:
    """A region's month in numbers."""
    found = _recap(call)
    return _sheet(
        call,
        "paper_recap.html",
        recap_table(found, call.language),
        found.month,
        recap=found,
        letterhead=Letterhead(government=found.region.name, lines=found.region.letterhead),
        csv=url(with_query(f"{_RECAP}/csv", bulan=found.month)),
    )


@page(routes, f"{_RECAP}/csv")
def recap_csv(call: Call) -> Response:
    """The same as CSV."""
    found = _recap(call)
    return _csv(recap_table(found, call.language), f"rekapitulasi-{found.region.slug}-{found.month}")


def _paper(call: Call, kind: Kind, ticket: str, officer: Officer | None) -> Response:
    person = call.require()
    with limits.counting_missed_tickets(person):
        made = application().documents.paper(kind, ticket_of(ticket), person.actor, officer)
    folder = "/petugas/laporan/" if officer else "/laporan/"
    # Whoever typed in a protected report has its receipt, and no page of it.
    back = url(f"{folder}{made.view.ticket}") if not (kind == "receipt" and made.view.protected) else ""
    return html(
        call,
        f"paper_{kind}.html",
        sheet="paper.css",
        paper=made,
        view=made.view,
        letterhead=made.letterhead,
        officer=officer,
        back=back,
    )


def _sheet(call: Call, template: str, table: Table, month: str, **context: Any) -> Response:
    officer = _officer(call)
    return html(
        call,
        template,
        sheet="paper.css",
        table=table,
        month=month,
        month_name=format_month(month, call.language),
        officer=officer,
        now=application().now(),
        back=url("/petugas"),
        **context,
    )


def _csv(table: Table, name: str) -> Response:
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}.csv"',
    }
    return Response(body=as_csv(table), headers=headers)


def _book(call: Call) -> Book:
    actor, first = _actor(call), call.query.short(_FIRST)
    return application().register.book(
        actor, call.query.short("instansi"), call.query.short("bulan"), int(first) if first.isdecimal() else 1
    )


def _recap(call: Call) -> Recap:
    return application().register.recap(_actor(call), call.query.short("bulan"))


def _actor(call: Call) -> Actor:
    _officer(call)
    return call.require().actor


def _officer(call: Call) -> Officer:
    officer = call.require().officer
    if officer is None:
        raise Refusal("not_your_role")
    return officer
