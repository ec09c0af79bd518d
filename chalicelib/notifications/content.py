"""Choose what a message about a complaint tells its addressee: the template, and the values it may use."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.duplicates import Released, SplitOff
from chalicelib.domain.complaint.handling import TimeAsked
from chalicelib.domain.complaint.outcome import Withdrawn
from chalicelib.domain.complaint.routing import HandoverEnded
from chalicelib.domain.complaint.rungs import ClosedBySilence, RungReached
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.verification import Archived
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.model import Procedure, Role, StepKind
from chalicelib.i18n.catalog import get_text
from chalicelib.i18n.dates import Language, format_date, format_deadline, format_short_deadline, format_time
from chalicelib.notifications.channels.email import to_one_line
from chalicelib.notifications.message import Addressee
from chalicelib.notifications.rendering import TemplateContext
from chalicelib.notifications.subject import MessageSubject

_SHORT_GOVERNMENTS = (
    (re.compile(r"^(Pemerintah )?Kabupaten\b"), "Pemkab"),
    (re.compile(r"^(Pemerintah )?Kota\b"), "Pemkot"),
    (re.compile(r"^(Pemerintah )?Provinsi\b"), "Pemprov"),
)
"""The short names of governments that everybody uses, and that an SMS has room for."""

CONFIDENTIAL_OFFICER = "confidential-officer"
CONFIDENTIAL_REPORTER = "confidential-reporter"
OMBUDSMAN_BUNDLE = "ombudsman-bundle"
LONGEST_REASON = 1_000
"""Characters of the admin's reason that a mail repeats; the page has all of it."""


def choose_template(addressee: Addressee, complaint: Complaint) -> str:
    """Return the template to render; a confidential complaint has its own, which give nothing away."""
    if not complaint.confidential or addressee.template == OMBUDSMAN_BUNDLE:
        return addressee.template
    return CONFIDENTIAL_OFFICER if addressee.officer else CONFIDENTIAL_REPORTER


def build_template_context(
    subject: MessageSubject, addressee: Addressee, link: str | None
) -> TemplateContext:
    """Build the values that the addressee's message may use.

    Every name is always there, ``None`` where it has no meaning. It never has a person's name or the
    narrative; of a confidential complaint it has the deadline and the link alone. ``to`` is an officer's
    title (None for the reporter), ``holder`` has the open step, ``deadline`` is the event's own or the open
    step's, ``at`` the event's time, both in the complaint's time zone. Without a ``link`` the reporter has no
    account, and asks with the ticket's number.
    """
    complaint, language = subject.complaint, addressee.language
    step, zone = complaint.step, ZoneInfo(complaint.zone)
    due_at = _find_deadline(subject, addressee)
    holder = _get_role_title(step.owner, subject.procedure, language) if step else None
    has_number = link is None or addressee.office is not None
    context: TemplateContext = {
        **build_region_context(subject.region),
        "link": link,
        "owner": addressee.owner,
        "deputy": addressee.deputy,
        "to": _get_salutation(addressee, subject.procedure, language),
        "ticket": complaint.ticket if has_number else None,
        "deadline": format_deadline(due_at, zone, language) if due_at else None,
        "deadline_short": format_short_deadline(due_at, zone, language) if due_at else None,
        "step": step.kind.value if step else None,
    }
    if complaint.confidential:
        return context
    agency = to_one_line(subject.agency.name) if subject.agency else None
    return {
        **context,
        **_build_complaint_context(subject, language),
        **_build_event_context(subject, language),
        "ticket": complaint.ticket,
        "title": to_one_line(subject.title) if subject.title else None,
        "agency": agency,
        "other_agency": to_one_line(subject.other_agency.name) if subject.other_agency else None,
        "admin": _get_role_title(Role.REGIONAL_ADMIN, subject.procedure, language),
        "holder": (agency or holder) if step and step.agency else holder,
        "at": format_time(subject.event.at, zone, language),
        "reason": _shorten(subject.reason) if subject.reason else None,
    }


def build_region_context(region: Region) -> TemplateContext:
    """Build the government's names: in full, and short enough for an SMS."""
    name = to_one_line(region.name)
    return {"region": name, "region_short": _shorten_government(name)}


