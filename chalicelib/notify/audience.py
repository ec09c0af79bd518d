"""Who is told of an event, as the procedure's notices and ladders say."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from chalicelib.domain import facts as f
from chalicelib.domain.complaint import Complaint, OpenStep
from chalicelib.domain.directory import Officer
from chalicelib.domain.events import Event
from chalicelib.domain.privacy import Identity
from chalicelib.domain.procedure import AGENCY_ROLES, Procedure, Role, Rung
from chalicelib.services.ports import Directory

REPORTER = "reporter"
"""The reporter's recipient id: message records hold no account."""


@dataclass(frozen=True)
class Addressee:
    """One person to be told: the reporter by their ``identity``, anyone else as an ``officer``.

    ``recipient`` is their id in the message records, ``sms`` asks for an SMS beside the e-mail, ``owner``
    says that the open step is theirs: only an owner gets a link by which to act.
    """

    recipient: str
    role: str
    template: str
    sms: bool = False
    owner: bool = False
    officer: Officer | None = None
    identity: Identity | None = None

    @property
    def email(self) -> str | None:
        """Where e-mail reaches them."""
        return self._person.email

    @property
    def phone(self) -> str | None:
        """Their telephone, mobile or not (E.164)."""
        return self._person.phone

    @property
    def _person(self) -> Officer | Identity:
        person = self.officer or self.identity
        assert person is not None
        return person


def addressees(
    event: Event, complaint: Complaint, procedure: Procedure, directory: Directory, identity: Identity | None
) -> list[Addressee]:
    """Everyone to be told of the event, each once; nobody where it has been overtaken.

    ``complaint`` is as it is now: an opened step that is closed again, or a rung of a clock that is closed or
    was armed anew for another deadline, would send people to a link that leads nowhere. ``identity`` is the
    reporter's; an erased one is not told. Officers are not told of what they did themselves.
    """
    if _overtaken(event, complaint):
        return []
    told: dict[str, Addressee] = {}
    for role, template, sms in _wanted(event, complaint, procedure):
        for person in _people(role, template, sms, complaint, directory, identity):
            known = told.get(person.recipient)
            told[person.recipient] = replace(known, sms=known.sms or sms) if known else person
    return [
        person for person in told.values() if person.officer is None or person.recipient != event.actor.id
    ]


def owns(officer: Officer, complaint: Complaint) -> bool:
    """Whether the open step is this officer's."""
    step = complaint.step
    return (
        step is not None
        and (officer.region, officer.role) == (complaint.region, step.owner)
        and (officer.role not in AGENCY_ROLES or officer.agency == step.agency)
    )


def _overtaken(event: Event, complaint: Complaint) -> bool:
    match event.fact:
        case f.StepOpened(step=name, visit=visit):
            return complaint.step is None or (complaint.step.name, complaint.step.visit) != (name, visit)
        case f.RungReached(clock=name, visit=visit, rung=rung):
            clock = complaint.clock(name, visit)
            return clock is None or rung not in clock.reached
        case _:
            return False


def _wanted(event: Event, complaint: Complaint, procedure: Procedure) -> Iterator[tuple[str, str, bool]]:
    """Role, template and whether SMS is asked for too, with "owner" and "superior" made into roles."""
    if isinstance(event.fact, f.RungReached):
        rung = _rung(event.fact, complaint, procedure)
        asked = [(to, rung.template, rung.sms) for to in rung.tell if rung.template] if rung else []
    else:
        names = (event.type, f"{event.type}:{_qualifier(event.fact)}")
        asked = [(notice.to, notice.template, False) for notice in procedure.notices if notice.when in names]
    for to, template, sms in asked:
        role = _role(to, complaint.step, procedure)
        if role:
            yield role, template, sms


def _qualifier(fact: f.Fact) -> str | None:
    """What may stand after the colon of a notice's ``when``: the opened step, or who wrote."""
    match fact:
        case f.StepOpened(step=step):
            return step
        case f.Replied(by=by):
            return by
        case _:
            return None


def _rung(fact: f.RungReached, complaint: Complaint, procedure: Procedure) -> Rung | None:
    ladder = procedure.ladder_of(procedure.step(complaint.step.name)) if complaint.step else None
    return next((rung for rung in ladder.rungs if rung.name == fact.rung), None) if ladder else None


def _role(to: str, step: OpenStep | None, procedure: Procedure) -> str | None:
    if to not in ("owner", "superior"):
        return to
    if step is None:
        return None
    if to == "owner":
        return step.owner
    title = procedure.roles.get(step.owner)
    return title.superior if title else None


def _people(
    role: str,
    template: str,
    sms: bool,
    complaint: Complaint,
    directory: Directory,
    identity: Identity | None,
) -> Iterator[Addressee]:
    if role == Role.SYSTEM:
        return
    if role == Role.REPORTER:
        if identity:
            theirs = complaint.step is not None and complaint.step.owner == Role.REPORTER
            yield Addressee(REPORTER, role, template, sms, theirs, identity=identity)
        return
    if role in AGENCY_ROLES and complaint.agency is None:
        return
    agency = complaint.agency if role in AGENCY_ROLES else None
    for officer in directory.officers(complaint.region, role, agency):
        yield Addressee(officer.id, role, template, sms, owns(officer, complaint), officer=officer)
