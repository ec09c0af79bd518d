"""Find whom an event is told to, as the procedure's notices and ladders say."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.completion import CompletionAsked, ItemsAsked
from chalicelib.domain.complaint.event import DomainEvent
from chalicelib.domain.complaint.handling import AgencySucceeded
from chalicelib.domain.complaint.intake import Filed
from chalicelib.domain.complaint.outcome import Disputed, Replied, Withdrawn
from chalicelib.domain.complaint.referral import Consented
from chalicelib.domain.complaint.reminding import OwnerReminded
from chalicelib.domain.complaint.rungs import RungReached
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.procedure.model import AGENCY_ROLES, Procedure, Role, Rung
from chalicelib.domain.values.identity import Identity
from chalicelib.notifications.message import REPORTER, Addressee
from chalicelib.notifications.subject import get_agency_id
from chalicelib.services.ports import Directory
from chalicelib.services.staff.delegation import find_officers_for, find_step_officers

RECEIVED = "received"
RECEIPT = "tanda-terima"
"""The template that replaces ``received`` for a reporter whose report an officer typed in."""

BUNDLE_BY_HAND = "bundle-by-hand"
REMINDER = "reminder"


class _Rule(NamedTuple):
    """A rule of the procedure that applies to the event: ``to`` in the procedure's words, and how to tell."""

    to: str
    template: str
    sms: bool = False


class _Desk(NamedTuple):
    """A desk whose officers are told; ``with_deputies`` where somebody must be, even if nobody is on duty."""

    role: str
    agency: str | None = None
    unit: str | None = None
    with_deputies: bool = False


class _Case(NamedTuple):
    """The event, and everything that decides who is told of it."""

    event: StoredEvent
    complaint: Complaint
    procedure: Procedure
    directory: Directory
    identity: Identity | None


def find_addressees(
    event: StoredEvent,
    complaint: Complaint,
    procedure: Procedure,
    directory: Directory,
    identity: Identity | None,
) -> list[Addressee]:
    """Find everyone to be told of the event, each once; nobody where it has been overtaken.

    ``complaint`` is as it is now: for an opened step that is closed again, or a rung of a clock that is
    closed or has another deadline by now, people would follow a link that leads nowhere. ``identity`` is the
    reporter's; an erased one is not told. Officers are not told of what they did themselves, unless the next
    step is theirs too. Of a protected report only the reporter and the Inspektorat hear, even where the
    procedure names others.
    """
    if _is_overtaken(event, complaint):
        return []
    case = _Case(event, complaint, procedure, directory, identity)
    rules = [*_list_rules(case), *_list_fixed_rules(case)]
    owners = (
        {officer.id for officer in find_step_officers(complaint, procedure, directory)} if rules else set()
    )
    addressees: dict[str, Addressee] = {}
    for rule in rules:
        for person in _find_people(rule, case, owners):
            earlier = addressees.get(person.recipient)
            addressees[person.recipient] = (
                replace(earlier, sms=earlier.sms or rule.sms) if earlier else person
            )
    return [
        person
        for person in addressees.values()
        if _may_know(person, complaint) and not _is_informed(person, event)
    ]


def find_link_addressees(
    officer_id: str, template: str, complaint: Complaint, procedure: Procedure, directory: Directory
) -> list[Addressee]:
    """Return the officer who asks for a new link, if they are on duty and the open step is theirs to do."""
    officer = directory.get_officer_on_duty(complaint.region, officer_id)
    step, owners = complaint.step, find_step_officers(complaint, procedure, directory)
    if officer is None or step is None or officer.id not in {owner.id for owner in owners}:
        return []
    deputy = officer.role != step.owner
    return [Addressee(officer.id, officer.role, template, owner=True, deputy=deputy, officer=officer)]


def _may_know(person: Addressee, complaint: Complaint) -> bool:
    return not complaint.protected or person.role in (Role.REPORTER, Role.INSPECTORATE)


def _is_informed(person: Addressee, event: StoredEvent) -> bool:
    """Tell whether an officer did it themselves; the owner of the next step still needs the link to it."""
    needs_link = person.owner and isinstance(event.event, StepOpened)
    return person.officer is not None and person.recipient == event.actor.id and not needs_link


def _is_overtaken(event: StoredEvent, complaint: Complaint) -> bool:
    match event.event:
        case StepOpened(step=name, visit=visit) | OwnerReminded(step=name, visit=visit):
            return complaint.step is None or (complaint.step.name, complaint.step.visit) != (name, visit)
        case RungReached(clock=name, visit=visit, rung=rung):
            clock = complaint.find_clock(name, visit)
            return clock is None or rung not in clock.reached
        case DeadlineArmed(clock=name, visit=visit, derivation=derivation):
            clock = complaint.find_clock(name, visit)
            return clock is None or clock.due_at != derivation.due_at
        case CompletionAsked() | ItemsAsked():
            return complaint.waiting is None
        case _:
            return False


