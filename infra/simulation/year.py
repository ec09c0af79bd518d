"""The year itself: complaints are filed, people act, timers ring, calendars change."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial

from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.decide import decide, file_complaint
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.duplicates import (
    AdoptDuplicate,
    DuplicatesConcerned,
    Merged,
    ReleaseDuplicate,
)
from chalicelib.domain.complaint.event import DomainEvent
from chalicelib.domain.complaint.evolve import evolve
from chalicelib.domain.complaint.handling import SucceedAgency
from chalicelib.domain.complaint.intake import FileComplaint
from chalicelib.domain.complaint.lateness import is_late
from chalicelib.domain.complaint.outcome import Confirmed
from chalicelib.domain.complaint.referral import Referred
from chalicelib.domain.complaint.reminding import OwnerReminded
from chalicelib.domain.complaint.routing import Rerouted
from chalicelib.domain.complaint.rungs import ClosedBySilence, RungReached
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.stored_event import GENESIS, chain_events
from chalicelib.domain.complaint.timers import ReachRung, RecomputeDeadlines
from chalicelib.domain.complaint.verification import Archived
from chalicelib.domain.directory.calendar_change import DayChange
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import SYSTEM, Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.ticket import create_ticket
from chalicelib.services.complaints.reference_checks import has_answer
from infra.simulation.behaviour import Behaviour
from infra.simulation.case import Breach, Case
from infra.simulation.event_queue import EventQueue
from infra.simulation.filing import build_derived_filing, build_filing
from infra.simulation.government import HEIR, RENAMED, Government, get_officer
from infra.simulation.invariants import Timer, Transition, find_breaches, find_lost
from infra.simulation.people import People, create_random
from infra.simulation.simulated_action import build_inherit
from infra.simulation.timetable import Timetable

Decide = Callable[[Complaint, Command, DecisionContext], list[DomainEvent]]

AFTERWARDS = timedelta(days=180)
"""The time for which the last complaints are followed: longer than any procedure's way but its loops."""
_THINKS = timedelta(days=5)
_AUDIT = timedelta(days=7)
_MOST_BREACHES = 100


