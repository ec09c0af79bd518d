"""The region's calendar, for those who may change it: a change is looked at before it is stored."""

from itertools import islice

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.domain.directory.calendar_change import DayChange
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.calendars import Year, may_change
from chalicelib.web.pages.rendering import (
    Call,
    Fields,
    errors_of,
    guarded,
    html,
    page,
    retry,
    see,
    with_query,
)
from chalicelib.web.problems import Problem

routes = Blueprint(__name__)

MOST_MOVES = 100
"""Deadlines that a preview shows; past them it says that there are more."""

_PATH = "/petugas/kalender"
_KINDS = ("off", "working")


@page(routes, _PATH)
def calendar(call: Call) -> Response:
    """A year's days off, the history of changes, and the form to change a day."""
    return _year(call, _officer(call), call.query, call.query.get("tahun"))


@page(routes, f"{_PATH}/pratinjau")
def preview_change(call: Call) -> Response:
    """What a change would do. It stores nothing."""
    officer = _officer(call)

    def look() -> Response:
        change = _change(call.query)
        found = application().calendars.preview(officer.region, change)
        moves = list(islice(application().calendars.may_be_shown(found.moves), MOST_MOVES + 1))
        return html(
            call,
            "calendar_preview.html",
            change=change,
            preview=found,
            moves=moves[:MOST_MOVES],
            more=len(moves) > MOST_MOVES,
            back=with_query(_PATH, tahun=str(change.day.year), **call.query.last()),
        )

    return guarded(call, look, lambda problem: _year(call, officer, call.query, "", problem))


@page(routes, _PATH, "POST")
def change_calendar(call: Call) -> Response:
    """Store a change upon the calendar that its preview was shown for."""
    officer = _officer(call)

    def act() -> Response:
        call.check_form()
        change = _change(call.form)
        application().calendars.change(
            officer.region, change, call.require().actor, upon=call.form.short("version")
        )
        return see(with_query(_PATH, tahun=str(change.day.year), tercatat=_kind(change)))

    return guarded(call, act, lambda problem: _year(call, officer, call.form, "", problem))


def _officer(call: Call) -> Officer:
    person = call.require()
    if person.officer is None or not may_change(person.actor, person.officer.region):
        raise Refusal("not_your_role")
    return person.officer


def _change(given: Fields) -> DayChange:
    """What the form says; ``ValidationError`` where that is not right. A working day needs no name."""
    said = {name: given.get(name) for name in DayChange.model_fields}
    if said["working"] == "true":
        said["name"] = ""
    return DayChange.model_validate({name: value for name, value in said.items() if value})


def _kind(change: DayChange) -> str:
    return "working" if change.working else "off"


def _year(call: Call, officer: Officer, typed: Fields, year: str, problem: Problem | None = None) -> Response:
    found = application().calendars.year(officer.region, year)
    noted = call.query.get("tercatat")
    return html(
        call,
        "calendar.html",
        problem.status if problem else 200,
        errors=errors_of(problem) if problem else {},
        headers=retry(problem) if problem else {},
        typed=typed.last(),
        here=_PATH,
        calendar=found,
        who=_names(found),
        notice=call.get_text(f"pages.calendar.noted.{noted}") if noted in _KINDS else "",
        kinds=[
            ("false", call.get_text("pages.calendar.kinds.off")),
            ("true", call.get_text("pages.calendar.kinds.working")),
        ],
    )


def _names(found: Year) -> dict[str, str]:
    """The officers who made the changes, by id; one who left the directory is known by the id alone."""
    staff = application().directory.staff(found.region.slug) if found.changes else []
    names = {one.id: f"{one.name}, {one.title}" for one in staff}
    return {entry.by.id: names.get(entry.by.id, entry.by.id) for entry in found.changes}
