"""Who is told of an event, as the procedure's notices and ladders say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.procedure.model import AGENCY_ROLES, Procedure, Role, Rung
from chalicelib.domain.values.identity import Identity
from chalicelib.services.ports import Directory
from chalicelib.services.staff.delegation import who_answers, who_may_do

REPORTER = "reporter"
"""The reporter's recipient id: message records hold no account."""
RECEIVED = "received"
RECEIPT = "tanda-terima"
"""What a reporter gets instead of ``received`` for whom an officer typed it in."""

BUNDLE_BY_HAND = "bundle-by-hand"


@dataclass(frozen=True)
class Addressee:
    """One person to be told: the reporter by their ``identity``, an ``officer``, or an ``office`` outside.

    ``recipient`` is their id in the message records, ``sms`` asks for an SMS beside the e-mail, ``owner``
    says that the open step is theirs to do, ``supports`` that their agency is asked to help: only these two
    get a link by which to act. ``stands_in`` is whoever is told because nobody of the desk concerned is on
    duty; where that is the owner's desk, the step is theirs to do meanwhile.
    ``office`` is an e-mail address.
    """

    recipient: str
    role: str
    template: str
    sms: bool = False
    owner: bool = False
    supports: bool = False
    stands_in: bool = False
    officer: Officer | None = None
    identity: Identity | None = None
    office: str | None = None

    @property
    def email(self) -> str | None:
        """Where e-mail reaches them."""
        return self.office or (self._person.email if self._person else None)

    @property
    def phone(self) -> str | None:
        """Their telephone, mobile or not (E.164)."""
        return self._person.phone if self._person else None

    @property
    def _person(self) -> Officer | Identity | None:
        return self.officer or self.identity


class _Wish(NamedTuple):
    """Whom a notice or a rung wants to be told, in its own words, and how."""

    to: str
    template: str
    sms: bool


class _Desk(NamedTuple):
    """Where the officers sit who are to be told; ``stand_ins`` where somebody must be, whoever is on duty."""

    role: str
    agency: str | None = None
    unit: str | None = None
    stand_ins: bool = False


def addressees(
    event: StoredEvent,
    complaint: Complaint,
    procedure: Procedure,
    directory: Directory,
    identity: Identity | None,
) -> list[Addressee]:
    """Everyone to be told of the event, each once; nobody where it has been overtaken.

    ``complaint`` is as it is now: an opened step that is closed again, or a rung of a clock that is closed or
    was armed anew for another deadline, would send people to a link that leads nowhere. ``identity`` is the
    reporter's; an erased one is not told. Officers are not told of what they did themselves, unless the next
    step is theirs too. Of a protected report nobody hears but the reporter and the Inspektorat, whatever the
    procedure says.
    """
    if _overtaken(event, complaint):
        return []
    told: dict[str, Addressee] = {}
    wishes = [*_wishes(event, complaint, procedure), *_by_hand(event, complaint, directory)]
    owners = {one.id for one in who_may_do(complaint, procedure, directory)} if wishes else set()
    for wish in wishes:
        for person in _people(wish, event, complaint, procedure, directory, identity, owners):
            known = told.get(person.recipient)
            told[person.recipient] = replace(known, sms=known.sms or wish.sms) if known else person
    return [
        person
        for person in told.values()
        if _may_know(person, complaint) and not _knows_already(person, event)
    ]


def _may_know(person: Addressee, complaint: Complaint) -> bool:
    return not complaint.protected or person.role in (Role.REPORTER, Role.INSPECTORATE)


def _knows_already(person: Addressee, event: StoredEvent) -> bool:
    """Whether an officer did it themselves; but who has the next step too needs the link to it."""
    needs_link = person.owner and isinstance(event.event, f.StepOpened)
    return person.officer is not None and person.recipient == event.actor.id and not needs_link


def _overtaken(event: StoredEvent, complaint: Complaint) -> bool:
    match event.event:
        case f.StepOpened(step=name, visit=visit):
            return complaint.step is None or (complaint.step.name, complaint.step.visit) != (name, visit)
        case f.RungReached(clock=name, visit=visit, rung=rung):
            clock = complaint.clock(name, visit)
            return clock is None or rung not in clock.reached
        case f.DeadlineArmed(clock=name, visit=visit, derivation=derivation):
            clock = complaint.clock(name, visit)
            return clock is None or clock.due_at != derivation.due_at
        case f.CompletionAsked() | f.ItemsAsked():
            return complaint.waiting is None
        case _:
            return False


def _wishes(event: StoredEvent, complaint: Complaint, procedure: Procedure) -> Iterator[_Wish]:
    """What the procedure asks for; a notice for this very case comes before one for all such events."""
    if isinstance(event.event, f.RungReached):
        rung = _rung(event.event, procedure)
        if rung and rung.template:
            yield from (_Wish(to, rung.template, rung.sms) for to in rung.tell)
        return
    if isinstance(event.event, f.StepOpened) and event.event.resumed:
        # What the reporter gave, or did not, is told by an event of its own, with the link.
        return
    if isinstance(event.event, f.AgencySucceeded) and event.event.successor != complaint.agency:
        # Only a supporter was renamed: its successor is asked to help, and nobody else has anything new.
        asking = (notice for notice in procedure.notices if notice.to == "supporters")
        yield from (_Wish("agency", notice.template, sms=False) for notice in asking)
        return
    for when in (f"{event.type}:{_qualifier(event, complaint)}", event.type):
        for notice in procedure.notices:
            if notice.when == when:
                yield _Wish(notice.to, _fitting(notice.template, event.event), sms=False)


