"""What a complaint's facts look like to people: labels, dates, rows, the derivation of a deadline."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.domain.deadlines import Derivation, DerivationDay
from chalicelib.domain.procedure import AGENCY_ROLES, REGIONAL_ROLES, Role, Text
from chalicelib.services.views import (
    ArchiveView,
    ComplaintView,
    DeadlineView,
    HandoverView,
    Holder,
    Moment,
    RowView,
    Summary,
)
from chalicelib.texts.catalog import has, text
from chalicelib.texts.dates import Language, date_words, deadline_words, time_words

Urgency = Literal["late", "today", "later"]


@dataclass(frozen=True)
class DayShown:
    """A line of a derivation: the day, and whether and why it counts."""

    date: str
    says: str
    counted: bool


@dataclass(frozen=True)
class RowShown:
    """A row of the procedure: ``when`` is "done", "skipped", "current" or "to_come"."""

    row: RowView
    when: Literal["done", "skipped", "current", "to_come"]


@dataclass(frozen=True)
class DeadlineShown:
    """An open deadline beside the step's own: what it is called, and what it means.

    ``says`` is "by", "was" where it is missed, "from" where it opens a way (the Ombudsman's).
    """

    name: str
    explained: str
    late: bool
    says: Literal["by", "was", "from"]
    open: DeadlineView


@dataclass(frozen=True)
class Showing:
    """Puts facts into the words of one language, seen at one instant."""

    language: Language
    now: datetime

    def words(self, both: Text) -> str:
        """The words of the page's language."""
        return both.within(self.language)

    def time(self, instant: datetime, zone: str) -> str:
        """``Senin, 23 November 2026 pukul 14.00 WIB``."""
        return time_words(instant, ZoneInfo(zone), self.language)

    def day_of(self, instant: datetime, zone: str) -> str:
        """The region's day of an instant, as ``day`` says it."""
        return self.day(instant.astimezone(ZoneInfo(zone)).date())

    def day(self, day: date) -> str:
        """``Senin, 23 November 2026``."""
        return date_words(day, self.language)

    def deadline(self, due_at: datetime, zone: str) -> str:
        """A deadline as the day at whose end it is, or with its minute."""
        return deadline_words(due_at, ZoneInfo(zone), self.language)

    def state(self, complaint: ComplaintView | Summary, *, staff: bool = False) -> str:
        """The label of the complaint's state, as its reporter or the staff read it."""
        key, blanks = _state_of(complaint)
        if "reason" in blanks:
            blanks["reason"] = text(self.language, f"archived_for.{blanks['reason']}")
        if staff and has(f"states_for_staff.{key}"):
            return text(self.language, f"states_for_staff.{key}", **blanks)
        return text(self.language, f"states.{key}", **blanks)

    def explained(self, view: ComplaintView) -> str:
        """What the state means for the reporter, in a sentence."""
        if view.state == "verified" and (returned := self.returned_by(view)):
            return text(self.language, "explained.returned", agencies=", ".join(returned))
        if view.protected and view.state == "in_progress" and not view.waiting:
            return text(self.language, "explained.protected")
        key = _state_of(view)[0]
        if key == "handed_over_to" and view.handover and view.handover.outcome:
            key = "handed_over_ended"
        key = key.removesuffix("_to").removesuffix("_for").removesuffix("_of")
        holder = self.holder(view, view.holder) if view.holder else ""
        return text(self.language, f"explained.{key}", agency=view.agency_name or holder)

    def returned_by(self, view: ComplaintView) -> tuple[str, ...]:
        """The agencies that gave it back as not theirs to handle, each once."""
        return tuple(
            dict.fromkeys(note.agency for note in view.notes if note.kind == "return" and note.agency)
        )

    def holder(self, view: ComplaintView, holder: Holder, *, staff: bool = False) -> str:
        """On whose desk it lies: the agency and the desk in it by their names, the reporter as "you"."""
        if holder.role == Role.REPORTER and not staff:
            return text(self.language, "pages.status.you")
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
        """The open deadlines beside that of the present step, the nearest first."""
        own = view.holder.derivation if view.holder else None
        others = sorted((one for one in view.deadlines if one.derivation != own), key=lambda one: one.due_at)
        return [self._deadline(one) for one in others]

    def rows(self, view: ComplaintView) -> list[RowShown]:
        """The procedure's rows: the first that is not done is the one people wait for."""
        shown: list[RowShown] = []
        for row in view.rows:
            if row.done_at:
                shown.append(RowShown(row, "done"))
            elif row.skipped:
                shown.append(RowShown(row, "skipped"))
            else:
                behind = all(before.when in ("done", "skipped") for before in shown)
                shown.append(RowShown(row, "current" if behind and view.holder else "to_come"))
        return shown

    def days(self, derivation: Derivation) -> list[DayShown]:
        """Each day of the count and why it counts or not."""
        return [
            DayShown(date_words(day.date, self.language), self._says(day), day.counted is not None)
            for day in derivation.days
        ]

    def moment(self, moment: Moment) -> str:
        """What happened, in a sentence."""
        key = "rung.late" if moment.late_level else moment.type
        return text(self.language, f"events.{key}", level=moment.late_level or "")

    def _deadline(self, one: DeadlineView) -> DeadlineShown:
        name, explained = f"clocks.{one.name}", f"deadlines.{one.name}"
        return DeadlineShown(
            name=text(self.language, name if has(name) else "clocks.other"),
            explained=text(self.language, explained) if has(explained) else "",
            late=one.late_level > 0,
            says="from" if one.name == "ombudsman" else "was" if self.now >= one.due_at else "by",
            open=one,
        )

    def _says(self, day: DerivationDay) -> str:
        said = self._counted(day)
        if day.minutes:
            hours = ", ".join(day.hours)
            said += f": {text(self.language, 'derivation.minutes', minutes=day.minutes, hours=hours)}"
        return f"{said} {text(self.language, 'derivation.estimated')}" if day.estimated else said

    def _counted(self, day: DerivationDay) -> str:
        if day.reason == "trigger":
            return text(
                self.language, "derivation.begins_and_counts" if day.minutes else "derivation.trigger"
            )
        if day.counted is None:
            key = f"skipped.{day.reason}"
        else:
            key = f"counted.{day.reason if day.reason == 'extra_working_day' else 'day'}"
        return text(self.language, f"derivation.{key}", n=day.counted or "", name=day.name or "")


def _state_of(complaint: ComplaintView | Summary) -> tuple[str, dict[str, str]]:
    """The key of a complaint's label, and what fills its blanks; a list knows less than the page."""
    blanks = {"agency": complaint.agency_name or ""}
    if complaint.resolved_by:
        return f"resolved_by_{complaint.resolved_by}", blanks
    if overlaid := _overlaid(complaint):
        return overlaid, blanks
    if isinstance(complaint, Summary):
        return complaint.state, blanks
    key, more = _elsewhere(complaint)
    return key, blanks | more


def _overlaid(complaint: ComplaintView | Summary) -> str:
    """What is told in place of the state while somebody else's turn lies over it."""
    holder = complaint.holder.role if isinstance(complaint.holder, Holder) else complaint.holder
    if holder == Role.REPORTER and complaint.state not in ("needs_completion", "answered"):
        return "items_asked"
    if complaint.state == "answered" and holder not in (Role.REPORTER, None):
        return "question_asked"
    return ""


def _elsewhere(view: ComplaintView) -> tuple[str, dict[str, str]]:
    """The same where the label says where it went, or why."""
    match view:
        case ComplaintView(rerouted_to=str()):
            return "rerouted", {}
        case ComplaintView(handover=HandoverView(body=body)):
            return "handed_over_to", {"body": body}
        case ComplaintView(archive=ArchiveView(reason=reason)):
            return "archived_for", {"reason": reason}
        case ComplaintView(state="duplicate", parent=str(parent)):
            return "duplicate_of", {"parent": parent}
        case _:
            return view.state, {}
