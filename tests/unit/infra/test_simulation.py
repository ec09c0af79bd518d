"""A year under virtual time: the same for the same seed, nothing lost, and losses are noticed."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.completion import AskReporter, Lapsed
from chalicelib.domain.complaint.decide import decide
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.duplicates import InheritAnswer, Released
from chalicelib.domain.complaint.event import DomainEvent
from chalicelib.domain.complaint.events import EVENT_TYPES
from chalicelib.domain.complaint.handling import SucceedAgency
from chalicelib.domain.complaint.intake import RecordComplaint
from chalicelib.domain.complaint.outcome import Confirm
from chalicelib.domain.complaint.routing import Forward
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.timers import RecomputeDeadlines
from chalicelib.domain.procedure.loading import list_procedure_ids
from chalicelib.domain.procedure.model import SILENCE, Procedure, Role, StepKind
from infra.simulation.case import Case
from infra.simulation.chart import render_chart
from infra.simulation.event_queue import EventQueue
from infra.simulation.government import NoSuchStep, load_governments
from infra.simulation.invariants import Transition, find_breaches
from infra.simulation.people import People, load_people
from infra.simulation.report import format_table
from infra.simulation.simulate import main
from infra.simulation.summary import ENDINGS, YearSummary, get_percentile, summarize
from infra.simulation.year import Decide, Year
from tests.procedures import (
    DISPUTE,
    REPORTER,
    RETURN,
    SEND_BACK,
    Life,
    every_procedure,
)

SOP = "disporbudpar"
SVG = "{http://www.w3.org/2000/svg}"


def simulate_year(count: int, *, sop: str | None = None, seed: int = 1, decide: Decide = decide) -> Year:
    year = Year(load_governments(sop), load_people(), count=count, year=2026, seed=seed, decide=decide)
    year.run()
    return year


def restless() -> People:
    """Return people who often do rare things, so that a short run meets with them."""
    everyday = load_people()
    verify = {**everyday.acts[StepKind.VERIFY], "merge": 20.0, "split": 4.0, "redact": 4.0, "hand_over": 8.0}
    return everyday.model_copy(
        update={
            "acts": {**everyday.acts, StepKind.VERIFY: verify},
            "onlookers": everyday.onlookers.model_copy(update={"chance": 0.6}),
        }
    )


class Watched:
    """The domain with counts of its commands and its events."""

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()
        self.commands: Counter[type] = Counter()

    def decide(self, complaint: Complaint, command: Command, context: DecisionContext) -> list[DomainEvent]:
        events = decide(complaint, command, context)
        self.commands[type(command)] += 1
        self.events.update(event.type for event in events)
        self.events.update(
            "deadline.moved" for event in events if isinstance(event, DeadlineArmed) and event.moved_from
        )
        return events


@pytest.fixture(scope="module")
def watched() -> tuple[Year, Watched]:
    domain = Watched()
    year = Year(load_governments(), restless(), count=400, year=2026, seed=2, decide=domain.decide)
    year.run()
    return year, domain


@pytest.fixture(scope="module")
def figures(watched: tuple[Year, Watched]) -> list[YearSummary]:
    return summarize(watched[0])


# The run


def test_a_year_of_every_procedure_keeps_all_that_must_hold(watched: tuple[Year, Watched]) -> None:
    assert watched[0].breaches == []


def test_every_complaint_that_was_filed_is_accounted_for(
    watched: tuple[Year, Watched], figures: list[YearSummary]
) -> None:
    year, domain = watched
    assert sum(summary.filed for summary in figures) == year.filed == len(year.cases)
    assert year.filed == 400 + domain.events["complaint.rerouted"] + domain.events["complaint.split_off"]
    for summary in figures:
        assert sum(summary.endings.values()) == summary.filed
        assert set(summary.endings) <= set(ENDINGS)
    assert sorted(summary.procedure for summary in figures) == list(list_procedure_ids())


def test_people_meet_with_everything_that_can_befall_a_complaint(watched: tuple[Year, Watched]) -> None:
    assert EVENT_TYPES - {"complaint.filed"} - set(watched[1].events) == set()
    assert watched[1].events["deadline.moved"], "no decree moved a deadline"
    assert all(
        command in watched[1].commands for command in (RecomputeDeadlines, SucceedAgency, InheritAnswer)
    )


def test_protected_reports_letters_and_reports_typed_in_are_among_them(
    watched: tuple[Year, Watched],
) -> None:
    complaints = [case.complaint for case in watched[0].cases.values()]
    assert any(complaint.protected for complaint in complaints)
    assert any(complaint.by_letter for complaint in complaints)
    assert any(not complaint.has_account for complaint in complaints)
    assert any(complaint.complaint_class == "supervision" for complaint in complaints)


def test_the_same_seed_gives_the_same_year_and_another_one_another() -> None:
    first, again, other = (simulate_year(30, sop=SOP, seed=seed) for seed in (7, 7, 8))
    assert [case.complaint for case in first.cases.values()] == [
        case.complaint for case in again.cases.values()
    ]
    assert summarize(first) != summarize(other)


def test_it_drives_the_domain_without_any_aws() -> None:
    code = (
        "import sys, infra.simulate;"
        "sys.exit(bool({'boto3', 'botocore', 'pynamodb', 'chalice'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Lost complaints are noticed


def sentences(year: Year) -> str:
    return "\n".join(breach.sentence for breach in year.breaches)


def test_a_complaint_that_disappears_is_reported_lost() -> None:
    class Careless:
        year: Year

        def decide(
            self, complaint: Complaint, command: Command, context: DecisionContext
        ) -> list[DomainEvent]:
            if isinstance(command, Confirm) and len(self.year.cases) == self.year.filed:
                del self.year.cases[complaint.ticket]
            return decide(complaint, command, context)

    careless = Careless()
    careless.year = Year(
        load_governments(SOP), load_people(), count=20, year=2026, seed=1, decide=careless.decide
    )
    careless.year.run()
    assert f"1 of {careless.year.filed} complaints are gone" in sentences(careless.year)
    assert summarize(careless.year)[0].filed == careless.year.filed - 1


def forget_events(kind: type, when: type) -> Decide:
    """Return a domain that forgets an event of some kind after a command of some kind."""

    def forgetful(complaint: Complaint, command: Command, context: DecisionContext) -> list[DomainEvent]:
        events = decide(complaint, command, context)
        return [event for event in events if not (isinstance(command, when) and isinstance(event, kind))]

    return forgetful


def test_a_step_without_a_clock_is_reported() -> None:
    year = simulate_year(5, sop=SOP, decide=forget_events(DeadlineArmed, RecordComplaint))
    assert "waits in verify without a clock" in sentences(year)


def test_a_complaint_that_nobody_has_any_more_is_reported() -> None:
    def closing(complaint: Complaint, command: Command, context: DecisionContext) -> list[DomainEvent]:
        events = decide(complaint, command, context)
        return [*events, Lapsed(), Released(parent="-")] if isinstance(command, Forward) else events

    assert "is verified, and nobody has it any more" in sentences(simulate_year(5, sop=SOP, decide=closing))


def test_a_duplicate_that_never_hears_of_its_parents_answer_is_reported_lost() -> None:
    def silent(complaint: Complaint, command: Command, context: DecisionContext) -> list[DomainEvent]:
        return [] if isinstance(command, InheritAnswer) else decide(complaint, command, context)

    assert "waits for the answer of a complaint that is over" in sentences(
        simulate_year(150, sop=SOP, decide=silent)
    )


def test_a_complaint_for_which_nothing_is_put_down_any_more_is_reported_lost() -> None:
    class Forgetful(EventQueue):
        def add(self, at: datetime, happens: Callable[[], None]) -> None:
            about = happens.args[0] if isinstance(happens, partial) else None
            if not (isinstance(about, Case) and about.complaint.state == "forwarded"):
                super().add(at, happens)

    year = Year(load_governments(SOP), load_people(), count=10, year=2026, seed=1, queue=Forgetful())
    year.run()
    assert "is lost: forwarded, and nothing will happen to it any more" in sentences(year)
    assert summarize(year)[0].endings["open"]


def test_an_act_that_is_offered_and_refused_is_reported() -> None:
    def strict(complaint: Complaint, command: Command, context: DecisionContext) -> list[DomainEvent]:
        invalid = AskReporter(missing=()) if isinstance(command, AskReporter) else command
        return decide(complaint, invalid, context)

    assert "was refused: nothing_asked" in sentences(simulate_year(60, sop=SOP, decide=strict))


# Each invariant can fail


def create_transition(
    life: Life, before: Complaint | None = None, events: list[DomainEvent] | None = None
) -> Transition:
    complaint = life.complaint
    return Transition(
        before=before,
        after=complaint,
        events=events or [],
        procedure=life.procedure,
        now=life.now,
        owner=life.owner if complaint.step else None,
        timers=[
            (clock.name, clock.visit, clock.generation, rung.name)
            for clock in complaint.clocks
            for rung in clock.ahead
        ],
        turn_at=life.now,
    )


def change(of: Transition, **changes: object) -> Transition:
    return replace(of, after=of.after.model_copy(update=changes))


@pytest.fixture(params=every_procedure(), ids=lambda procedure: procedure.id)
def life(request: pytest.FixtureRequest) -> Life:
    return Life(request.param)


def test_all_holds_on_the_shortest_way(life: Life) -> None:
    while life.complaint.step:
        assert list(find_breaches(create_transition(life))) == []
        life.go_on()
    assert list(find_breaches(create_transition(life))) == []


def test_an_unfinished_complaint_without_a_turn_breaks(life: Life) -> None:
    at = create_transition(life.to(StepKind.VERIFY))
    assert list(find_breaches(change(at, state="duplicate"))) != []
    finished = create_transition(life.to(StepKind.CONFIRM))
    assert "is a duplicate of nothing" in list(find_breaches(change(finished, step=None, state="duplicate")))
    assert "is answered, and nobody has it any more" in list(find_breaches(change(finished, step=None)))
    assert "is resolved, and reporter still has it" in list(find_breaches(change(finished, state="resolved")))


def test_a_step_without_its_clock_or_with_another_time_breaks(life: Life) -> None:
    at = create_transition(life.to(StepKind.VERIFY))
    assert "waits in verify without a clock" in list(find_breaches(change(at, clocks=())))
    later = life.step.model_copy(update={"due_at": life.step.due_at + timedelta(days=1)})
    assert any("at another time" in sentence for sentence in find_breaches(change(at, step=later)))


def test_a_clock_without_a_timer_breaks(life: Life) -> None:
    at = replace(create_transition(life.to(StepKind.VERIFY)), timers=())
    assert any("no timer" in sentence for sentence in find_breaches(at))


def test_a_silent_reporter_whose_clock_has_no_rung_ahead_breaks(life: Life) -> None:
    at = create_transition(life.to(StepKind.CONFIRM))
    silence = life.clock_of(SILENCE)
    over = silence.model_copy(update={"reached": tuple(rung.name for rung in silence.rungs)})
    assert any("may never come" in sentence for sentence in find_breaches(change(at, clocks=(over,))))


def test_a_turn_that_nobody_takes_or_may_take_breaks(life: Life) -> None:
    at = create_transition(life.to(StepKind.VERIFY))
    assert any(
        "nobody there will ever act" in sentence for sentence in find_breaches(replace(at, turn_at=None))
    )
    assert any(
        "may do nothing" in sentence
        for sentence in find_breaches(replace(at, owner=REPORTER.model_copy(update={"id": "-"})))
    )


GIVEN_BACK = [
    (procedure, exit_, command)
    for procedure in every_procedure()
    for exit_, command in (("return", RETURN), ("send_back", SEND_BACK), ("not_satisfied", DISPUTE))
    if any(exit_ in step.exits for step in procedure.steps)
]


@pytest.mark.parametrize(
    ("procedure", "exit_", "command"),
    GIVEN_BACK,
    ids=[f"{procedure.id}-{exit_}" for procedure, exit_, _ in GIVEN_BACK],
)
def test_a_clock_that_does_not_survive_being_given_back_breaks(
    procedure: Procedure, exit_: str, command: Command
) -> None:
    life = Life(procedure)
    life.to_exit(exit_)
    before = life.complaint
    events = life.do(command, life.owner)
    at = create_transition(life, before, events)
    assert list(find_breaches(at)) == []
    without = tuple(clock for clock in life.complaint.clocks if clock.name != "ombudsman")
    assert "its clock ombudsman did not survive being given back" in list(
        find_breaches(change(at, clocks=without))
    )


def test_time_lost_while_the_reporter_was_asked_breaks(life: Life) -> None:
    life.to(StepKind.VERIFY).do(AskReporter(missing=("photo",)), life.owner)
    before = life.complaint
    life.now += timedelta(days=7)
    events = life.go_on()
    at = create_transition(life, before, events)
    assert list(find_breaches(at)) == []
    lost = life.step.model_copy(update={"due_at": before.waiting.step.due_at - timedelta(days=1)})  # type: ignore[union-attr]
    assert any("lost time" in sentence for sentence in find_breaches(change(at, step=lost)))


def test_lateness_that_is_forgotten_or_unseen_breaks(life: Life) -> None:
    life.to(StepKind.VERIFY)
    life.now = life.step.due_at
    before = life.complaint
    at = create_transition(life, before, life.go_on())
    assert list(find_breaches(at)) == []
    assert "left a step late and nobody noticed" in list(find_breaches(change(at, was_late=False)))
    again = replace(at, before=before.model_copy(update={"was_late": True, "referred_at": life.now}))
    assert "was late and is so no more" in list(find_breaches(change(again, was_late=False)))
    twice = change(again, referred_at=life.now + timedelta(days=1))
    assert "was referred to the Ombudsman a second time" in list(find_breaches(twice))


def test_what_is_undone_breaks(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    before = life.complaint
    at = create_transition(life, before, [])
    assert list(find_breaches(at)) == []
    assert "lost an event" in list(find_breaches(change(at, seq=before.seq - 1)))
    assert "a row that was done is so no more" in list(find_breaches(change(at, rows_done={})))
    assert any("is gone" in sentence for sentence in find_breaches(change(at, answers=())))
    assert "is answered without an answer" in list(find_breaches(change(at, answers=())))


def test_a_protected_report_with_anybody_else_breaks(life: Life) -> None:
    at = create_transition(life.to(StepKind.VERIFY))
    seen = change(at, anonymous=True, confidential=True, about_agency="pupr")
    assert f"is protected, and {Role.REGIONAL_ADMIN} has it" in list(find_breaches(seen))


# Another standard time


def test_a_longer_standard_time_has_fewer_overdue_and_makes_nobody_slower() -> None:
    (today,) = load_governments("cirebon-2021")
    tried = today.with_standard_time("verify", 5)
    runs = [Year([government], load_people(), count=200, year=2026, seed=1) for government in (today, tried)]
    for run in runs:
        run.run()
    (now,), (then,) = map(summarize, runs)
    assert then.get_late_part("verify") < now.get_late_part("verify") / 2
    assert then.breach_rate < now.breach_rate
    medians = [get_percentile(summary.days_to_answer, 0.5) for summary in (now, then)]
    assert max(medians) < 1.3 * min(medians)


def test_a_shorter_overall_deadline_has_more_overdue() -> None:
    (today,) = load_governments(SOP)
    years = [
        Year([government], load_people(), count=60, year=2026, seed=1)
        for government in (today, today.with_standard_time("coordination", 2))
    ]
    for year in years:
        year.run()
    (now,), (then,) = map(summarize, years)
    assert 0 < now.get_late_part("coordination") < then.get_late_part("coordination")


def test_a_standard_time_is_tried_in_the_unit_it_has_and_the_file_stays() -> None:
    (today,) = load_governments(SOP)
    tried = today.with_standard_time("receive", 45)
    assert tried.procedure.get_step("receive").standard_time.office_minutes == 45
    assert tried.on_file.get_step("receive").standard_time.office_minutes == 20
    deadline = today.with_standard_time("coordination", 7).procedure.find_overall_deadline("coordination")
    assert deadline
    assert deadline.standard_time
    assert deadline.standard_time.working_days == 7


@pytest.mark.parametrize(("name", "amount"), [("nowhere", 2), ("verify", 0)])
def test_a_standard_time_that_cannot_be_is_refused(name: str, amount: int) -> None:
    with pytest.raises(NoSuchStep):
        load_governments(SOP)[0].with_standard_time(name, amount)


# What is printed


def test_the_command_prints_the_table_and_draws_the_chart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new" / "chart.svg"
    arguments = ["--count", "20", "--sop", SOP, "--chart", str(file), "--standard-time", "verify=5"]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "held after every event" in printed
    assert "verify overdue" in printed
    assert ET.fromstring(file.read_text(encoding="utf-8")).tag == f"{SVG}svg"  # noqa: S314


def test_the_command_says_why_a_standard_time_cannot_be_tried(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--sop", SOP, "--standard-time", "nowhere=5"]) == 2
    assert "no standard time of its own for nowhere" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--standard-time", "verify"])


def test_the_charts_bars_are_as_long_as_their_parts(figures: list[YearSummary]) -> None:
    drawn = ET.fromstring(render_chart(figures, "A year & more"))  # noqa: S314
    bars = [bar for bar in drawn.iter(f"{SVG}rect") if bar.find(f"{SVG}title") is not None]
    titles = [str(bar.findtext(f"{SVG}title")) for bar in bars]
    assert sum(int(title.rpartition(" ")[2]) for title in titles) == sum(summary.filed for summary in figures)
    for summary in figures:
        row = [bar for bar in bars if bar.get("y") == str(84 + 44 * figures.index(summary))]
        assert sum(float(str(bar.get("width"))) for bar in row) == pytest.approx(560, abs=1)
        assert summary.procedure in [text.text for text in drawn.iter(f"{SVG}text")]


def test_satisfied_and_silence_are_never_added_up() -> None:
    assert "satisfied" in ENDINGS
    assert "silence" in ENDINGS
    assert "resolved" not in ENDINGS


def test_a_table_is_aligned_markdown() -> None:
    assert format_table(["name", "n"], [["long name", "1"], ["b", "20"]]).splitlines() == [
        "| name      |  n |",
        "| --------- | -: |",
        "| long name |  1 |",
        "| b         | 20 |",
    ]