def _by_hand(event: StoredEvent, complaint: Complaint, directory: Directory) -> Iterator[_Wish]:
    """Where the Ombudsman has no e-mail address on file, somebody has to bring the bundle there."""
    region = directory.region(complaint.region)
    if isinstance(event.event, f.Consented) and region and region.ombudsman_email is None:
        bearer = Role.INSPECTORATE if complaint.protected else Role.COORDINATOR
        yield _Wish(bearer, BUNDLE_BY_HAND, sms=False)


def _qualifier(event: StoredEvent, complaint: Complaint) -> str | None:
    """What may stand after the colon of a notice's ``when``."""
    match event.event:
        case f.StepOpened(step=step):
            return step
        case f.Replied(by=by):
            return by
        case f.Disputed():
            until_now = sum(reply.disputes and reply.at <= event.at for reply in complaint.replies)
            return "again" if until_now > 1 else None
        case f.DeadlineArmed(moved_from=before) if before is not None:
            return "moved"
        case _:
            return None


def _fitting(template: str, fact: f.Event) -> str:
    typed_in = isinstance(fact, f.Filed) and fact.channel != "web"
    return RECEIPT if typed_in and template == RECEIVED else template


def _rung(fact: f.RungReached, procedure: Procedure) -> Rung | None:
    ladder = procedure.find_ladder(fact.clock)
    return next((rung for rung in ladder.rungs if rung.name == fact.rung), None) if ladder else None


def _people(
    wish: _Wish,
    event: StoredEvent,
    complaint: Complaint,
    procedure: Procedure,
    directory: Directory,
    identity: Identity | None,
    owners: set[str],
) -> Iterator[Addressee]:
    for desk in _desks(wish.to, event, complaint, procedure):
        if desk.role == Role.REPORTER:
            if identity and _still_hears(event.event, complaint):
                theirs = complaint.step is not None and complaint.step.owner == Role.REPORTER
                yield Addressee(REPORTER, desk.role, wish.template, wish.sms, owner=theirs, identity=identity)
            continue
        for officer in _officers(desk, complaint.region, procedure, directory):
            yield Addressee(
                officer.id,
                officer.role,
                wish.template,
                wish.sms,
                owner=officer.id in owners,
                supports=officer.agency in complaint.supporters,
                stands_in=desk.stand_ins and officer.role != desk.role,
                officer=officer,
            )


def _still_hears(fact: f.Event, complaint: Complaint) -> bool:
    """Who withdrew is told that they did, and nothing of what goes on without them."""
    return complaint.withdrawn_at is None or isinstance(fact, f.Withdrawn)


def _desks(to: str, event: StoredEvent, complaint: Complaint, procedure: Procedure) -> Iterator[_Desk]:
    step = complaint.step
    match to:
        case "owner":
            if step and (step.owner != Role.REPORTER or _is_the_reporters(event.event, procedure)):
                yield _Desk(step.owner, step.agency, step.unit, stand_ins=True)
        case "superior":
            title = procedure.roles.get(step.owner) if step else None
            if title and title.superior:
                yield _Desk(title.superior, complaint.agency, complaint.unit)
        case "supporters":
            yield from (_Desk(Role.LIAISON, agency, stand_ins=True) for agency in complaint.supporters)
        case "agency":
            agency = agency_of(event.event)
            if agency:
                yield _Desk(Role.LIAISON, agency, stand_ins=True)
        case _:
            yield _Desk(to, complaint.agency, complaint.unit)


def agency_of(fact: f.Event) -> str | None:
    """The agency an event is about: of two the one that has it from now on."""
    if isinstance(fact, f.AgencySucceeded):
        return fact.successor
    agency: str | None = getattr(fact, "agency", None)
    return agency


def _is_the_reporters(fact: f.Event, procedure: Procedure) -> bool:
    """Whether an open step's owner is meant although it is the reporter: their own step or its own clock.

    A clock over several steps (*envelope*) runs on while the reporter is asked something: it is not theirs.
    """
    if isinstance(fact, f.RungReached):
        return not procedure.outlasts_steps(fact.clock)
    return isinstance(fact, f.StepOpened)


def _officers(desk: _Desk, region: str, procedure: Procedure, directory: Directory) -> Sequence[Officer]:
    if desk.stand_ins:
        return who_answers(directory, procedure, region, desk.role, desk.agency, desk.unit)
    within = desk.role in AGENCY_ROLES
    if within and desk.agency is None:
        return []
    unit = desk.unit if desk.role == Role.UNIT else None
    return directory.officers(region, desk.role, desk.agency if within else None, unit)
