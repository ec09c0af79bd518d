"""A year under virtual time: the same by seed, nothing lost, and able to notice when something is."""

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

from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.decide import DecisionContext, decide
from chalicelib.domain.complaint.events import EVENT_TYPES
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.loading import list_procedure_ids
from chalicelib.domain.procedure.model import SILENCE, Procedure, Role, StepKind
from infra.simulation.case import Case
from infra.simulation.chart import chart
from infra.simulation.event_queue import Agenda
from infra.simulation.government import NoSuchStep, governments
from infra.simulation.invariants import Taken, broken
from infra.simulation.people import People, people
from infra.simulation.report import table
from infra.simulation.simulate import main
from infra.simulation.summary import ENDINGS, Summary, percentile, summaries
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


def simulated(count: int, *, sop: str | None = None, seed: int = 1, decide: Decide = decide) -> Year:
    year = Year(governments(sop), people(), count=count, year=2026, seed=seed, decide=decide)
    year.run()
    return year


def restless() -> People:
    """People of whom more do what is rare, so that a short run meets with it."""
    everyday = people()
    verify = {**everyday.acts[StepKind.VERIFY], "merge": 20.0, "split": 4.0, "redact": 4.0, "hand_over": 8.0}
    return everyday.model_copy(
        update={
            "acts": {**everyday.acts, StepKind.VERIFY: verify},
            "beside": everyday.beside.model_copy(update={"chance": 0.6}),
        }
    )


class Watched:
    """The domain, and every fact it decided and every command it was given."""

    def __init__(self) -> None:
        self.facts: Counter[str] = Counter()
        self.commands: Counter[type] = Counter()

    def decide(self, complaint: Complaint, command: c.Command, context: DecisionContext) -> list[f.Event]:
        facts = decide(complaint, command, context)
        self.commands[type(command)] += 1
        self.facts.update(fact.type for fact in facts)
        self.facts.update(
            "deadline.moved" for fact in facts if isinstance(fact, f.DeadlineArmed) and fact.moved_from
        )
        return facts


@pytest.fixture(scope="module")
def watched() -> tuple[Year, Watched]:
    domain = Watched()
    year = Year(governments(), restless(), count=400, year=2026, seed=2, decide=domain.decide)
    year.run()
    return year, domain


@pytest.fixture(scope="module")
def found(watched: tuple[Year, Watched]) -> list[Summary]:
    return summaries(watched[0])


# The run


def test_a_year_of_every_procedure_keeps_all_that_must_hold(watched: tuple[Year, Watched]) -> None:
    assert watched[0].breaches == []


def test_every_complaint_that_was_filed_is_accounted_for(
    watched: tuple[Year, Watched], found: list[Summary]
) -> None:
    year, domain = watched
    assert sum(one.filed for one in found) == year.filed == len(year.cases)
    assert year.filed == 400 + domain.facts["complaint.rerouted"] + domain.facts["complaint.split_off"]
    for one in found:
        assert sum(one.endings.values()) == one.filed
        assert set(one.endings) <= set(ENDINGS)
    assert sorted(one.procedure for one in found) == list(list_procedure_ids())


def test_people_meet_with_everything_that_can_befall_a_complaint(watched: tuple[Year, Watched]) -> None:
    assert EVENT_TYPES - {"complaint.filed"} - set(watched[1].facts) == set()
    assert watched[1].facts["deadline.moved"], "no decree moved a deadline"
    assert all(command in watched[1].commands for command in (c.Recount, c.Succeed, c.Inherit))


def test_protected_reports_letters_and_reports_typed_in_are_among_them(
    watched: tuple[Year, Watched],
) -> None:
    complaints = [case.complaint for case in watched[0].cases.values()]
    assert any(one.protected for one in complaints)
    assert any(one.by_letter for one in complaints)
    assert any(not one.has_account for one in complaints)
    assert any(one.complaint_class == "supervision" for one in complaints)


