"""One scene a message: how a complaint comes to where it is sent, for the tests of words and of addressees."""

from collections.abc import Callable
from datetime import date, timedelta

from chalicelib.domain import commands as c
from chalicelib.domain import facts as f
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.events import SYSTEM
from chalicelib.domain.procedure import Procedure, Role, StepKind
from tests import fakes, procedures
from tests.fakes import officer
from tests.procedures import Life, words

PARENT, CHILD = "CTH-33333A", "CTH-44444A"
PLAN = f.Plan(date=date(2026, 12, 18), owner=words("plan-owner"))

STAFF = [
    fakes.ADMIN,
    fakes.COORDINATOR,
    officer("inspektur", Role.INSPECTORATE),
    *(
        one
        for agency in ("pupr", "dlh", "dinkes")
        for one in (
            officer(f"{agency}-penghubung", Role.LIAISON, agency),
            officer(f"{agency}-sekretaris", Role.SECRETARIAT, agency),
            officer(f"{agency}-kepala", Role.HEAD, agency),
            officer(f"{agency}-bidang-1", Role.UNIT, agency, unit="bidang-1"),
            officer(f"{agency}-bidang-2", Role.UNIT, agency, unit="bidang-2"),
        )
    ),
]
"""One officer a desk; the complaint is of "pupr"."""


def answering(life: Life) -> Life:
    """At the first step of the agency from which the reporter can be asked and the report given back."""
    return life.to_exit("return")


def begun(procedure: Procedure) -> Life:
    return Life(procedure).to(StepKind.VERIFY)


def forwarded(procedure: Procedure, **given: object) -> Life:
    life = begun(procedure)
    life.do(procedures.FORWARD.model_copy(update=given), procedures.ADMIN)
    return life


def supported(procedure: Procedure) -> Life:
    return forwarded(procedure, supporters=("dlh",))


def confirming(procedure: Procedure) -> Life:
    return Life(procedure).to(StepKind.CONFIRM)


def did(life: Life, command: c.Command, actor: object = None) -> Life:
    life.do(command, actor or life.owner)
    return life


def rang(life: Life, *rungs: str, clock: str | None = None) -> Life:
    for rung in rungs:
        life.reach(rung, clock)
    return life


def asked(procedure: Procedure) -> Life:
    return did(begun(procedure), procedures.ASK)


def items_asked(procedure: Procedure) -> Life:
    return did(answering(Life(procedure)), procedures.ASK)


def handed_over(procedure: Procedure) -> Life:
    return did(begun(procedure), procedures.HAND_OVER)


def merged(procedure: Procedure) -> Life:
    return did(begun(procedure), c.Merge(parent=PARENT))


def inherited(procedure: Procedure) -> Life:
    return did(merged(procedure), c.Inherit(parent=PARENT, agency="pupr", text=words("answer")), SYSTEM)


def returned(procedure: Procedure) -> Life:
    return did(answering(Life(procedure)), procedures.RETURN)


def given_back_again(procedure: Procedure) -> Life:
    life = returned(procedure)
    return did(answering(life), procedures.RETURN)


def disputed_twice(procedure: Procedure) -> Life:
    life = did(confirming(procedure), procedures.DISPUTE)
    return did(life.to(StepKind.CONFIRM), procedures.DISPUTE)


def reopened(procedure: Procedure) -> Life:
    life = did(confirming(procedure), c.Confirm())
    return did(life, procedures.REOPEN, procedures.REPORTER)


def planned(procedure: Procedure) -> Life:
    life = Life(procedure).to_exit("answer")
    return did(life, procedures.ANSWER.model_copy(update={"plan": PLAN})).to(StepKind.CONFIRM)


def moved(life: Life) -> Life:
    """Tomorrow becomes a day off: every deadline in working days moves."""
    tomorrow = life.now.date() + timedelta(days=1)
    life.calendar = Calendar(life.calendar.zone.key, closing_days={tomorrow: "Hari jadi"})
    return did(life, c.Recount(), SYSTEM)


def protected(procedure: Procedure) -> Life:
    return Life(procedure, filed=procedures.PROTECTED).to(StepKind.RESPOND)


def withdrawn(procedure: Procedure) -> Life:
    return did(answering(Life(procedure)), procedures.WITHDRAW, procedures.REPORTER)


def asked_for_time(procedure: Procedure) -> Life:
    return did(answering(Life(procedure)), c.AskForTime(until=date(2026, 12, 4), reason=words("time")))


def with_a(kind_or_owner: StepKind | Role) -> Procedure:
    """The procedure on file that has such a step."""
    return next(
        procedure
        for procedure in procedures.every_procedure()
        if any(kind_or_owner in (step.kind, step.owner) for step in procedure.steps)
    )


def consulted(procedure: Procedure) -> Life:
    return forwarded(procedure, consult=True)


def at_the_units(procedure: Procedure) -> Life:
    life = Life(procedure)
    while life.step.owner != Role.UNIT:
        life.go_on()
    return life


def at_the_secretariats(procedure: Procedure) -> Life:
    life = Life(procedure)
    while life.step.owner != Role.SECRETARIAT:
        life.go_on()
    return life


def disposing(procedure: Procedure) -> Life:
    return Life(procedure).to_exit("dispose")


def succeeded(procedure: Procedure) -> Life:
    return did(answering(Life(procedure)), c.Succeed(agency="pupr", successor="dinkes"), SYSTEM)


def supporter_succeeded(procedure: Procedure) -> Life:
    return did(supported(procedure), c.Succeed(agency="dlh", successor="dinkes"), SYSTEM)


def gave_support(procedure: Procedure) -> Life:
    helper = procedures.LIAISON.model_copy(update={"agency": "dlh"})
    return did(supported(procedure), c.Support(text=words("support")), helper)


def accepted(procedure: Procedure) -> Life:
    life = answering(Life(procedure))
    return did(life, c.Accept())


def rerouted(procedure: Procedure) -> Life:
    return did(begun(procedure), c.Reroute(region="kota-lain", reason=words("why")), procedures.CENTRAL)


def reclassified(procedure: Procedure) -> Life:
    return did(answering(Life(procedure)), c.Reclassify(category="sampah"), procedures.ADMIN)


def referred(procedure: Procedure) -> Life:
    return rang(answering(Life(procedure)), "due", clock="ombudsman")


def silent(procedure: Procedure) -> Life:
    return rang(confirming(procedure), "most", "due")


def wrote(procedure: Procedure, by: object = procedures.REPORTER) -> Life:
    return did(confirming(procedure), procedures.WRITE, by)


def questioned(procedure: Procedure) -> Life:
    return did(confirming(procedure), procedures.QUESTION)


def overdue(procedure: Procedure) -> Life:
    return rang(Life(procedure).to_exit("answer"), "due")
