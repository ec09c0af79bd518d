"""What a complaint's facts look like to people: labels, dates, rows, the derivation of a deadline."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.domain.deadlines import Derivation, DerivationDay
from chalicelib.domain.procedure import Role, Text
from chalicelib.services.views import ComplaintView, Holder, Moment, RowView, Summary
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
    """A row of the procedure: ``when`` is "done", "current" or "to_come"."""

    row: RowView
    when: Literal["done", "current", "to_come"]


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

    def deadline(self, due_at: datetime, zone: str) -> str:
        """A deadline as the day at whose end it is, or with its minute."""
        return deadline_words(due_at, ZoneInfo(zone), self.language)

    def state(self, complaint: ComplaintView | Summary, *, staff: bool = False) -> str:
        """The label of the complaint's state, as its reporter or the staff read it."""
        key = complaint.state
        if isinstance(complaint, ComplaintView) and complaint.resolved_by:
            key = f"resolved_by_{complaint.resolved_by}"
        if staff and has(f"states_for_staff.{key}"):
            return text(self.language, f"states_for_staff.{key}")
        return text(self.language, f"states.{key}", agency=complaint.agency_name or "")

    def explained(self, view: ComplaintView) -> str:
        """What the state means for the reporter, in a sentence."""
        key = f"resolved_by_{view.resolved_by}" if view.resolved_by else view.state
        return text(self.language, f"explained.{key}", agency=view.agency_name or "")

    def holder(self, view: ComplaintView, holder: Holder, *, staff: bool = False) -> str:
        """On whose desk it lies: the agency by its name, the reporter as "you"."""
        if holder.role == Role.REPORTER and not staff:
            return text(self.language, "pages.status.you")
        title = self.words(holder.title)
        if holder.role in {Role.LIAISON, Role.HEAD} and view.agency_name:
            return view.agency_name
        return f"{title}, {view.region_name}" if holder.role == Role.REGIONAL_ADMIN else title

    def is_overdue(self, view: ComplaintView) -> bool:
        """Whether the one who must act now has let the time pass; the reporter owes nothing."""
        holder = view.holder
        if holder is None or holder.role == Role.REPORTER:
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

    def rows(self, view: ComplaintView) -> list[RowShown]:
        """The procedure's rows: the first that is not done is the one people wait for."""
        shown: list[RowShown] = []
        for row in view.rows:
            if row.done_at:
                shown.append(RowShown(row, "done"))
            else:
                waiting = all(before.when == "done" for before in shown) and view.holder is not None
                shown.append(RowShown(row, "current" if waiting else "to_come"))
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

    def _says(self, day: DerivationDay) -> str:
        if day.reason == "trigger":
            return text(self.language, "derivation.trigger")
        if day.counted is None:
            key = f"skipped.{day.reason}"
        else:
            key = f"counted.{day.reason if day.reason == 'extra_working_day' else 'day'}"
        said = text(self.language, f"derivation.{key}", n=day.counted or "", name=day.name or "")
        return f"{said} {text(self.language, 'derivation.estimated')}" if day.estimated else said