def test_the_same_seed_gives_the_same_year_and_another_one_another() -> None:
    first, again, other = (simulated(30, sop=SOP, seed=seed) for seed in (7, 7, 8))
    assert [case.complaint for case in first.cases.values()] == [
        case.complaint for case in again.cases.values()
    ]
    assert summaries(first) != summaries(other)


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

        def decide(self, complaint: Complaint, command: c.Command, context: DecisionContext) -> list[f.Event]:
            if isinstance(command, c.Confirm) and len(self.year.cases) == self.year.filed:
                del self.year.cases[complaint.ticket]
            return decide(complaint, command, context)

    careless = Careless()
    careless.year = Year(governments(SOP), people(), count=20, year=2026, seed=1, decide=careless.decide)
    careless.year.run()
    assert f"1 of {careless.year.filed} complaints are gone" in sentences(careless.year)
    assert summaries(careless.year)[0].filed == careless.year.filed - 1


def dropping(kind: type, when: type) -> Decide:
    """A domain that forgets a fact of some kind after a command of some kind."""

    def forgetful(complaint: Complaint, command: c.Command, context: DecisionContext) -> list[f.Event]:
        facts = decide(complaint, command, context)
        return [fact for fact in facts if not (isinstance(command, when) and isinstance(fact, kind))]

    return forgetful


def test_a_step_without_a_clock_is_reported() -> None:
    year = simulated(5, sop=SOP, decide=dropping(f.DeadlineArmed, c.Record))
    assert "waits in verify without a clock" in sentences(year)


def test_a_complaint_that_nobody_has_any_more_is_reported() -> None:
    def closing(complaint: Complaint, command: c.Command, context: DecisionContext) -> list[f.Event]:
        facts = decide(complaint, command, context)
        return [*facts, f.Lapsed(), f.Released(parent="-")] if isinstance(command, c.Forward) else facts

    assert "is verified, and nobody has it any more" in sentences(simulated(5, sop=SOP, decide=closing))


def test_a_duplicate_that_never_hears_of_its_parents_answer_is_reported_lost() -> None:
    def silent(complaint: Complaint, command: c.Command, context: DecisionContext) -> list[f.Event]:
        return [] if isinstance(command, c.Inherit) else decide(complaint, command, context)

    assert "waits for the answer of a complaint that is over" in sentences(
        simulated(150, sop=SOP, decide=silent)
    )


def test_a_complaint_for_which_nothing_is_put_down_any_more_is_reported_lost() -> None:
    class Forgetful(Agenda):
        def add(self, at: datetime, happens: Callable[[], None]) -> None:
            about = happens.args[0] if isinstance(happens, partial) else None
            if not (isinstance(about, Case) and about.complaint.state == "forwarded"):
                super().add(at, happens)

    year = Year(governments(SOP), people(), count=10, year=2026, seed=1, agenda=Forgetful())
    year.run()
    assert "is lost: forwarded, and nothing will happen to it any more" in sentences(year)
    assert summaries(year)[0].endings["open"]


def test_an_act_that_is_offered_and_refused_is_reported() -> None:
    def strict(complaint: Complaint, command: c.Command, context: DecisionContext) -> list[f.Event]:
        given = c.Ask(missing=()) if isinstance(command, c.Ask) else command
        return decide(complaint, given, context)

    assert "was refused: nothing_asked" in sentences(simulated(60, sop=SOP, decide=strict))


# Each invariant can fail


def taken(life: Life, before: Complaint | None = None, facts: list[f.Event] | None = None) -> Taken:
    complaint = life.complaint
    return Taken(
        before=before,
        after=complaint,
        facts=facts or [],
        procedure=life.procedure,
        now=life.now,
        owner=life.owner if complaint.step else None,
        timers=[
            (clock.name, clock.visit, clock.arming, rung.name)
            for clock in complaint.clocks
            for rung in clock.ahead
        ],
        turn_at=life.now,
    )


def changed(of: Taken, **changes: object) -> Taken:
    return replace(of, after=of.after.model_copy(update=changes))


@pytest.fixture(params=every_procedure(), ids=lambda procedure: procedure.id)
def life(request: pytest.FixtureRequest) -> Life:
    return Life(request.param)


