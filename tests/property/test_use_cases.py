"""Several complaints in any order of decisions, rungs and messages that come twice: what always holds."""

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import bootstrap
from chalicelib.domain.complaint.stored_event import find_broken_link
from chalicelib.domain.directory.agencies import Agency, Category, Unit
from chalicelib.domain.procedure.loading import list_procedure_ids
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal, Stale
from chalicelib.services.complaints.decision_inputs import list_inputs
from chalicelib.services.complaints.decisions import list_actions_now
from chalicelib.services.routes import CHANGES, CLOCKS, MESSAGES, create_message, get_first_queue
from chalicelib.services.staff.officer_links import to_actor
from chalicelib.workers.changes import apply_change
from chalicelib.workers.clocks import reach_rung, start_ladder
from chalicelib.workers.steps import open_step
from tests.fakes import FakeWorld
from tests.sample_region import AGENCIES, OFFICERS, REGION, officer
from tests.world import DRAFT, citizen, decide, filed, hire

PEOPLE = [
    *(to_actor(one) for one in OFFICERS),
    *(to_actor(officer(f"one-{role}", role)) for role in (Role.INSPECTORATE, Role.PPID)),
    to_actor(officer("one-secretary", Role.SECRETARIAT, "pupr")),
    to_actor(officer("one-unit", Role.UNIT, "pupr", unit="jalan")),
    Actor(role=Role.CENTRAL_ADMIN, id="pusat"),
    citizen(),
]
ABOUT_WHAT_IS_NAMED = {
    "agency_unstaffed",
    "earlier_unanswered",
    "goes_to_inspectorate",
    "other_region_link_only",
    "parent_is_duplicate",
    "parent_unanswered",
    "same_region",
    "unknown_other_ticket",
}
"""What an offered decision may still be refused for: that which it names."""
RARELY = {
    "archive",
    "ask",
    "ask_for_time",
    "hand_over",
    "link",
    "redact",
    "reply",
    "reroute",
    "see_identity",
    "split",
    "withdraw",
}


