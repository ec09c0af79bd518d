"""The schemas of the public API: regions, calendars, procedures, digests."""

from datetime import date, datetime
from typing import Literal, Self

from chalicelib.domain.audit.digest import Digest
from chalicelib.domain.directory.agencies import Agency, Category
from chalicelib.domain.directory.calendar_change import CalendarChange
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.model import Header, Procedure, Row, Text
from chalicelib.domain.time.calendar import DayReason
from chalicelib.domain.values.value import Value
from chalicelib.services.staff.calendars import CalendarYear


class RegionOut(Value):
    """A government that handles complaints here. ``code`` is Kemendagri's."""

    slug: str
    name: str
    code: str
    zone: str
    procedure: str

    @classmethod
    def of(cls, region: Region) -> Self:
        return cls(**region.model_dump(include={"slug", "name", "code", "zone", "procedure"}))


class RegionList(Value):
    """Every region."""

    items: tuple[RegionOut, ...]


class PublishedDigests(Value):
    """Every region's digest of one day."""

    date: date
    digests: tuple[Digest, ...]


class CategoryOut(Value):
    """A category of complaints."""

    code: str
    name: Text
    parent: str | None

    @classmethod
    def of(cls, category: Category) -> Self:
        name = Text(id=category.name_id, en=category.name_en)
        return cls(code=category.code, name=name, parent=category.parent)


class AgencyOut(Value):
    """An agency that answers; ``vertical`` is one of the national government."""

    id: str
    name: str
    kind: Literal["agency", "vertical", "inspectorate"]

    @classmethod
    def of(cls, agency: Agency) -> Self:
        return cls(id=agency.id, name=agency.name, kind=agency.kind)


class RegionDetail(RegionOut):
    """A region with its categories and agencies."""

    categories: tuple[CategoryOut, ...]
    agencies: tuple[AgencyOut, ...]


class DayOut(Value):
    """A day off, or an extra working day. ``estimated``: a holiday whose date is not final."""

    date: date
    working: bool
    reason: DayReason
    name: str | None
    estimated: bool


class CalendarChangeOut(Value):
    """A decree's change to one day of the calendar, with the version before and after it."""

    number: int
    at: datetime
    role: str
    day: date
    working: bool
    name: str | None
    decree: str
    old_version: str
    new_version: str

    @classmethod
    def of(cls, entry: CalendarChange) -> Self:
        """Return the public part of a change; of the officer who made it, only the role."""
        fields = entry.model_dump(include={"number", "at", "old_version", "new_version"})
        return cls(role=entry.by.role, **entry.change.model_dump(), **fields)


class CalendarOut(Value):
    """A year's days that are not ordinary working days, and the latest changes, newest first."""

    region: str
    zone: str
    year: int
    version: str
    days: tuple[DayOut, ...]
    changes: tuple[CalendarChangeOut, ...]

    @classmethod
    def of(cls, calendar: CalendarYear) -> Self:
        return cls(
            region=calendar.region.slug,
            zone=calendar.region.zone,
            year=calendar.year,
            version=calendar.region.calendar.version,
            days=tuple(DayOut(**day.model_dump()) for day in calendar.days),
            changes=tuple(CalendarChangeOut.of(entry) for entry in calendar.changes),
        )


class DecisionNote(Value):
    """A decision about something that the printed procedure leaves open; ``where`` names the place."""

    where: str
    text: Text


class ProcedureOut(Value):
    """A procedure as printed: its header, its rows, and the decisions about what its source leaves open."""

    id: str
    version: str
    title: Text
    header: Header
    rows: tuple[Row, ...]
    decisions: tuple[DecisionNote, ...]

    @classmethod
    def of(cls, procedure: Procedure) -> Self:
        rows = sorted((row for row, _ in procedure.list_rows()), key=lambda row: row.number)
        decisions = [(f"roles.{name}", role.decision) for name, role in procedure.roles.items()]
        decisions += [(f"rows.{row.number}", row.decision) for row in rows]
        decisions += [(f"steps.{step.name}", step.decision) for step in procedure.steps]
        decisions += [(f"ladders.{name}", ladder.decision) for name, ladder in procedure.ladders.items()]
        return cls(
            id=procedure.id,
            version=procedure.version,
            title=procedure.title,
            header=procedure.header,
            rows=tuple(rows),
            decisions=tuple(DecisionNote(where=where, text=text) for where, text in decisions if text),
        )


class Health(Value):
    """The API answers; with ``?deep=1``, its database table answers too."""

    status: Literal["ok"] = "ok"