class Year:
    """One run: ``count`` complaints filed in ``year`` (UTC), each followed for half a year after it.

    The same seed gives the same run. Every decision has a random source of its own, so that under another
    standard time people do the same but for what the deadlines and reminders make them do.
    """

    def __init__(
        self,
        governments: Sequence[Government],
        people: People,
        *,
        count: int,
        year: int,
        seed: int,
        decide: Decide = decide,
        queue: EventQueue | None = None,
    ) -> None:
        self.governments = {government.region.slug: government for government in governments}
        self.cases: dict[str, Case] = {}
        self.breaches: list[Breach] = []
        self.filed = 0
        self.events = 0
        self._people = people
        self._decide = decide
        self._queue = queue or EventQueue()
        self._behaviour = Behaviour(self, people, self._queue)
        self._seed = seed
        self._numbers = create_random(seed, "tickets")
        self._timetable = Timetable(year, seed)
        self.now = self._timetable.begin
        filings = self._timetable.draw_filings(list(self.governments.values()), count)
        for number, (at, government) in enumerate(filings):
            self._queue.add(at, partial(self._file_new, government, number))
        for government in governments:
            self._schedule_changes(government)

    def run(self) -> None:
        """Let the year pass, and the half year after it; audit all complaints every week."""
        until, audit = self._timetable.end + AFTERWARDS, self._timetable.begin
        while (entry := self._queue.take_next(until)) is not None:
            at, callback = entry
            while audit <= at:
                self.now = max(self.now, audit)
                self._check_all()
                audit += _AUDIT
            self.now = max(self.now, at)
            callback()
        self.now = until
        self._check_all()

    @property
    def regions(self) -> tuple[str, ...]:
        return tuple(self.governments)

    def iterate_latest(self, government: Government) -> Iterator[Complaint]:
        """Iterate over the government's complaints, latest first."""
        cases = reversed(self.cases.values())
        return (case.complaint for case in cases if case.government is government)

    def file(self, government: Government, command: FileComplaint, actor: Actor, key: str) -> Case:
        """File a complaint; ``key`` is the seed of everything that happens to it by chance."""
        ticket = self._create_ticket(government)
        events = file_complaint(command, self._create_context(government, actor))
        complaint: Complaint | None = None
        for stored in chain_events(ticket, 0, GENESIS, events, self.now, actor):
            complaint = evolve(complaint, stored, government.procedure)
        assert complaint
        case = self.cases[ticket] = Case(government, complaint, key, create_random(key, "noise"))
        self.filed += 1
        self._follow_up(case, None, events)
        return case

    def execute(self, case: Case, command: Command, actor: Actor) -> None:
        """Execute a command on a complaint; a refusal is a breach, as people only take offered actions."""
        before = case.complaint
        try:
            events = self._decide(before, command, self._create_context(case.government, actor))
        except Refusal as refusal:
            self._note(case, f"{type(command).__name__} by {actor.role} was refused: {refusal.code}")
            return
        for stored in chain_events(before.ticket, before.seq, before.head, events, self.now, actor):
            case.complaint = evolve(case.complaint, stored, case.government.procedure)
        if events:
            self._follow_up(case, before, events)

    # Filings, and changes of the governments

    def _file_new(self, government: Government, number: int) -> None:
        slug = government.region.slug
        key = f"{self._seed}/{slug}/{number}"
        command = build_filing(government, self._people, create_random(key), self.now, number)
        if command.channel == "web":
            actor = Actor(role=Role.REPORTER, id=command.reporter)
        else:
            actor = get_officer(Role.REGIONAL_ADMIN, slug)
        self.file(government, command, actor, key)

    def _schedule_changes(self, government: Government) -> None:
        slug = government.region.slug
        decrees, rename_at = self._timetable.draw_changes(slug, self._people.government)
        for number, (at, ahead) in enumerate(decrees, start=1):
            self._queue.add(at, partial(self._apply_decree, government, number, ahead))
        self._queue.add(rename_at, partial(self._rename_agency, government))

    def _apply_decree(self, government: Government, number: int, ahead: int) -> None:
        """Take off a working day some days ahead, or have a day off worked."""
        day = government.calendar.to_local(self.now).date() + timedelta(days=ahead)
        working = not government.calendar.is_working(day)
        name = None if working else "Hari tutup"
        change = DayChange(day=day, working=working, name=name, decree=f"Simulasi {number}")
        government.region = change.apply_to(government.region)
        for case in self._list_unfinished(government):
            self.execute(case, RecomputeDeadlines(), SYSTEM)

    def _rename_agency(self, government: Government) -> None:
        government.successors[RENAMED] = HEIR
        for case in self._list_unfinished(government):
            self.execute(case, SucceedAgency(agency=RENAMED, successor=HEIR), SYSTEM)

    def _list_unfinished(self, government: Government) -> list[Case]:
        cases = [case for case in self.cases.values() if case.government is government]
        return [case for case in cases if case.complaint.clocks or not case.complaint.finished]

    def _create_ticket(self, government: Government) -> str:
        while True:
            ticket = create_ticket(government.region.prefix, self._numbers.randrange)
            if ticket not in self.cases:
                return ticket

    def _create_context(self, government: Government, actor: Actor) -> DecisionContext:
        return DecisionContext(
            government.procedure, government.calendar, self.now, actor, government.is_staffed
        )

    # The consequences of events

    def _follow_up(self, case: Case, before: Complaint | None, events: Sequence[DomainEvent]) -> None:
        """Schedule the consequences, check the invariants, and act on other complaints."""
        self.events += len(events)
        self._record_figures(case, before, events)
        running = {(clock.name, clock.visit, clock.generation) for clock in case.complaint.clocks}
        case.timers = {timer: at for timer, at in case.timers.items() if timer[:3] in running}
        for event in events:
            self._schedule_consequences(case, event)
        if case.complaint.step is None:
            case.turn, case.turn_at = case.turn + 1, None
        transition = Transition(
            before=before,
            after=case.complaint,
            events=events,
            procedure=case.government.procedure,
            now=self.now,
            owner=case.owner,
            timers=case.timers,
            turn_at=case.turn_at,
        )
        for sentence in find_breaches(transition):
            self._note(case, sentence)
        for event in events:
            self._update_others(case, event)

    def _record_figures(self, case: Case, before: Complaint | None, events: Sequence[DomainEvent]) -> None:
        after, step = case.complaint, before.step if before else None
        if step and is_late(step, self.now) and after.step != step:
            case.overdue.add((step.name, step.visit))
        rungs = (event for event in events if isinstance(event, RungReached) and event.late_level)
        case.overdue.update((rung.clock, rung.visit) for rung in rungs)
        if case.answered_at is None and after.published_answers:
            case.answered_at = self.now
        if not after.finished:
            case.ended_at = None
        elif case.ended_at is None:
            case.ended_at = self.now

    def _schedule_consequences(self, case: Case, event: DomainEvent) -> None:
        behaviour, reporter = self._behaviour, self._people.reporter
        match event:
            case StepOpened():
                behaviour.schedule_turn(case)
                behaviour.schedule_visit(case)
            case DeadlineArmed(clock=name, visit=visit):
                self._start_timers(case, name, visit)
            case RungReached(clock=name) | OwnerReminded(step=name):
                behaviour.remind(case, name)
            case (
                Confirmed(reopening=until) | ClosedBySilence(reopening=until) | Archived(reopening=until)
            ) if until:
                behaviour.schedule_reporter_action(case, "reopen", reporter.reopens, until.due_at)
            case Referred():
                behaviour.schedule_reporter_action(case, "consent", reporter.consents, self.now + _THINKS)
            case _:
                pass

    def _update_others(self, case: Case, event: DomainEvent) -> None:
        """Execute the commands on other complaints that the services would."""
        complaint = case.complaint
        match event:
            case Merged(parent=parent):
                self.execute(self.cases[parent], AdoptDuplicate(child=complaint.ticket), SYSTEM)
                self._update_duplicate(case)
            case DuplicatesConcerned(children=children):
                for child in children:
                    self._update_duplicate(self.cases[child])
            case Rerouted(region=region):
                command = build_derived_filing(complaint, region, "rerouted")
                self.file(self.governments[region], command, SYSTEM, f"{case.key}/moved")
            case _:
                pass

    def _update_duplicate(self, case: Case) -> None:
        if case.complaint.parent is None:
            return
        parent = self.cases[case.complaint.parent].complaint
        if has_answer(parent):
            self.execute(case, build_inherit(parent), SYSTEM)
        elif parent.finished or parent.state == "duplicate" or parent.protected:
            self.execute(case, ReleaseDuplicate(parent=parent.ticket), SYSTEM)

    # Timers

    def _start_timers(self, case: Case, name: str, visit: int) -> None:
        """Start a timer for each rung of a clock that is still ahead; some ring late, some twice."""
        clock = case.complaint.find_clock(name, visit)
        if clock is None:
            return
        faults = self._people.timers
        for rung in clock.ahead:
            at = rung.nominal_at
            if case.noise.random() < faults.late:
                at += timedelta(minutes=case.noise.random() * faults.late_minutes)
            timer = (name, visit, clock.generation, rung.name)
            case.timers[timer] = at
            for _ in range(2 if case.noise.random() < faults.twice else 1):
                self._queue.add(at, partial(self._ring, case, timer))

    def _ring(self, case: Case, timer: Timer) -> None:
        """Reach the rung, unless its clock is closed or has a newer ladder: the ladder checks the same."""
        case.timers.pop(timer, None)
        name, visit, generation, rung = timer
        clock = case.complaint.find_clock(name, visit)
        if clock is None or clock.generation != generation:
            return
        self.execute(case, ReachRung(clock=name, visit=visit, generation=generation, rung=rung), SYSTEM)

    # Breaches

    def _check_all(self) -> None:
        """Find lost complaints: each that was filed must exist, and be over or have something to come."""
        if len(self.cases) != self.filed:
            self._note(None, f"{self.filed - len(self.cases)} of {self.filed} complaints are gone")
        complaints = {ticket: case.complaint for ticket, case in self.cases.items()}
        for case in self.cases.values():
            coming = [*case.timers.values(), *([case.turn_at] if case.turn_at else [])]
            sentence = find_lost(case.complaint, complaints, coming, self.now)
            if sentence:
                self._note(case, sentence)

    def _note(self, case: Case | None, sentence: str) -> None:
        if len(self.breaches) < _MOST_BREACHES:
            ticket = case.complaint.ticket if case else "-"
            self.breaches.append(Breach(ticket, self.now, sentence))