def _list_rules(case: _Case) -> Iterator[_Rule]:
    """List the procedure's rules for the event; a notice for this very case comes before a general one."""
    stored, event, notices = case.event, case.event.event, case.procedure.notices
    if isinstance(event, RungReached):
        rung = _find_rung(event, case.procedure)
        if rung and rung.template:
            yield from (_Rule(to, rung.template, rung.sms) for to in rung.tell)
        return
    if isinstance(event, StepOpened) and event.resumed:
        # What the reporter gave, or did not, is told by an event of its own, with the link.
        return
    if isinstance(event, AgencySucceeded) and event.successor != case.complaint.agency:
        # Only a supporter was renamed: its successor is asked to help, and the others have no news.
        yield from (_Rule("agency", notice.template) for notice in notices if notice.to == "supporters")
        return
    for when in (f"{stored.type}:{_get_qualifier(stored, case.complaint)}", stored.type):
        for notice in notices:
            if notice.when == when:
                yield _Rule(notice.to, _choose_template(notice.template, event))


def _list_fixed_rules(case: _Case) -> Iterator[_Rule]:
    """List the rules that hold under every procedure.

    A reminder goes to the owner of the open step. Where the Ombudsman has no e-mail address on file, an
    officer takes the bundle there.
    """
    if isinstance(case.event.event, OwnerReminded):
        yield _Rule("owner", REMINDER)
    region = case.directory.get_region(case.complaint.region)
    if isinstance(case.event.event, Consented) and region and region.ombudsman_email is None:
        bearer = Role.INSPECTORATE if case.complaint.protected else Role.COORDINATOR
        yield _Rule(bearer, BUNDLE_BY_HAND)


def _get_qualifier(event: StoredEvent, complaint: Complaint) -> str | None:
    """Return the word that may follow the colon of a notice's ``when``."""
    match event.event:
        case StepOpened(step=step):
            return step
        case Replied(by=by):
            return by
        case Disputed():
            until_now = sum(reply.disputes and reply.at <= event.at for reply in complaint.replies)
            return "again" if until_now > 1 else None
        case DeadlineArmed(moved_from=before) if before is not None:
            return "moved"
        case _:
            return None


def _choose_template(template: str, event: DomainEvent) -> str:
    typed_in = isinstance(event, Filed) and event.channel != "web"
    return RECEIPT if typed_in and template == RECEIVED else template


def _find_rung(event: RungReached, procedure: Procedure) -> Rung | None:
    ladder = procedure.find_ladder(event.clock)
    return next((rung for rung in ladder.rungs if rung.name == event.rung), None) if ladder else None


def _find_people(rule: _Rule, case: _Case, owners: set[str]) -> Iterator[Addressee]:
    complaint = case.complaint
    for desk in _find_desks(rule.to, case):
        if desk.role == Role.REPORTER:
            if case.identity and _may_tell_reporter(case):
                owner = complaint.step is not None and complaint.step.owner == Role.REPORTER
                yield Addressee(
                    REPORTER, desk.role, rule.template, rule.sms, owner=owner, identity=case.identity
                )
            continue
        for officer in _find_officers(desk, case):
            yield Addressee(
                officer.id,
                officer.role,
                rule.template,
                rule.sms,
                owner=officer.id in owners,
                supports=officer.agency in complaint.supporters,
                deputy=desk.with_deputies and officer.role != desk.role,
                officer=officer,
            )


def _may_tell_reporter(case: _Case) -> bool:
    """Tell whether the reporter hears of it: after a withdrawal they are told that, and nothing more."""
    return case.complaint.withdrawn_at is None or isinstance(case.event.event, Withdrawn)


def _find_desks(to: str, case: _Case) -> Iterator[_Desk]:
    complaint, step = case.complaint, case.complaint.step
    match to:
        case "owner":
            if step and (step.owner != Role.REPORTER or _is_for_owner(case)):
                yield _Desk(step.owner, step.agency, step.unit, with_deputies=True)
        case "superior":
            title = case.procedure.roles.get(step.owner) if step else None
            if title and title.superior:
                yield _Desk(title.superior, complaint.agency, complaint.unit)
        case "supporters":
            yield from (_Desk(Role.LIAISON, agency, with_deputies=True) for agency in complaint.supporters)
        case "agency":
            agency = get_agency_id(case.event.event)
            if agency:
                yield _Desk(Role.LIAISON, agency, with_deputies=True)
        case _:
            yield _Desk(to, complaint.agency, complaint.unit)


def _is_for_owner(case: _Case) -> bool:
    """Tell whether the reporter is meant as the owner of the open step: their own step or its clock.

    A clock over several steps (*envelope*) runs on while the reporter is asked something: it is not theirs.
    """
    event = case.event.event
    if isinstance(event, RungReached):
        return not case.procedure.outlasts_steps(event.clock)
    return isinstance(event, StepOpened)


def _find_officers(desk: _Desk, case: _Case) -> Sequence[Officer]:
    directory, region = case.directory, case.complaint.region
    if desk.with_deputies:
        return find_officers_for(directory, case.procedure, region, desk.role, desk.agency, desk.unit)
    within = desk.role in AGENCY_ROLES
    if within and desk.agency is None:
        return []
    unit = desk.unit if desk.role == Role.UNIT else None
    return directory.list_officers_on_duty(region, desk.role, desk.agency if within else None, unit)
