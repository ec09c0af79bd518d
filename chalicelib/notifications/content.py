"""What a message about a complaint may say to whom."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.directory.agencies import Agency, Category
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.model import Procedure, Role, StepKind
from chalicelib.domain.values.sealed_text import TextRef
from chalicelib.i18n.catalog import get_text
from chalicelib.i18n.dates import Language, format_date, format_deadline, format_short_deadline, format_time
from chalicelib.notifications.channels.email import one_line
from chalicelib.notifications.recipients import Addressee
from chalicelib.notifications.rendering import Known

_SHORT_GOVERNMENTS = (
    (re.compile(r"^(Pemerintah )?Kabupaten\b"), "Pemkab"),
    (re.compile(r"^(Pemerintah )?Kota\b"), "Pemkot"),
    (re.compile(r"^(Pemerintah )?Provinsi\b"), "Pemprov"),
)
"""What everybody calls a government, and an SMS has room for."""

CONFIDENTIAL_OFFICER = "confidential-officer"
CONFIDENTIAL_REPORTER = "confidential-reporter"
OMBUDSMAN_BUNDLE = "ombudsman-bundle"
LONGEST_REASON = 1_000
"""Characters of the admin's words that a mail repeats; the page has them whole."""


@dataclass(frozen=True)
class MessageSubject:
    """What is told of: an event, the complaint as it is now, and what surrounds it.

    ``agency`` is the one that has the complaint, ``other_agency`` one that helped it or had it before;
    ``title`` is the complaint's and ``reason`` what the admin wrote to the reporter (None where erased);
    ``new_region`` is where it goes on.
    """

    event: StoredEvent
    complaint: Complaint
    procedure: Procedure
    region: Region
    agency: Agency | None
    title: str | None
    other_agency: Agency | None = None
    new_region: Region | None = None
    category: Category | None = None
    reason: str | None = None


def template_for(addressee: Addressee, complaint: Complaint) -> str:
    """The template to render: confidential complaints have two of their own, with nothing to give away."""
    if not complaint.confidential or addressee.template == OMBUDSMAN_BUNDLE:
        return addressee.template
    return CONFIDENTIAL_OFFICER if addressee.officer else CONFIDENTIAL_REPORTER


def language_of(addressee: Addressee) -> Language:
    """The language the person chose."""
    person = addressee.officer or addressee.identity
    return person.language if person else "id"


def reason_ref(fact: f.Event) -> TextRef | None:
    """The words of an event that its message to the reporter repeats: why, by the admin."""
    match fact:
        case f.HandedOver(reason=reason) | f.Rerouted(reason=reason):
            return reason
        case f.CompletionAsked(note=note) | f.ItemsAsked(note=note):
            return note
        case f.Archived(text=said) | f.HandoverEnded(text=said):
            return said
        case _:
            return None


def known(matter: MessageSubject, addressee: Addressee, link: str | None) -> Known:
    """What the addressee's message may use; every name is always there, and ``None`` where it has no sense.

    Never a person's name, never the narrative; of a confidential complaint the deadline and the link alone.
    ``to`` is an officer's title (None for the reporter), ``holder`` whoever has the open step, ``deadline``
    the event's own or the open step's, ``at`` the event's time, both on the clock of the complaint's zone.
    Without a ``link`` the reporter has no account, and asks by the ticket's number.
    """
    complaint, language = matter.complaint, language_of(addressee)
    step, zone = complaint.step, ZoneInfo(complaint.zone)
    due_at = _due_at(matter, addressee)
    holder = _title(step.owner, matter.procedure, language) if step else None
    by_number = link is None or addressee.office is not None
    said: Known = {
        **place_of(matter.region),
        "link": link,
        "owner": addressee.owner,
        "stands_in": addressee.stands_in,
        "to": _salutation(addressee, matter.procedure, language),
        "ticket": complaint.ticket if by_number else None,
        "deadline": format_deadline(due_at, zone, language) if due_at else None,
        "deadline_short": format_short_deadline(due_at, zone, language) if due_at else None,
        "step": step.kind.value if step else None,
    }
    if complaint.confidential:
        return said
    agency = one_line(matter.agency.name) if matter.agency else None
    return {
        **said,
        **_told_by_the_complaint(matter, language),
        **_told_by_the_event(matter, language),
        "ticket": complaint.ticket,
        "title": one_line(matter.title) if matter.title else None,
        "agency": agency,
        "other_agency": one_line(matter.other_agency.name) if matter.other_agency else None,
        "admin": _title(Role.REGIONAL_ADMIN, matter.procedure, language),
        "holder": (agency or holder) if step and step.agency else holder,
        "at": format_time(matter.event.at, zone, language),
        "reason": _shortened(matter.reason) if matter.reason else None,
    }


def place_of(region: Region) -> Known:
    """How messages call the government: in full, and short enough for an SMS."""
    name = one_line(region.name)
    return {"region": name, "region_short": _short(name)}