def test_all_holds_on_the_shortest_way(life: Life) -> None:
    while life.complaint.step:
        assert list(broken(taken(life))) == []
        life.go_on()
    assert list(broken(taken(life))) == []


def test_an_unfinished_complaint_without_a_turn_breaks(life: Life) -> None:
    at = taken(life.to(StepKind.VERIFY))
    assert list(broken(changed(at, state="duplicate"))) != []
    finished = taken(life.to(StepKind.CONFIRM))
    assert "is a duplicate of nothing" in list(broken(changed(finished, step=None, state="duplicate")))
    assert "is answered, and nobody has it any more" in list(broken(changed(finished, step=None)))
    assert "is resolved, and reporter still has it" in list(broken(changed(finished, state="resolved")))


def test_a_step_without_its_clock_or_with_another_time_breaks(life: Life) -> None:
    at = taken(life.to(StepKind.VERIFY))
    assert "waits in verify without a clock" in list(broken(changed(at, clocks=())))
    later = life.step.model_copy(update={"due_at": life.step.due_at + timedelta(days=1)})
    assert any("at another time" in one for one in broken(changed(at, step=later)))


def test_a_clock_without_a_timer_breaks(life: Life) -> None:
    at = replace(taken(life.to(StepKind.VERIFY)), timers=())
    assert any("no timer" in one for one in broken(at))


def test_a_silent_reporter_whose_clock_has_no_rung_ahead_breaks(life: Life) -> None:
    at = taken(life.to(StepKind.CONFIRM))
    silence = life.clock_of(SILENCE)
    over = silence.model_copy(update={"reached": tuple(rung.name for rung in silence.rungs)})
    assert any("may never come" in one for one in broken(changed(at, clocks=(over,))))


def test_a_turn_that_nobody_takes_or_may_take_breaks(life: Life) -> None:
    at = taken(life.to(StepKind.VERIFY))
    assert any("nobody there will ever act" in one for one in broken(replace(at, turn_at=None)))
    assert any(
        "may do nothing" in one for one in broken(replace(at, owner=REPORTER.model_copy(update={"id": "-"})))
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
    procedure: Procedure, exit_: str, command: c.Command
) -> None:
    life = Life(procedure)
    life.to_exit(exit_)
    before = life.complaint
    facts = life.do(command, life.owner)
    at = taken(life, before, facts)
    assert list(broken(at)) == []
    without = tuple(clock for clock in life.complaint.clocks if clock.name != "ombudsman")
    assert "its clock ombudsman did not survive being given back" in list(broken(changed(at, clocks=without)))


def test_time_lost_while_the_reporter_was_asked_breaks(life: Life) -> None:
    life.to(StepKind.VERIFY).do(c.Ask(missing=("photo",)), life.owner)
    before = life.complaint
    life.now += timedelta(days=7)
    facts = life.go_on()
    at = taken(life, before, facts)
    assert list(broken(at)) == []
    lost = life.step.model_copy(update={"due_at": before.waiting.step.due_at - timedelta(days=1)})  # type: ignore[union-attr]
    assert any("lost time" in one for one in broken(changed(at, step=lost)))


def test_lateness_that_is_forgotten_or_unseen_breaks(life: Life) -> None:
    life.to(StepKind.VERIFY)
    life.now = life.step.due_at
    before = life.complaint
    at = taken(life, before, life.go_on())
    assert list(broken(at)) == []
    assert "left a step late and nobody noticed" in list(broken(changed(at, was_late=False)))
    again = replace(at, before=before.model_copy(update={"was_late": True, "referred_at": life.now}))
    assert "was late and is so no more" in list(broken(changed(again, was_late=False)))
    twice = changed(again, referred_at=life.now + timedelta(days=1))
    assert "was referred to the Ombudsman a second time" in list(broken(twice))