class Walk:
    """A world of three complaints, and chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.world = FakeWorld()
        self.worked: set[tuple[str, int]] = set()
        directory = self.world.directory
        here, there = (self.chance.choice(list_procedure_ids()) for _ in range(2))
        neighbour = {"slug": "kota-sebelah", "prefix": "SBL", "procedure": there}
        directory.put(REGION.model_copy(update={"procedure": here}))
        directory.put(REGION.model_copy(update=neighbour))
        directory.put(Category(code="lain", region="kota-sebelah", name_id="Lain", name_en="Other"))
        units = (Unit(id="jalan", name="Bidang Jalan"),)
        directory.put(Agency(id="pupr", region=REGION.slug, name="PU", kind="agency", units=units))
        directory.put(AGENCIES[2].model_copy(update={"by_letter": True}))
        for actor in PEOPLE[len(OFFICERS) : -2]:
            hire(self.world, officer(actor.id, Role(actor.role), actor.agency, unit=actor.unit))
        self.world.files.incoming["incoming/a"] = ("image/jpeg", 10)

    def file(self) -> None:
        for number in range(3):
            hidden = {name: self.chance.random() < 0.4 for name in ("anonymous", "confidential")}
            about = self.chance.choice([None, None, "pupr"])
            draft = replace(DRAFT, **hidden, about_agency=about, uploads=("incoming/a",))
            filed(self.world, draft, key=f"file-{number}")
        self.work()

    def work(self) -> None:
        """Process every message, each twice, until there is none."""
        while bodies := [*self._new(), *self._sent()]:
            for body in bodies:
                for _ in range(2):
                    self._worker(body)

    def _new(self) -> Iterator[dict[str, object]]:
        for history in list(self.world.complaints.histories.values()):
            for event in list(history):
                if (event.ticket, event.seq) not in self.worked:
                    self.worked.add((event.ticket, event.seq))
                    yield {**create_message(event), "queue": get_first_queue(event)}

    def _sent(self) -> list[dict[str, object]]:
        sent = [{**body, "queue": CHANGES} for body in self.world.queues.to(CHANGES)]
        self.world.queues.sent.clear()
        return sent

    def _worker(self, body: dict[str, object]) -> None:
        queue = body["queue"]
        message = {name: value for name, value in body.items() if name != "queue"}
        if queue == CHANGES:
            apply_change(message)
        elif queue == CLOCKS:
            start_ladder(message)
        elif queue != MESSAGES:
            open_step(message)

    def step(self) -> None:
        ticket = self.chance.choice(list(self.world.complaints.snapshots))
        if self.chance.random() < 0.1:
            self._ring(ticket)
        self._try_what_is_not_offered(ticket)
        self._do_what_is_offered(ticket)
        self.world.clock.forward(hours=self.chance.randint(0, 30))
        self.work()

    def acts(self, ticket: str, actor: Actor) -> tuple[str, ...]:
        complaint = self.world.complaints.snapshots[ticket]
        return list_actions_now(complaint, actor, max(self.world.clock(), complaint.last_at))

    def _ring(self, ticket: str) -> None:
        clocks = [one for one in self.world.complaints.snapshots[ticket].clocks if one.ahead]
        if clocks:
            clock = self.chance.choice(clocks)
            rung = clock.ahead[0]
            which = {"clock": clock.name, "visit": clock.visit, "arming": clock.generation, "rung": rung.name}
            reach_rung({"ticket": ticket, **which, "nominal_at": rung.nominal_at.isoformat()})
            self.world.clock.instant = max(self.world.clock(), rung.nominal_at)

    def _try_what_is_not_offered(self, ticket: str) -> None:
        actor, name = self.chance.choice(PEOPLE), self.chance.choice(list(list_inputs()))
        if name in (*self.acts(ticket, actor), "verify", "consent"):
            return  # both may be said again
        before = repr(self.world.complaints.snapshots)
        with suppress(Refusal, Stale):
            decide(self.world, ticket, actor, name, **self._fields(ticket, name))
        assert repr(self.world.complaints.snapshots) == before, (name, actor.role)

    def _do_what_is_offered(self, ticket: str) -> None:
        offered = [(actor, name) for actor in PEOPLE for name in self.acts(ticket, actor)]
        often = [one for one in offered if one[1] == "merge" and self.chance.random() < 0.5]
        often = often or [one for one in offered if one[1] not in RARELY]
        if not offered:
            return
        actor, name = self.chance.choice(often if often and self.chance.random() < 0.9 else offered)
        try:
            decide(self.world, ticket, actor, name, **self._fields(ticket, name))
        except Refusal as refusal:
            if refusal.code not in ABOUT_WHAT_IS_NAMED:
                raise

    def _fields(self, ticket: str, name: str) -> dict[str, object]:
        complaint = self.world.complaints.snapshots[ticket]
        day = max(self.world.clock(), complaint.last_at).date() + timedelta(days=5)
        another = self.chance.choice([one for one in self.world.complaints.snapshots if one != ticket])
        reason = self.chance.choice(["no_substance", "in_court", "already_handled"])
        given = {
            "agency": self.chance.choice(["pupr", "dlh", "bpn"]),
            "supporters": self.chance.choice([[], ["dlh"]]),
            "complaint_class": self.chance.choice(["complaint", "information_request", "supervision"]),
            "confidential": self.chance.choice([None, True, False]),
            "category": "sampah",
            "unit": "jalan" if complaint.agency == "pupr" else None,
            "reason": reason if name == "archive" else "Sebab.",
            "outcome": "closed",
            "region": "kota-sebelah",
            "until": day.isoformat(),
            "with_identity": self.chance.random() < 0.5,
            "missing": ["photo", "place"],
            "place": {"address": "Jl. Contoh 1"},
            "uploads": ["incoming/a"],
            **dict.fromkeys(("parent", "ticket", "earlier"), another),
            **dict.fromkeys(
                ("text", "note", "body", "address", "title", "narrative", "instruction"), "Kata."
            ),
        }
        return {field: value for field, value in given.items() if field in list_inputs()[name].model_fields}

    def check(self) -> None:
        """Nobody waits for who waits, nobody acts on what they may not read, no history is broken."""
        for ticket, complaint in self.world.complaints.snapshots.items():
            assert find_broken_link(self.world.complaints.list_events(ticket)) is None
            if complaint.state == "duplicate":
                parent = self.world.complaints.snapshots[complaint.parent]
                assert ticket in parent.children
                assert not parent.finished
                assert parent.state not in ("duplicate", "answered")
            for actor in PEOPLE:
                if self.acts(ticket, actor):
                    self.world.app.reader.read(ticket, actor)


@pytest.mark.parametrize("seed", range(30))
def test_no_decisions_in_any_order_leave_anybody_waiting_in_vain(seed: int) -> None:
    walk = Walk(seed)
    bootstrap.install(walk.world.app)
    try:
        walk.file()
        for _ in range(40):
            walk.step()
            walk.check()
    finally:
        bootstrap.install(None)
