"""What a complaint's facts look like to people: labels, dates, rows, the derivation of a deadline."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.domain.procedure.model import AGENCY_ROLES, REGIONAL_ROLES, Role, Text
from chalicelib.domain.time.deadlines import Derivation
from chalicelib.i18n.catalog import get_text, has_text
from chalicelib.i18n.dates import Language, format_date, format_deadline, format_time
from chalicelib.services.views.labels import day_words, moment_words, state_of, state_words
from chalicelib.services.views.models import ComplaintView, DeadlineView, Holder, Moment, RowView, Summary

Urgency = Literal["late", "today", "later"]
When = Literal["done", "skipped", "current", "to_come", "not_done"]

_OMBUDSMAN = "ombudsman"
"""What procedures call the clock after which a complaint may go there."""


@dataclass(frozen=True)
class DayShown:
    """A line of a derivation: the day, and whether and why it counts."""

    date: str
    says: str
    counted: bool


@dataclass(frozen=True)
class RowShown:
    """A row of the procedure; ``when`` "not_done" is one that a finished complaint never came to."""

    row: RowView
    when: When


@dataclass(frozen=True)
class DeadlineShown:
    """An open deadline beside the step's own: what it is called, and what it means.

    ``says`` is "by", "was" where it is missed, "after" where it opens a way (the Ombudsman's).
    """

    name: str
    explained: str
    late: bool
    says: Literal["by", "was", "after"]
    open: DeadlineView


@dataclass(frozen=True)
class Formatter:
    """Puts facts into the words of one language, seen at one instant."""

    language: Language
    now: datetime

    def words(self, both: Text) -> str:
        """The words of the page's language."""
        return both.get_words(self.language)

    def time(self, instant: datetime, zone: str) -> str:
        """``Senin, 23 November 2026 pukul 14.00 WIB``."""
        return format_time(instant, ZoneInfo(zone), self.language)

    def day_of(self, instant: datetime, zone: str) -> str:
        """The region's day of an instant, as ``day`` says it."""
        return self.day(self.local(instant, zone))

    def day(self, day: date) -> str:
        """``Senin, 23 November 2026``."""
        return format_date(day, self.language)

    def dated(self, day: date) -> str:
        """``23 November 2026``, as letters are dated."""
        return format_date(day, self.language, weekday=False)

    def local(self, instant: datetime, zone: str) -> date:
        """The region's day of an instant."""
        return instant.astimezone(ZoneInfo(zone)).date()

    def deadline(self, due_at: datetime, zone: str) -> str:
        """A deadline as the day at whose end it is, or with its minute."""
        return format_deadline(due_at, ZoneInfo(zone), self.language)

    def state(self, complaint: ComplaintView | Summary, *, staff: bool = False) -> str:
        """The label of the complaint's state, as its reporter or the staff read it."""
        return state_words(complaint, self.language, staff=staff)

    def explained(self, view: ComplaintView) -> str:
        """What the state means for the reporter, in a sentence."""
        if view.state == "verified" and (returned := self.returned_by(view)):
            return get_text(self.language, "explained.returned", agencies=", ".join(returned))
        if view.protected and view.state == "in_progress" and not view.waiting:
            return get_text(self.language, "explained.protected")
        key = state_of(view)[0]
        if key == "handed_over_to" and view.handover and view.handover.outcome:
            key = "handed_over_ended"
        key = key.removesuffix("_to").removesuffix("_for").removesuffix("_of")
        holder = self.holder(view, view.holder) if view.holder else ""
        return get_text(self.language, f"explained.{key}", agency=view.agency_name or holder)

    def returned_by(self, view: ComplaintView) -> tuple[str, ...]:
        """The agencies that gave it back as not theirs to handle, each once."""
        return tuple(
            dict.fromkeys(note.agency for note in view.notes if note.kind == "return" and note.agency)
        )

    def holder(self, view: ComplaintView, holder: Holder, *, staff: bool = False) -> str:
        """On whose desk it lies: the agency and the desk in it by their names, the reporter as "you"."""
        if holder.role == Role.REPORTER and not staff:
            return get_text(self.language, "pages.status.you")
        title = self.words(holder.title)
        if holder.role in AGENCY_ROLES and view.agency_name:
            desk = view.unit if holder.role == Role.UNIT and view.unit else title
            return view.agency_name if holder.role == Role.LIAISON else f"{view.agency_name} ({desk})"
        return f"{title}, {view.region_name}" if holder.role in REGIONAL_ROLES else title

    def is_overdue(self, view: ComplaintView) -> bool:
        """Whether the one who must act now has let the time pass; the reporter owes nothing, and another
        body's delay is not this government's.
        """
        holder = view.holder
        if holder is None or holder.role == Role.REPORTER or view.state == "handed_over":
            return False
        # Where working days are short, a complaint is late before the wall's clock says so.
        return view.late_level > 0 or self.now >= holder.due_at

    def urgency(self, due_at: datetime, zone: str, late_level: int) -> Urgency:
        """How near a deadline is, by the region's days."""
        if late_level or self.now >= due_at:
            return "late"
        # A deadline at midnight belongs to the day that ends with it.
        last = (due_at - timedelta.resolution).astimezone(ZoneInfo(zone)).date()
        return "today" if last == self.now.astimezone(ZoneInfo(zone)).date() else "later"

    def deadlines(self, view: ComplaintView) -> list[DeadlineShown]:
        """The open deadlines beside that of the present step, the nearest first.

        Once a complaint may go to the Ombudsman, it is no deadline any more.
        """
        own = view.holder.derivation if view.holder else None
        others = [one for one in view.deadlines if one.derivation != own]
        others = [one for one in others if one.name != _OMBUDSMAN or not view.referred_at]
        return [self._deadline(one) for one in sorted(others, key=lambda one: one.due_at)]

    def rows(self, view: ComplaintView) -> list[RowShown]:
        """The procedure's rows, and which of them people wait for.

        It is the first of the present step that is not done; one row may span several steps of an agency.
        """
        ahead = [row for row in view.rows if not row.done_at and not row.skipped]
        turn = view.holder.step if view.holder else None
        within_agency = view.holder is not None and view.holder.role in AGENCY_ROLES
        current = next(
            (row for row in ahead if row.step == turn), ahead[0] if ahead and within_agency else None
        )
        return [RowShown(row, _when(row, current, view.finished)) for row in view.rows]

    def days(self, derivation: Derivation) -> list[DayShown]:
        """Each day of the count and why it counts or not."""
        return [
            DayShown(
                format_date(day.date, self.language), day_words(day, self.language), day.counted is not None
            )
            for day in derivation.days
        ]

    def moment(self, moment: Moment) -> str:
        """What happened, in a sentence."""
        return moment_words(moment, self.language)

    def _deadline(self, one: DeadlineView) -> DeadlineShown:
        name, explained = f"clocks.{one.name}", f"deadlines.{one.name}"
        return DeadlineShown(
            name=get_text(self.language, name if has_text(name) else "clocks.other"),
            explained=get_text(self.language, explained) if has_text(explained) else "",
            late=one.late_level > 0,
            says="after" if one.name == _OMBUDSMAN else "was" if self.now >= one.due_at else "by",
            open=one,
        )


def _when(row: RowView, current: RowView | None, finished: bool) -> When:
    if row.done_at:
        return "done"
    if row.skipped:
        return "skipped"
    if row == current:
        return "current"
    return "not_done" if finished else "to_come"
