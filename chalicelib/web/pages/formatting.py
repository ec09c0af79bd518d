"""Putting a complaint's data into words: labels, dates, rows, the derivation of a deadline."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.domain.procedure.model import AGENCY_ROLES, REGIONAL_ROLES, Role, Text
from chalicelib.domain.time.deadlines import Derivation
from chalicelib.i18n.catalog import get_text, has_text
from chalicelib.i18n.dates import Language, format_date, format_deadline, format_time
from chalicelib.services.views.labels import (
    find_state_label,
    format_derivation_day,
    format_moment,
    format_state,
)
from chalicelib.services.views.models import (
    ComplaintView,
    DeadlineView,
    Holder,
    RowView,
    Summary,
    TimelineEntry,
)

Urgency = Literal["late", "today", "later"]
When = Literal["done", "skipped", "current", "to_come", "not_done"]

_OMBUDSMAN = "ombudsman"
"""The name in procedures of the clock after which a complaint may go to the Ombudsman."""


@dataclass(frozen=True)
class DerivationLine:
    """A day of a derivation: whether it counts, and why."""

    date: str
    reason: str
    counted: bool


@dataclass(frozen=True)
class RowLine:
    """A row of the procedure; ``when`` is "not_done" for a row that a finished complaint never came to."""

    row: RowView
    when: When


@dataclass(frozen=True)
class DeadlineLine:
    """An open deadline other than the step's own: its name, and what it means.

    ``wording`` is "by", "was" for a missed deadline, "after" for one that opens a way (the Ombudsman's).
    """

    name: str
    explanation: str
    is_late: bool
    wording: Literal["by", "was", "after"]
    view: DeadlineView


@dataclass(frozen=True)
class Formatter:
    """The words of one language for a complaint's data, seen at one instant."""

    language: Language
    now: datetime

    def translate(self, text: Text) -> str:
        return text.get_words(self.language)

    def format_time(self, instant: datetime, zone: str) -> str:
        """Return ``Senin, 23 November 2026 pukul 14.00 WIB``."""
        return format_time(instant, ZoneInfo(zone), self.language)

    def format_day_of(self, instant: datetime, zone: str) -> str:
        """Return the region's day of an instant, in the form of ``format_day``."""
        return self.format_day(self.to_local_date(instant, zone))

    def format_day(self, day: date) -> str:
        """Return ``Senin, 23 November 2026``."""
        return format_date(day, self.language)

    def format_letter_date(self, day: date) -> str:
        """Return ``23 November 2026``, the date as letters have it."""
        return format_date(day, self.language, weekday=False)

    def to_local_date(self, instant: datetime, zone: str) -> date:
        return instant.astimezone(ZoneInfo(zone)).date()

    def format_deadline(self, due_at: datetime, zone: str) -> str:
        """Return a deadline at the end of a day as that day, and any other with its time of day."""
        return format_deadline(due_at, ZoneInfo(zone), self.language)

    def get_state_label(self, complaint: ComplaintView | Summary, *, staff: bool = False) -> str:
        """Return the label of the complaint's state, as its reporter or the staff read it."""
        return format_state(complaint, self.language, staff=staff)

    def explain_state(self, view: ComplaintView) -> str:
        """Return a sentence that says what the state means for the reporter."""
        if view.state == "verified" and (agencies := self.list_returning_agencies(view)):
            return get_text(self.language, "explained.returned", agencies=", ".join(agencies))
        if view.protected and view.state == "in_progress" and not view.waiting:
            return get_text(self.language, "explained.protected")
        key = find_state_label(view)[0]
        if key == "handed_over_to" and view.handover and view.handover.outcome:
            key = "handed_over_ended"
        key = key.removesuffix("_to").removesuffix("_for").removesuffix("_of")
        holder = self.format_holder(view, view.holder) if view.holder else ""
        return get_text(self.language, f"explained.{key}", agency=view.agency_name or holder)

    def list_returning_agencies(self, view: ComplaintView) -> tuple[str, ...]:
        """Return the agencies that gave it back as not theirs to handle, each once."""
        return tuple(
            dict.fromkeys(note.agency for note in view.notes if note.kind == "return" and note.agency)
        )

    def format_holder(self, view: ComplaintView, holder: Holder, *, staff: bool = False) -> str:
        """Return the names of the agency and desk that must act now; the reporter is "you"."""
        if holder.role == Role.REPORTER and not staff:
            return get_text(self.language, "pages.status.you")
        title = self.translate(holder.title)
        if holder.role in AGENCY_ROLES and view.agency_name:
            desk = view.unit if holder.role == Role.UNIT and view.unit else title
            return view.agency_name if holder.role == Role.LIAISON else f"{view.agency_name} ({desk})"
        return f"{title}, {view.region_name}" if holder.role in REGIONAL_ROLES else title

    def is_overdue(self, view: ComplaintView) -> bool:
        """Return whether the holder has missed the deadline.

        The reporter owes nothing, and another body's delay is not this government's.
        """
        holder = view.holder
        if holder is None or holder.role == Role.REPORTER or view.state == "handed_over":
            return False
        # Where working days are short, a complaint is late before the clock time says so.
        return view.late_level > 0 or self.now >= holder.due_at

    def get_urgency(self, due_at: datetime, zone: str, late_level: int) -> Urgency:
        """Return how near a deadline is, in the region's days."""
        if late_level or self.now >= due_at:
            return "late"
        # A deadline at midnight belongs to the day that ends with it.
        last_day = self.to_local_date(due_at - timedelta.resolution, zone)
        return "today" if last_day == self.to_local_date(self.now, zone) else "later"

    def list_deadlines(self, view: ComplaintView) -> list[DeadlineLine]:
        """Return the open deadlines except that of the present step, the nearest first.

        The Ombudsman's is left out once the complaint may go there: then it is no deadline any more.
        """
        own = view.holder.derivation if view.holder else None
        others = [deadline for deadline in view.deadlines if deadline.derivation != own]
        others = [deadline for deadline in others if deadline.name != _OMBUDSMAN or not view.referred_at]
        return [
            self._describe_deadline(deadline) for deadline in sorted(others, key=lambda each: each.due_at)
        ]

    def list_rows(self, view: ComplaintView) -> list[RowLine]:
        """Return the procedure's rows, and which of them is the current one.

        It is the first row of the present step that is not done. One row may span several steps of an agency.
        """
        ahead = [row for row in view.rows if not row.done_at and not row.skipped]
        step = view.holder.step if view.holder else None
        is_in_agency = view.holder is not None and view.holder.role in AGENCY_ROLES
        otherwise = ahead[0] if ahead and is_in_agency else None
        current = next((row for row in ahead if row.step == step), otherwise)
        return [RowLine(row, _place_row(row, current, view.finished)) for row in view.rows]

    def list_days(self, derivation: Derivation) -> list[DerivationLine]:
        """Return each day of the count, and why it counts or not."""
        return [
            DerivationLine(
                date=format_date(day.date, self.language),
                reason=format_derivation_day(day, self.language),
                counted=day.counted is not None,
            )
            for day in derivation.days
        ]

    def describe_moment(self, moment: TimelineEntry) -> str:
        """Return a sentence that says what happened."""
        return format_moment(moment, self.language)

    def _describe_deadline(self, deadline: DeadlineView) -> DeadlineLine:
        name, explanation = f"clocks.{deadline.name}", f"deadlines.{deadline.name}"
        is_past = self.now >= deadline.due_at
        return DeadlineLine(
            name=get_text(self.language, name if has_text(name) else "clocks.other"),
            explanation=get_text(self.language, explanation) if has_text(explanation) else "",
            is_late=deadline.late_level > 0,
            wording="after" if deadline.name == _OMBUDSMAN else "was" if is_past else "by",
            view=deadline,
        )


def _place_row(row: RowView, current: RowView | None, finished: bool) -> When:
    if row.done_at:
        return "done"
    if row.skipped:
        return "skipped"
    if row == current:
        return "current"
    return "not_done" if finished else "to_come"