def _told_by_the_complaint(matter: MessageSubject, language: Language) -> Known:
    complaint, step, handover = matter.complaint, matter.complaint.step, matter.complaint.handover
    rows = matter.procedure.get_step(step.name).rows if step else ()
    answer_by = _answer_by(complaint, matter.procedure)
    plan = complaint.answers[-1].plan if complaint.answers else None
    received = complaint.received_at.astimezone(ZoneInfo(complaint.zone)).date()
    category = matter.category
    return {
        "visit": step.visit if step else 0,
        "again": step is not None and step.visit > 1 and bool(complaint.answers),
        "late_level": getattr(matter.event.event, "late_level", None) or complaint.late_level,
        "task": one_line(rows[0].does.get_words(language)) if rows else None,
        "task_number": rows[0].number if rows else None,
        "answer_by": format_deadline(answer_by, ZoneInfo(complaint.zone), language) if answer_by else None,
        "plan": format_date(plan.date, language) if plan else None,
        "received": format_date(received, language),
        "origin": complaint.origin.ticket if complaint.origin else None,
        "moved_here": complaint.origin is not None and complaint.origin.kind == "rerouted",
        "parent": complaint.parent,
        "body": one_line(handover.body) if handover else None,
        "address": one_line(handover.address) if handover else None,
        "missing": _missing(complaint, language),
        "class": get_text(language, f"classes.{complaint.complaint_class}")
        if complaint.complaint_class
        else None,
        "category": one_line(category.name_id if language == "id" else category.name_en)
        if category
        else None,
    }


def _told_by_the_event(matter: MessageSubject, language: Language) -> Known:
    fact, zone = matter.event.event, ZoneInfo(matter.complaint.zone)
    reopening = fact.reopening if isinstance(fact, f.Archived | f.ClosedBySilence) else None
    moved_from = fact.moved_from if isinstance(fact, f.DeadlineArmed) else None
    return {
        "until": format_date(fact.until, language) if isinstance(fact, f.TimeAsked) else None,
        "outcome": fact.outcome if isinstance(fact, f.HandoverEnded) else None,
        "archived_for": get_text(language, f"archived_for.{fact.reason}")
        if isinstance(fact, f.Archived)
        else None,
        "earlier": fact.earlier if isinstance(fact, f.Archived) else None,
        "reopen_until": format_deadline(reopening.due_at, zone, language) if reopening else None,
        "former_parent": fact.parent if isinstance(fact, f.Released) else None,
        "split_off": fact.ticket if isinstance(fact, f.SplitOff) else None,
        "new_region": one_line(matter.new_region.name) if matter.new_region else None,
        "goes_on": isinstance(fact, f.Withdrawn) and fact.goes_on,
        "moved_from": format_deadline(moved_from, zone, language) if moved_from else None,
        "over_all": isinstance(fact, f.DeadlineArmed) and matter.procedure.outlasts_steps(fact.clock),
        # Only the system counts anew, by a changed calendar; a person who moves a deadline changed the class.
        "calendar_changed": matter.event.actor.role == Role.SYSTEM,
    }


def _due_at(matter: MessageSubject, addressee: Addressee) -> datetime | None:
    """The deadline the event is about, else the open step's: a reporter's own is for nobody else to keep."""
    fact, complaint, step = matter.event.event, matter.complaint, matter.complaint.step
    if isinstance(fact, f.DeadlineArmed):
        return fact.derivation.due_at
    if isinstance(fact, f.RungReached):
        clock = complaint.clock(fact.clock, fact.visit)
        return clock.due_at if clock else None
    if step is None or step.owner == Role.SYSTEM:
        return None
    return None if addressee.officer and step.owner == Role.REPORTER else step.due_at


def _answer_by(complaint: Complaint, procedure: Procedure) -> datetime | None:
    """When the agency's answer is due: the time of its inner rows together, or of the one step there is."""
    step = complaint.step
    if step is None or step.kind is not StepKind.RESPOND:
        return None
    for clock in complaint.clocks:
        envelope = procedure.find_overall_deadline(clock.name)
        if envelope and "complaint.answered" in envelope.stops_on:
            return clock.due_at
    return step.due_at if "answer" in procedure.get_step(step.name).exits else None


def _missing(complaint: Complaint, language: Language) -> str | None:
    missing = complaint.waiting.missing if complaint.waiting else ()
    return ", ".join(get_text(language, f"missing.{item}") for item in missing) or None


def _shortened(words: str) -> str:
    line = one_line(words)
    return line if len(line) <= LONGEST_REASON else f"{line[:LONGEST_REASON].rsplit(' ', 1)[0]}…"


def _short(government: str) -> str:
    for pattern, short in _SHORT_GOVERNMENTS:
        government = pattern.sub(short, government)
    return government


def _salutation(addressee: Addressee, procedure: Procedure, language: Language) -> str | None:
    if addressee.officer is None:
        return None
    return one_line(addressee.officer.title) or _title(addressee.role, procedure, language)


def _title(role: str, procedure: Procedure, language: Language) -> str:
    title = procedure.roles.get(role)
    return one_line(title.title.get_words(language)) if title else role