def test_what_is_undone_breaks(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    before = life.complaint
    at = taken(life, before, [])
    assert list(broken(at)) == []
    assert "lost an event" in list(broken(changed(at, seq=before.seq - 1)))
    assert "a row that was done is so no more" in list(broken(changed(at, rows_done={})))
    assert any("is gone" in one for one in broken(changed(at, answers=())))
    assert "is answered without an answer" in list(broken(changed(at, answers=())))


def test_a_protected_report_with_anybody_else_breaks(life: Life) -> None:
    at = taken(life.to(StepKind.VERIFY))
    seen = changed(at, anonymous=True, confidential=True, about_agency="pupr")
    assert f"is protected, and {Role.REGIONAL_ADMIN} has it" in list(broken(seen))


# Another standard time


def test_a_longer_standard_time_has_fewer_overdue_and_makes_nobody_slower() -> None:
    (today,) = governments("cirebon-2021")
    tried = today.trying("verify", 5)
    runs = [Year([one], people(), count=200, year=2026, seed=1) for one in (today, tried)]
    for run in runs:
        run.run()
    (now,), (then,) = map(summaries, runs)
    assert then.late_part_of("verify") < now.late_part_of("verify") / 2
    assert then.breach_rate < now.breach_rate
    medians = [percentile(one.days_to_answer, 0.5) for one in (now, then)]
    assert max(medians) < 1.3 * min(medians)


def test_a_shorter_envelope_has_more_overdue() -> None:
    (today,) = governments(SOP)
    years = [
        Year([one], people(), count=60, year=2026, seed=1) for one in (today, today.trying("coordination", 2))
    ]
    for year in years:
        year.run()
    (now,), (then,) = map(summaries, years)
    assert 0 < now.late_part_of("coordination") < then.late_part_of("coordination")


def test_a_standard_time_is_tried_in_the_unit_it_has_and_the_file_stays() -> None:
    (today,) = governments(SOP)
    tried = today.trying("receive", 45)
    assert tried.procedure.get_step("receive").standard_time.office_minutes == 45
    assert tried.on_file.get_step("receive").standard_time.office_minutes == 20
    envelope = today.trying("coordination", 7).procedure.find_overall_deadline("coordination")
    assert envelope
    assert envelope.standard_time
    assert envelope.standard_time.working_days == 7


@pytest.mark.parametrize(("name", "amount"), [("nowhere", 2), ("verify", 0)])
def test_a_standard_time_that_cannot_be_is_refused(name: str, amount: int) -> None:
    with pytest.raises(NoSuchStep):
        governments(SOP)[0].trying(name, amount)


# What is printed


def test_the_command_prints_the_table_and_draws_the_chart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new" / "chart.svg"
    arguments = ["--count", "20", "--sop", SOP, "--chart", str(file), "--standard-time", "verify=5"]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "held after every event" in said
    assert "verify overdue" in said
    assert ET.fromstring(file.read_text(encoding="utf-8")).tag == f"{SVG}svg"  # noqa: S314


def test_the_command_says_why_a_standard_time_cannot_be_tried(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--sop", SOP, "--standard-time", "nowhere=5"]) == 2
    assert "no standard time of its own for nowhere" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--standard-time", "verify"])


def test_the_charts_bars_are_as_long_as_their_parts(found: list[Summary]) -> None:
    drawn = ET.fromstring(chart(found, "A year & more"))  # noqa: S314
    bars = [bar for bar in drawn.iter(f"{SVG}rect") if bar.find(f"{SVG}title") is not None]
    titles = [str(bar.findtext(f"{SVG}title")) for bar in bars]
    assert sum(int(title.rpartition(" ")[2]) for title in titles) == sum(one.filed for one in found)
    for one in found:
        row = [bar for bar in bars if bar.get("y") == str(84 + 44 * found.index(one))]
        assert sum(float(str(bar.get("width"))) for bar in row) == pytest.approx(560, abs=1)
        assert one.procedure in [text.text for text in drawn.iter(f"{SVG}text")]


def test_satisfied_and_silence_are_never_added_up() -> None:
    assert "satisfied" in ENDINGS
    assert "silence" in ENDINGS
    assert "resolved" not in ENDINGS


def test_a_table_is_aligned_markdown() -> None:
    assert table(["name", "n"], [["long name", "1"], ["b", "20"]]).splitlines() == [
        "| name      |  n |",
        "| --------- | -: |",
        "| long name |  1 |",
        "| b         | 20 |",
    ]
