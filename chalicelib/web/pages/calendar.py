"""The region's calendar, for officers who may change it. A change is previewed before it is stored."""

from itertools import islice

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.domain.directory.calendar_change import DayChange
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.calendars import CalendarYear, may_change_calendar
from chalicelib.web.pages.addresses import add_query
from chalicelib.web.pages.forms import handle_form, render_form
from chalicelib.web.pages.page_call import FieldValues, PageCall
from chalicelib.web.pages.rendering import redirect, render_page
from chalicelib.web.pages.serving import serve_page
from chalicelib.web.problems import Problem

blueprint = Blueprint(__name__)

MOST_MOVES = 100
"""The deadlines that a preview lists; if there are more, it says so."""

_PATH = "/petugas/kalender"
_KINDS = ("off", "working")


@serve_page(blueprint, _PATH)
def show_calendar(call: PageCall) -> Response:
    """Show a year's days off, the history of changes, and the form to change a day."""
    return _show_year(call, _require_editor(call), call.query, call.query.get("tahun"))


@serve_page(blueprint, f"{_PATH}/pratinjau")
def preview_change(call: PageCall) -> Response:
    """Show what a change would do. It stores nothing."""
    officer = _require_editor(call)

    def preview() -> Response:
        change = _read_change(call.query)
        shown = application().calendars.preview(officer.region, change)
        moves = list(islice(application().calendars.list_visible_moves(shown.moves), MOST_MOVES + 1))
        return render_page(
            call,
            "calendar_preview.html",
            change=change,
            preview=shown,
            moves=moves[:MOST_MOVES],
            more=len(moves) > MOST_MOVES,
            back=add_query(_PATH, tahun=str(change.day.year), **call.query.to_dict()),
        )

    return handle_form(call, preview, lambda problem: _show_year(call, officer, call.query, "", problem))


@serve_page(blueprint, _PATH, "POST")
def change_calendar(call: PageCall) -> Response:
    """Store a change if the calendar is still the version that the preview was shown for."""
    officer = _require_editor(call)

    def submit() -> Response:
        call.check_form()
        change = _read_change(call.form)
        actor, version = call.require_person().actor, call.form.get_short("version")
        application().calendars.change(officer.region, change, actor, version=version)
        kind = "working" if change.working else "off"
        return redirect(add_query(_PATH, tahun=str(change.day.year), tercatat=kind))

    return handle_form(call, submit, lambda problem: _show_year(call, officer, call.form, "", problem))


def _require_editor(call: PageCall) -> Officer:
    person = call.require_person()
    if person.officer is None or not may_change_calendar(person.actor, person.officer.region):
        raise Refusal("not_your_role")
    return person.officer


def _read_change(fields: FieldValues) -> DayChange:
    """Return the change in the form; raise ``ValidationError`` if it is wrong. A working day has no name."""
    values = {name: fields.get(name) for name in DayChange.model_fields}
    if values["working"] == "true":
        values["name"] = ""
    return DayChange.model_validate({name: value for name, value in values.items() if value})


def _show_year(
    call: PageCall, officer: Officer, fields: FieldValues, year: str, problem: Problem | None = None
) -> Response:
    calendar = application().calendars.get_year(officer.region, year)
    recorded = call.query.get("tercatat")
    return render_form(
        call,
        "calendar.html",
        problem,
        typed=fields.to_dict(),
        here=_PATH,
        calendar=calendar,
        editors=_name_editors(calendar),
        notice=call.get_text(f"pages.calendar.noted.{recorded}") if recorded in _KINDS else "",
        kinds=[
            ("false", call.get_text("pages.calendar.kinds.off")),
            ("true", call.get_text("pages.calendar.kinds.working")),
        ],
    )


def _name_editors(calendar: CalendarYear) -> dict[str, str]:
    """Return who made each change, by officer id. For an officer who left the directory it is the id."""
    staff = application().directory.list_staff(calendar.region.slug) if calendar.changes else []
    names = {officer.id: f"{officer.name}, {officer.title}" for officer in staff}
    return {entry.by.id: names.get(entry.by.id, entry.by.id) for entry in calendar.changes}