def _build_complaint_context(subject: MessageSubject, language: Language) -> TemplateContext:
    complaint, step, handover = subject.complaint, subject.complaint.step, subject.complaint.handover
    rows = subject.procedure.get_step(step.name).rows if step else ()
    answer_by = _find_answer_deadline(complaint, subject.procedure)
    plan = complaint.answers[-1].plan if complaint.answers else None
    received = complaint.received_at.astimezone(ZoneInfo(complaint.zone)).date()
    category = subject.category
    return {
        "visit": step.visit if step else 0,
        "again": step is not None and step.visit > 1 and bool(complaint.answers),
        "late_level": getattr(subject.event.event, "late_level", None) or complaint.late_level,
        "task": to_one_line(rows[0].does.get_words(language)) if rows else None,
        "task_number": rows[0].number if rows else None,
        "answer_by": format_deadline(answer_by, ZoneInfo(complaint.zone), language) if answer_by else None,
        "plan": format_date(plan.date, language) if plan else None,
        "received": format_date(received, language),
        "origin": complaint.origin.ticket if complaint.origin else None,
        "moved_here": complaint.origin is not None and complaint.origin.kind == "rerouted",
        "parent": complaint.parent,
        "body": to_one_line(handover.body) if handover else None,
        "address": to_one_line(handover.address) if handover else None,
        "missing": _format_missing(complaint, language),
        "class": get_text(language, f"classes.{complaint.complaint_class}")
        if complaint.complaint_class
        else None,
        "category": to_one_line(category.name_id if language == "id" else category.name_en)
        if category
        else None,
    }


def _build_event_context(subject: MessageSubject, language: Language) -> TemplateContext:
    event, zone = subject.event.event, ZoneInfo(subject.complaint.zone)
    reopening = event.reopening if isinstance(event, Archived | ClosedBySilence) else None
    moved_from = event.moved_from if isinstance(event, DeadlineArmed) else None
    return {
        "until": format_date(event.until, language) if isinstance(event, TimeAsked) else None,
        "outcome": event.outcome if isinstance(event, HandoverEnded) else None,
        "archived_for": get_text(language, f"archived_for.{event.reason}")
        if isinstance(event, Archived)
        else None,
        "earlier": event.earlier if isinstance(event, Archived) else None,
        "reopen_until": format_deadline(reopening.due_at, zone, language) if reopening else None,
        "former_parent": event.parent if isinstance(event, Released) else None,
        "split_off": event.ticket if isinstance(event, SplitOff) else None,
        "new_region": to_one_line(subject.new_region.name) if subject.new_region else None,
        "goes_on": isinstance(event, Withdrawn) and event.goes_on,
        "moved_from": format_deadline(moved_from, zone, language) if moved_from else None,
        "over_all": isinstance(event, DeadlineArmed) and subject.procedure.outlasts_steps(event.clock),
        # The system moves a deadline only for a changed calendar; a person who moves one changed the class.
        "calendar_changed": subject.event.actor.role == Role.SYSTEM,
    }


def _find_deadline(subject: MessageSubject, addressee: Addressee) -> datetime | None:
    """Find the event's deadline, else the open step's. Officers are not told the reporter's own as theirs."""
    event, complaint, step = subject.event.event, subject.complaint, subject.complaint.step
    if isinstance(event, DeadlineArmed):
        return event.derivation.due_at
    if isinstance(event, RungReached):
        clock = complaint.find_clock(event.clock, event.visit)
        return clock.due_at if clock else None
    if step is None or step.owner == Role.SYSTEM:
        return None
    return None if addressee.officer and step.owner == Role.REPORTER else step.due_at


def _find_answer_deadline(complaint: Complaint, procedure: Procedure) -> datetime | None:
    """Find when the agency's answer is due: the time of its inner rows together, or of its only step."""
    step = complaint.step
    if step is None or step.kind is not StepKind.RESPOND:
        return None
    for clock in complaint.clocks:
        envelope = procedure.find_overall_deadline(clock.name)
        if envelope and "complaint.answered" in envelope.stops_on:
            return clock.due_at
    return step.due_at if "answer" in procedure.get_step(step.name).exits else None


def _format_missing(complaint: Complaint, language: Language) -> str | None:
    missing = complaint.waiting.missing if complaint.waiting else ()
    return ", ".join(get_text(language, f"missing.{item}") for item in missing) or None


def _shorten(text: str) -> str:
    line = to_one_line(text)
    return line if len(line) <= LONGEST_REASON else f"{line[:LONGEST_REASON].rsplit(' ', 1)[0]}…"


def _shorten_government(government: str) -> str:
    for pattern, short in _SHORT_GOVERNMENTS:
        government = pattern.sub(short, government)
    return government


def _get_salutation(addressee: Addressee, procedure: Procedure, language: Language) -> str | None:
    if addressee.officer is None:
        return None
    return to_one_line(addressee.officer.title) or _get_role_title(addressee.role, procedure, language)


def _get_role_title(role: str, procedure: Procedure, language: Language) -> str:
    title = procedure.roles.get(role)
    return to_one_line(title.title.get_words(language)) if title else role
