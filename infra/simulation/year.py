"""The year itself: complaints are filed, people act, timers ring, calendars change."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from random import Random

from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.available_actions import available_actions
from chalicelib.domain.complaint.decide import DecisionContext, decide
from chalicelib.domain.complaint.decide import file as file_complaint
from chalicelib.domain.complaint.state import Complaint, evolve, is_late
from chalicelib.domain.complaint.stored_event import GENESIS, chain
from chalicelib.domain.directory.calendar_change import DayChange
from chalicelib.domain.procedure.model import REGIONAL_ROLES, Role, StepKind
from chalicelib.domain.values.actor import SYSTEM, Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.ticket import new_ticket
from chalicelib.services.complaints.reference_checks import has_answer
from infra.simulation.case import Breach, Case
from infra.simulation.event_queue import Agenda
from infra.simulation.government import HEIR, RENAMED, Government, officer
from infra.simulation.invariants import Taken, Timer, broken
from infra.simulation.people import SOON, People, after_office_minutes, pick, source
from infra.simulation.simulated_action import Deed, command_for, filing, inherited, out_of

Decide = Callable[[Complaint, c.Command, DecisionContext], list[f.Event]]

AFTERWARDS = timedelta(days=180)
"""How long complaints of the year's last days are followed: longer than any procedure's way but its loops."""
_LOOKS_IN = timedelta(days=3)
_THINKS = timedelta(days=5)
_AUDIT = timedelta(days=7)
_HELD_UP = timedelta(days=2)
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
        agenda: Agenda | None = None,
    ) -> None:
        self.governments = {one.region.slug: one for one in governments}
        self.cases: dict[str, Case] = {}
        self.breaches: list[Breach] = []
        self.filed = 0
        self.events = 0
        self._people = people
        self._decide = decide
        self._agenda = agenda or Agenda()
        self._seed = seed
        self._numbers = source(seed, "tickets")
        self.now = self._begins = datetime(year, 1, 1, tzinfo=UTC)
        self._ends = datetime(year + 1, 1, 1, tzinfo=UTC)
        for number, (at, government) in enumerate(self._drawn(count)):
            self._agenda.add(at, partial(self._filed_by_somebody, government, number))
        for government in governments:
            self._put_down_changes(government)

    def run(self) -> None:
        """Let the year pass, and the half after it."""
        until, audit = self._ends + AFTERWARDS, self._begins
        while (entry := self._agenda.next(until)) is not None:
            at, happens = entry
            while audit <= at:
                self.now = max(self.now, audit)
                self._audit()
                audit += _AUDIT
            self.now = max(self.now, at)
            happens()
        self.now = until
        self._audit()

    # What befalls the governments

    def _drawn(self, count: int) -> list[tuple[datetime, Government]]:
        """When which government gets a complaint: each as many as the others, any day, mostly by daylight."""
        governments = list(self.governments.values())
        drawn = []
        for number in range(count):
            government = governments[number % len(governments)]
            rng = source(self._seed, "filed", government.region.slug, number // len(governments))
            day = self._begins + timedelta(days=rng.randrange((self._ends - self._begins).days))
            hour = timedelta(hours=rng.triangular(5, 23, 12))
            local = datetime.combine(day.date(), time(), government.calendar.zone) + hour
            drawn.append((max(local.astimezone(UTC), self._begins), government))
        return drawn

    def _put_down_changes(self, government: Government) -> None:
        slug, changes = government.region.slug, self._people.government
        rng = source(self._seed, "changes", slug)
        length = self._ends - self._begins
        for number in range(1, changes.decrees + 1):
            at, ahead = self._begins + rng.random() * length, rng.randint(*changes.announced)
            self._agenda.add(at, partial(self._decree, government, number, ahead))
        self._agenda.add(self._begins + rng.random() * length, partial(self._rename, government))

    def _decree(self, government: Government, number: int, ahead: int) -> None:
        """A day some days ahead is off after all, or is worked after all."""
        day = government.calendar.local(self.now).date() + timedelta(days=ahead)
        working = not government.calendar.is_working(day)
        name = None if working else "Hari tutup"
        change = DayChange(day=day, working=working, name=name, decree=f"Simulasi {number}")
        government.region = change.apply_to(government.region)
        for case in self._unfinished(government):
            self._do(case, c.Recount(), SYSTEM)

    def _rename(self, government: Government) -> None:
        government.successors[RENAMED] = HEIR
        for case in self._unfinished(government):
            self._do(case, c.Succeed(agency=RENAMED, successor=HEIR), SYSTEM)

    def _unfinished(self, government: Government) -> list[Case]:
        cases = [case for case in self.cases.values() if case.government is government]
        return [case for case in cases if case.complaint.clocks or not case.complaint.finished]

    # How a complaint comes, and goes on

    def _filed_by_somebody(self, government: Government, number: int) -> None:
        key = f"{self._seed}/{government.region.slug}/{number}"
        command = filing(government, self._people, source(key), self.now, number)
        role = Role.REGIONAL_ADMIN if command.channel != "web" else Role.REPORTER
        slug = government.region.slug
        by = Actor(role=role, id=command.reporter) if role == Role.REPORTER else officer(role, slug)
        self._file(government, command, by, key)

    def _file(self, government: Government, command: c.File, by: Actor, key: str) -> Case:
        ticket = self._free_ticket(government)
        facts = file_complaint(command, self._frame(government, by))
        complaint: Complaint | None = None
        for event in chain(ticket, 0, GENESIS, facts, self.now, by):
            complaint = evolve(complaint, event, government.procedure)
        assert complaint
        case = self.cases[ticket] = Case(government, complaint, key, source(key, "noise"))
        self.filed += 1
        self._went(case, None, facts)
        return case

    def _free_ticket(self, government: Government) -> str:
        while True:
            ticket = new_ticket(government.region.prefix, self._numbers.randrange)
            if ticket not in self.cases:
                return ticket

    def _frame(self, government: Government, actor: Actor) -> DecisionContext:
        return DecisionContext(government.procedure, government.calendar, self.now, actor, government.staffed)

    def _do(self, case: Case, command: c.Command, actor: Actor) -> None:
        before = case.complaint
        try:
            facts = self._decide(before, command, self._frame(case.government, actor))
        except Refusal as refusal:
            self._note(case, f"{type(command).__name__} by {actor.role} was refused: {refusal.code}")
            return
        for event in chain(before.ticket, before.seq, before.head, facts, self.now, actor):
            case.complaint = evolve(case.complaint, event, case.government.procedure)
        if facts:
            self._went(case, before, facts)

    def _went(self, case: Case, before: Complaint | None, facts: Sequence[f.Event]) -> None:
        """Put down what follows, and look whether all holds."""
        self.events += len(facts)
        self._count(case, before, facts)
        running = {(clock.name, clock.visit, clock.arming) for clock in case.complaint.clocks}
        case.timers = {timer: at for timer, at in case.timers.items() if timer[:3] in running}
        for fact in facts:
            self._follow(case, fact)
        if case.complaint.step is None:
            case.turn, case.turn_at = case.turn + 1, None
        taken = Taken(
            before=before,
            after=case.complaint,
            facts=facts,
            procedure=case.government.procedure,
            now=self.now,
            owner=case.owner,
            timers=case.timers,
            turn_at=case.turn_at,
        )
        for sentence in broken(taken):
            self._note(case, sentence)
        for fact in facts:
            self._concern_others(case, fact)

    def _count(self, case: Case, before: Complaint | None, facts: Sequence[f.Event]) -> None:
        after, step = case.complaint, before.step if before else None
        if step and is_late(step, self.now) and after.step != step:
            case.overdue.add((step.name, step.visit))
        rungs = (fact for fact in facts if isinstance(fact, f.RungReached) and fact.late_level)
        case.overdue.update((rung.clock, rung.visit) for rung in rungs)
        if case.answered_at is None and after.published_answers:
            case.answered_at = self.now
        if not after.finished:
            case.ended_at = None
        elif case.ended_at is None:
            case.ended_at = self.now

    def _follow(self, case: Case, fact: f.Event) -> None:
        match fact:
            case f.StepOpened():
                self._expect(case)
                self._invite(case)
            case f.DeadlineArmed(clock=name, visit=visit):
                self._arm(case, name, visit)
            case f.RungReached(clock=name):
                self._remind(case, name)
            case (
                f.Confirmed(reopening=until)
                | f.ClosedBySilence(reopening=until)
                | f.Archived(reopening=until)
            ) if until:
                self._perhaps_later(case, "reopen", self._people.reporter.reopens, until.due_at)
            case f.Referred():
                self._perhaps_later(case, "consent", self._people.reporter.consents, self.now + _THINKS)
            case _:
                pass

    def _invite(self, case: Case) -> None:
        """Somebody beside the turn looks in within some days, perhaps."""
        rng = case.chance("beside")
        if rng.random() < self._people.beside.chance:
            at = self.now + rng.random() * _LOOKS_IN
            self._agenda.add(at, partial(self._look_in, case))

    def _perhaps_later(self, case: Case, act: str, chance: float, until: datetime) -> None:
        """The reporter does something before that instant, perhaps."""
        rng = case.chance(act)
        if rng.random() < chance:
            at = self.now + rng.random() * (until - self.now)
            self._agenda.add(at, partial(self._says, case, act))

    def _concern_others(self, case: Case, fact: f.Event) -> None:
        """What follows in other complaints, as the services carry it out."""
        complaint = case.complaint
        match fact:
            case f.Merged(parent=parent):
                self._do(self.cases[parent], c.Adopt(child=complaint.ticket), SYSTEM)
                self._tell_duplicate(case)
            case f.DuplicatesConcerned(children=children):
                for child in children:
                    self._tell_duplicate(self.cases[child])
            case f.Rerouted(region=region):
                command = out_of(complaint, region, "rerouted")
                self._file(self.governments[region], command, SYSTEM, f"{case.key}/moved")
            case _:
                pass

    def _tell_duplicate(self, case: Case) -> None:
        if case.complaint.parent is None:
            return
        parent = self.cases[case.complaint.parent].complaint
        if has_answer(parent):
            self._do(case, inherited(parent), SYSTEM)
        elif parent.finished or parent.state == "duplicate" or parent.protected:
            self._do(case, c.Release(parent=parent.ticket), SYSTEM)

    # Timers

    def _arm(self, case: Case, name: str, visit: int) -> None:
        """Start a clock's timers."""
        clock = case.complaint.clock(name, visit)
        if clock is None:
            return
        timers = self._people.timers
        for rung in clock.ahead:
            at = rung.nominal_at
            if case.noise.random() < timers.late:
                at += timedelta(minutes=case.noise.random() * timers.late_minutes)
            timer = (name, visit, clock.arming, rung.name)
            case.timers[timer] = at
            for _ in range(2 if case.noise.random() < timers.twice else 1):
                self._agenda.add(at, partial(self._ring, case, timer))

    def _ring(self, case: Case, timer: Timer) -> None:
        """A timer looks first whether its clock is closed or armed anew, as the ladder does."""
        case.timers.pop(timer, None)
        name, visit, arming, rung = timer
        clock = case.complaint.clock(name, visit)
        if clock is None or clock.arming != arming:
            return
        self._do(case, c.ReachRung(clock=name, visit=visit, arming=arming, rung=rung), SYSTEM)

    def _remind(self, case: Case, clock: str) -> None:
        step, officers = case.complaint.step, self._people.officer
        if step is None or step.name != clock or step.owner in (Role.REPORTER, Role.SYSTEM):
            return
        if case.turn_at and case.noise.random() < officers.heeds_reminder:
            minutes = case.noise.randint(1, SOON)
            soon = after_office_minutes(self.now, minutes, case.government.calendar)
            if soon < case.turn_at:
                self._act_at(case, soon)

    # People

    def _expect(self, case: Case) -> None:
        """Put down when whoever has the turn acts; a reporter perhaps never."""
        case.deeds += 1
        self._act_at(case, self._acts_at(case, case.chance("when")))

    def _acts_at(self, case: Case, rng: Random) -> datetime | None:
        step = case.complaint.step
        if step is None:
            return None
        if step.owner == Role.SYSTEM:
            return self.now + timedelta(seconds=rng.randint(1, 40))
        if step.owner == Role.REPORTER:
            return self._people.reporter_reacts_at(rng, self.now, step.kind)
        usual = case.government.on_file.get_step(step.name).standard_time
        return self._people.officer_is_done_at(rng, self.now, usual, case.government.calendar)

    def _act_at(self, case: Case, at: datetime | None) -> None:
        case.turn, case.turn_at = case.turn + 1, at
        if at is not None:
            self._agenda.add(at, partial(self._act, case, case.turn))

    def _act(self, case: Case, turn: int) -> None:
        """Whoever has the turn does something; a turn that is not theirs any more passes."""
        step, owner = case.complaint.step, case.owner
        if turn != case.turn or step is None or owner is None:
            return
        if owner == SYSTEM:
            self._do(case, c.Record() if step.kind is StepKind.RECORD else c.Deliver(), SYSTEM)
            return
        offered = self._offered(case, owner)
        act = pick(case.chance("what"), self._people.acts[step.kind], offered)
        if act == "split":
            self._split(case, owner)
        elif act is not None:
            command = command_for(act, self._deed(case)) or command_for("forward", self._deed(case))
            assert command
            self._do(case, command, owner)
        if case.turn == turn:
            self._expect(case)

    def _split(self, case: Case, by: Actor) -> None:
        slug = case.complaint.region
        made = self._file(
            case.government, out_of(case.complaint, slug, "split"), by, f"{case.key}/split/{case.deeds}"
        )
        self._do(case, c.NoteSplit(ticket=made.complaint.ticket), SYSTEM)

    def _look_in(self, case: Case) -> None:
        """Somebody whose turn it need not be does something beside."""
        rng = case.chance("role")
        role = rng.choice(list(self._people.beside.acts))
        actor = self._somebody(case, role)
        weights = self._people.beside.acts[role]
        offered = {*self._offered(case, actor), "nothing"} if actor else ()
        act = pick(rng, weights, offered)
        if actor and act and act != "nothing":
            command = command_for(act, self._deed(case))
            if command:
                self._do(case, command, actor)

    def _somebody(self, case: Case, role: Role) -> Actor | None:
        complaint = case.complaint
        if role == Role.REPORTER:
            return case.reporter
        if role in (*REGIONAL_ROLES, Role.CENTRAL_ADMIN):
            return officer(role, complaint.region)
        return officer(role, complaint.region, complaint.supporters[0]) if complaint.supporters else None

    def _says(self, case: Case, act: str) -> None:
        """The reporter does something if it may still be done."""
        if act in self._offered(case, case.reporter):
            command = command_for(act, self._deed(case))
            assert command
            self._do(case, command, case.reporter)

    def _offered(self, case: Case, actor: Actor) -> tuple[str, ...]:
        return available_actions(case.complaint, actor, case.government.procedure, self.now)

    def _deed(self, case: Case) -> Deed:
        return Deed(
            case.complaint,
            case.government,
            self._people,
            case.chance("how"),
            self.now,
            tuple(self.governments),
            partial(self._latest, case.government),
        )

    def _latest(self, government: Government) -> Iterator[Complaint]:
        cases = reversed(self.cases.values())
        return (case.complaint for case in cases if case.government is government)

    # Whether anything is lost

    def _audit(self) -> None:
        """Every complaint that was filed is there, and is over or has something to come."""
        if len(self.cases) != self.filed:
            self._note(None, f"{self.filed - len(self.cases)} of {self.filed} complaints are gone")
        for case in self.cases.values():
            complaint = case.complaint
            if complaint.state == "duplicate":
                parent = self.cases.get(complaint.parent or "")
                if parent is None or parent.complaint.finished or parent.complaint.state == "duplicate":
                    self._note(case, "waits for the answer of a complaint that is over")
            elif not complaint.finished:
                coming = [*case.timers.values(), *([case.turn_at] if case.turn_at else [])]
                if not any(at >= self.now - _HELD_UP for at in coming):
                    self._note(case, f"is lost: {complaint.state}, and nothing will happen to it any more")

    def _note(self, case: Case | None, sentence: str) -> None:
        if len(self.breaches) < _MOST_BREACHES:
            ticket = case.complaint.ticket if case else "-"
            self.breaches.append(Breach(ticket, self.now, sentence))
