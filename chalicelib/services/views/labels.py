"""Labels of one language for a complaint's state, its events and the days of a deadline.

Pages and documents share them.
"""

from chalicelib.domain.procedure.model import Role
from chalicelib.domain.time.deadlines import DerivationDay
from chalicelib.i18n.catalog import get_text, has_text
from chalicelib.i18n.dates import Language
from chalicelib.services.views.models import (
    ArchiveView,
    ComplaintView,
    HandoverView,
    Holder,
    Summary,
    TimelineEntry,
)


def format_state(complaint: ComplaintView | Summary, language: Language, *, staff: bool = False) -> str:
    """Return the label of the complaint's state, for its reporter or for the staff."""
    key, blanks = find_state_label(complaint)
    if "reason" in blanks:
        blanks["reason"] = get_text(language, f"archived_for.{blanks['reason']}")
    if staff and has_text(f"states_for_staff.{key}"):
        return get_text(language, f"states_for_staff.{key}", **blanks)
    return get_text(language, f"states.{key}", **blanks)


def find_state_label(complaint: ComplaintView | Summary) -> tuple[str, dict[str, str]]:
    """Return the key of a complaint's label and the values of its blanks; a list has less than a page."""
    blanks = {"agency": complaint.agency_name or ""}
    if complaint.resolved_by:
        return f"resolved_by_{complaint.resolved_by}", blanks
    if key := _find_asking_state(complaint):
        return key, blanks
    if isinstance(complaint, Summary):
        return complaint.state, blanks
    key, more = _find_detailed_state(complaint)
    return key, blanks | more


def format_moment(moment: TimelineEntry, language: Language) -> str:
    """Return what happened as a sentence."""
    key = "rung.late" if moment.late_level else moment.type
    return get_text(language, f"events.{key}", level=moment.late_level or "")


def format_derivation_day(day: DerivationDay, language: Language) -> str:
    """Return whether a day counts towards a deadline, and why."""
    label = _format_count(day, language)
    if day.minutes:
        hours = ", ".join(day.hours)
        label += f": {get_text(language, 'derivation.minutes', minutes=day.minutes, hours=hours)}"
    return f"{label} {get_text(language, 'derivation.estimated')}" if day.estimated else label


def _format_count(day: DerivationDay, language: Language) -> str:
    if day.reason == "trigger":
        return get_text(language, "derivation.begins_and_counts" if day.minutes else "derivation.trigger")
    if day.counted is None:
        key = f"skipped.{day.reason}"
    else:
        key = f"counted.{day.reason if day.reason == 'extra_working_day' else 'day'}"
    return get_text(language, f"derivation.{key}", n=day.counted or "", name=day.name or "")


def _find_asking_state(complaint: ComplaintView | Summary) -> str:
    """Return the label that replaces the state's while somebody is asked for something; else empty."""
    holder = complaint.holder.role if isinstance(complaint.holder, Holder) else complaint.holder
    if holder == Role.REPORTER and complaint.state not in ("needs_completion", "answered"):
        return "items_asked"
    if complaint.state == "answered" and holder not in (Role.REPORTER, None):
        return "question_asked"
    return ""


def _find_detailed_state(view: ComplaintView) -> tuple[str, dict[str, str]]:
    """Return the label that says where the complaint went, or why; else that of its state."""
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
