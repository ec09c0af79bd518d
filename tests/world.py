"""A complaint's way in few words: what tests of use cases, workers and pages begin with."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.bootstrap import Application
from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.handling import AnswerComplaint
from chalicelib.domain.complaint.intake import RecordComplaint
from chalicelib.domain.complaint.publishing import Deliver, Publish
from chalicelib.domain.complaint.routing import Forward
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.directory.officers import Account, Officer
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Procedure, Role
from chalicelib.domain.values.actor import SYSTEM, Actor
from chalicelib.domain.values.identity import Identity
from chalicelib.domain.values.place import Place
from chalicelib.services.complaints.command_handler import CommandRequest
from chalicelib.services.complaints.decision_inputs import parse_decision
from chalicelib.services.complaints.decisions import create_request
from chalicelib.services.complaints.filing import Draft
from chalicelib.services.complaints.sealed_text import seal
from chalicelib.services.staff.officer_links import to_actor
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, CITIZEN, LIAISON, REGION
from tests.scenario import Scenario

PLACE = Place(latitude=-6.7, longitude=108.55, address="Jl. Raya Contoh, depan pasar")
DRAFT = Draft(
    region=REGION.slug,
    category="jalan-rusak",
    title="Lubang besar di depan pasar",
    narrative="Ada lubang sedalam setengah meter, sudah dua motor jatuh.",
    place=PLACE,
)


class World(Protocol):
    """In memory or on moto: where the use cases are."""

    @property
    def app(self) -> Application: ...


def citizen(account: Account = CITIZEN) -> Actor:
    return Actor(role="reporter", id=account.id)


def asks(actor: Actor | Officer, key: str, body: str = "", tag: str | None = None) -> CommandRequest:
    who = to_actor(actor) if isinstance(actor, Officer) else actor
    return CommandRequest(actor=who, key=key, body=body, tag=tag)


def filed(world: World, draft: Draft = DRAFT, key: str = "file-1") -> Complaint:
    """Filed by the citizen; the system has not recorded it yet."""
    identity = Identity(account=CITIZEN.id, name=CITIZEN.name, email=CITIZEN.email, phone=CITIZEN.phone)
    return world.app.filing.file(draft, identity, asks(citizen(), key))


def recorded(world: World, draft: Draft = DRAFT) -> Complaint:
    """On the admin's desk."""
    ticket = filed(world, draft).ticket
    return world.app.command_handler.execute(
        ticket, RecordComplaint(suggested_agency="pupr"), asks(SYSTEM, "record")
    )


def forwarded(world: World, draft: Draft = DRAFT) -> Complaint:
    """On the agency's desk."""
    ticket = recorded(world, draft).ticket
    return world.app.command_handler.execute(ticket, Forward(agency="pupr"), asks(ADMIN, "forward"))


def answered(world: World, draft: Draft = DRAFT) -> Complaint:
    """Answered, and back on the admin's desk for review."""
    ticket = forwarded(world, draft).ticket
    words = seal("answer", "Lubang sudah ditambal pada hari Senin.")
    answer = AnswerComplaint(text=words.ref)
    return world.app.command_handler.execute(ticket, answer, asks(LIAISON, "answer"), [words])


def delivered(world: World, draft: Draft = DRAFT) -> Complaint:
    """Published and with the reporter, who may be satisfied or not."""
    ticket = answered(world, draft).ticket
    world.app.command_handler.execute(ticket, Publish(), asks(ADMIN, "publish"))
    return world.app.command_handler.execute(ticket, Deliver(), asks(SYSTEM, "deliver"))


def hire(world: FakeWorld, officer: Officer) -> Officer:
    """Put an officer into office, with an account to sign in with."""
    world.directory.put(officer)
    account = Account(id=f"account-{officer.id}", name=officer.name, email=officer.email)
    world.accounts.put(account.model_copy(update={"region": officer.region, "officer": officer.id}))
    return officer


def decide(
    world: FakeWorld, ticket: str, who: Officer | Actor, decision: str, /, **fields: object
) -> Complaint:
    """Decide on the state as it is now; return the complaint as it is afterwards."""
    actor = to_actor(who) if isinstance(who, Officer) else who
    complaint = world.app.command_handler.get(ticket)
    given = parse_decision({"decision": decision, **fields})
    key = f"{decision}.{ticket}.{complaint.seq}" if given.declaration.repeatable else None
    request = create_request(actor, ticket, given, tag=complaint.tag, key=key)
    return world.app.decisions.decide(ticket, given, request)


def system(world: World, ticket: str, command: Command) -> Complaint:
    """What the system does itself once it is the system's turn."""
    key = f"{type(command).__name__}.{ticket}.{world.app.command_handler.get(ticket).seq}"
    return world.app.command_handler.execute(ticket, command, asks(SYSTEM, key))


DECISIONS: dict[str, dict[str, object]] = {
    "advise": {"text": "Tidak ada informasi yang dikecualikan."},
    "accept": {},
    "dispose": {"unit": "bidang-1", "instruction": "Kerjakan minggu ini."},
    "proceed": {"note": "Sudah diperiksa."},
    "answer": {"text": "Sudah ditambal."},
    "publish": {},
    "forward": {"agency": "pupr"},
    "satisfied": {},
}
"""What an owner decides, by the exit that the procedure gives their step; the first that it has."""


class AppScenario(Scenario):
    """A complaint in an application, decided on by a region's officers and its reporter."""

    def __init__(self, world: World, ticket: str, officers: Sequence[Officer]) -> None:
        self.world = world
        self.ticket = ticket
        self.officers = officers

    @property
    def complaint(self) -> Complaint:  # type: ignore[override]
        return self.world.app.command_handler.get(self.ticket)

    @property
    def procedure(self) -> Procedure:  # type: ignore[override]
        return load_procedure(self.complaint.procedure)

    @property
    def owner(self) -> Officer | Actor:
        """Somebody whose turn it is."""
        if self.step.owner == Role.REPORTER:
            return citizen()
        owners = ((officer.role, officer.agency) for officer in self.officers)
        return self.officers[list(owners).index((self.step.owner, self.step.agency))]

    def go_on(self, **fields: object) -> Complaint:
        decision = next(decision for decision in DECISIONS if decision in self.exits)
        return self.decide(self.owner, decision, **(DECISIONS[decision] | fields))

    def decide(self, who: Officer | Actor, decision: str, /, **fields: object) -> Complaint:
        """Decide on the state as it is now."""
        return decide(self.world, self.ticket, who, decision, **fields)
