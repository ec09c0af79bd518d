"""One scene a message: how a complaint comes to where it is sent, for the tests of words and addressees."""

from collections.abc import Callable
from datetime import date, timedelta

from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.completion import (
    Completed,
    CompletionAsked,
    ItemsAsked,
    ItemsExpired,
    ItemsGiven,
    Lapsed,
)
from chalicelib.domain.complaint.duplicates import (
    InheritAnswer,
    Merge,
    Merged,
    NoteSplit,
    Released,
    ReleaseDuplicate,
    SplitOff,
)
from chalicelib.domain.complaint.handling import (
    Accept,
    Accepted,
    AgencySucceeded,
    AskForTime,
    GiveSupport,
    Returned,
    SucceedAgency,
    Supported,
    TimeAsked,
)
from chalicelib.domain.complaint.intake import Filed
from chalicelib.domain.complaint.outcome import Confirm, Confirmed, Disputed, Reopened, Replied, Withdrawn
from chalicelib.domain.complaint.publishing import Delivered, Published
from chalicelib.domain.complaint.referral import Consent, Consented, Referred
from chalicelib.domain.complaint.routing import (
    Consulted,
    Forwarded,
    HandedOver,
    HandoverEnded,
    Reroute,
    Rerouted,
)
from chalicelib.domain.complaint.rungs import ClosedBySilence, RungReached
from chalicelib.domain.complaint.state import Plan
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.complaint.timers import RecomputeDeadlines
from chalicelib.domain.complaint.verification import Archived, Reclassified, Reclassify
from chalicelib.domain.procedure.model import Procedure, Role, StepKind
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.values.actor import SYSTEM
from tests import fakes, procedures
from tests.fakes import officer
from tests.procedures import Life, words

PARENT, CHILD = "CTH-33333A", "CTH-44444A"
PLAN = Plan(date=date(2026, 12, 18), owner=words("plan-owner"))

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


def did(life: Life, command: Command, actor: object = None) -> Life:
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
    return did(begun(procedure), Merge(parent=PARENT))


def inherited(procedure: Procedure) -> Life:
    return did(merged(procedure), InheritAnswer(parent=PARENT, agency="pupr", text=words("answer")), SYSTEM)


def returned(procedure: Procedure) -> Life:
    return did(answering(Life(procedure)), procedures.RETURN)


def given_back_again(procedure: Procedure) -> Life:
    life = returned(procedure)
    return did(answering(life), procedures.RETURN)


def disputed_twice(procedure: Procedure) -> Life:
    life = did(confirming(procedure), procedures.DISPUTE)
    return did(life.to(StepKind.CONFIRM), procedures.DISPUTE)


def reopened(procedure: Procedure) -> Life:
    life = did(confirming(procedure), Confirm())
    return did(life, procedures.REOPEN, procedures.REPORTER)


def planned(procedure: Procedure) -> Life:
    life = Life(procedure).to_exit("answer")
    return did(
        life, procedures.ANSWER.model_copy(update={"plan_date": PLAN.date, "plan_owner": PLAN.owner})
    ).to(StepKind.CONFIRM)


def moved(life: Life) -> Life:
    """Tomorrow becomes a day off: every deadline in working days moves."""
    tomorrow = life.now.date() + timedelta(days=1)
    life.calendar = Calendar(life.calendar.zone.key, closing_days={tomorrow: "Hari jadi"})
    return did(life, RecomputeDeadlines(), SYSTEM)


def protected(procedure: Procedure) -> Life:
    return Life(procedure, filed=procedures.PROTECTED).to(StepKind.RESPOND)


def withdrawn(procedure: Procedure) -> Life:
    return did(answering(Life(procedure)), procedures.WITHDRAW, procedures.REPORTER)


def asked_for_time(procedure: Procedure) -> Life:
    return did(answering(Life(procedure)), AskForTime(until=date(2026, 12, 4), reason=words("time")))


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
    return did(answering(Life(procedure)), SucceedAgency(agency="pupr", successor="dinkes"), SYSTEM)


def supporter_succeeded(procedure: Procedure) -> Life:
    return did(supported(procedure), SucceedAgency(agency="dlh", successor="dinkes"), SYSTEM)


def gave_support(procedure: Procedure) -> Life:
    helper = procedures.LIAISON.model_copy(update={"agency": "dlh"})
    return did(supported(procedure), GiveSupport(text=words("support")), helper)


def accepted(procedure: Procedure) -> Life:
    life = answering(Life(procedure))
    return did(life, Accept())


def rerouted(procedure: Procedure) -> Life:
    return did(begun(procedure), Reroute(region="kota-lain", reason=words("why")), procedures.CENTRAL)


def reclassified(procedure: Procedure) -> Life:
    return did(answering(Life(procedure)), Reclassify(category="sampah"), procedures.ADMIN)


def referred(procedure: Procedure) -> Life:
    return rang(answering(Life(procedure)), "due", clock="ombudsman")


def agreed(procedure: Procedure) -> Life:
    return did(referred(procedure), Consent(with_identity=False), procedures.REPORTER)


def silent(procedure: Procedure) -> Life:
    return rang(confirming(procedure), "most", "due")


def wrote(procedure: Procedure, by: object = procedures.REPORTER) -> Life:
    return did(confirming(procedure), procedures.WRITE, by)


def questioned(procedure: Procedure) -> Life:
    return did(confirming(procedure), procedures.QUESTION)


def overdue(procedure: Procedure) -> Life:
    return rang(Life(procedure).to_exit("answer"), "due")


FOR_REPORTERS = frozenset(
    {
        "answered",
        "archived",
        "closed-by-silence",
        "completion-asked",
        "completion-reminder",
        "confidential-reporter",
        "deadline-moved-reporter",
        "duplicate-released",
        "forwarded",
        "government-reply",
        "handed-over",
        "handover-ended",
        "in-progress",
        "items-asked",
        "items-reminder",
        "lapsed",
        "merged",
        "received",
        "reclassified",
        "referred-reporter",
        "rerouted",
        "returned-reporter",
        "silence-reminder",
        "split-off",
        "tanda-terima",
        "time-asked-reporter",
        "withdrawn-reporter",
    }
)
"""The templates that speak to a reporter; all others speak to officers."""


def _first() -> Procedure:
    return procedures.every_procedure()[0]


Scene = tuple[type, Callable[[], Life]]

SCENES: dict[str, Scene] = {
    "agency-succeeded": (AgencySucceeded, lambda: succeeded(_first())),
    "answered": (Delivered, lambda: confirming(_first())),
    "archived": (Archived, lambda: did(begun(_first()), procedures.ARCHIVE)),
    "bundle-by-hand": (Consented, lambda: agreed(_first())),
    "closed-by-silence": (ClosedBySilence, lambda: silent(_first())),
    "completed": (Completed, lambda: did(asked(_first()), procedures.COMPLETE)),
    "completion-asked": (CompletionAsked, lambda: asked(_first())),
    "completion-reminder": (RungReached, lambda: rang(asked(_first()), "half")),
    "consultation-given": (Consulted, lambda: did(consulted(with_a(StepKind.CONSULT)), procedures.ADVISE)),
    "deadline-moved": (DeadlineArmed, lambda: moved(begun(_first()))),
    "deadline-moved-reporter": (DeadlineArmed, lambda: moved(begun(_first()))),
    "disputed": (Disputed, lambda: did(confirming(_first()), procedures.DISPUTE)),
    "disputed-again": (Disputed, lambda: disputed_twice(_first())),
    "duplicate-released": (Released, lambda: did(merged(_first()), ReleaseDuplicate(parent=PARENT), SYSTEM)),
    "forwarded": (Forwarded, lambda: forwarded(_first())),
    "forwarded-coordinator": (Forwarded, lambda: forwarded(_first())),
    "government-reply": (Replied, lambda: wrote(_first(), procedures.ADMIN)),
    "handed-over": (HandedOver, lambda: handed_over(_first())),
    "handover-ended": (HandoverEnded, lambda: did(handed_over(_first()), procedures.END_HANDOVER)),
    "in-progress": (Accepted, lambda: accepted(_first())),
    "in-progress-admin": (Accepted, lambda: accepted(_first())),
    "items-asked": (ItemsAsked, lambda: items_asked(_first())),
    "items-expired": (ItemsExpired, lambda: rang(items_asked(_first()), "most", "due")),
    "items-given": (ItemsGiven, lambda: did(items_asked(_first()), procedures.COMPLETE)),
    "items-reminder": (RungReached, lambda: rang(items_asked(_first()), "most")),
    "lapsed": (Lapsed, lambda: rang(asked(_first()), "due")),
    "merged": (Merged, lambda: merged(_first())),
    "ombudsman-bundle": (Referred, lambda: referred(_first())),
    "overdue": (RungReached, lambda: overdue(_first())),
    "plan-due": (RungReached, lambda: rang(planned(_first()), "due-day", clock="plan")),
    "published-coordinator": (Published, lambda: confirming(_first())),
    "received": (Filed, lambda: begun(_first())),
    "reclassified": (Reclassified, lambda: reclassified(_first())),
    "referred-coordinator": (Referred, lambda: referred(_first())),
    "referred-reporter": (Referred, lambda: referred(_first())),
    "reminder": (RungReached, lambda: rang(Life(_first()).to_exit("answer"), "half")),
    "reopened": (Reopened, lambda: reopened(_first())),
    "reply": (Replied, lambda: wrote(_first())),
    "rerouted": (Rerouted, lambda: rerouted(_first())),
    "resolved": (Confirmed, lambda: did(confirming(_first()), Confirm())),
    "returned-coordinator": (Returned, lambda: returned(_first())),
    "returned-reporter": (Returned, lambda: returned(_first())),
    "silence-reminder": (RungReached, lambda: rang(confirming(_first()), "most")),
    "split-off": (SplitOff, lambda: did(begun(_first()), NoteSplit(ticket=CHILD), SYSTEM)),
    "support-asked": (Forwarded, lambda: supported(_first())),
    "support-given": (Supported, lambda: gave_support(_first())),
    "tanda-terima": (Filed, lambda: Life(_first(), filed=procedures.TYPED_IN).to(StepKind.VERIFY)),
    "time-asked": (TimeAsked, lambda: asked_for_time(_first())),
    "time-asked-reporter": (TimeAsked, lambda: asked_for_time(_first())),
    "to-arbitrate": (StepOpened, lambda: given_back_again(_first())),
    "to-consult": (StepOpened, lambda: consulted(with_a(StepKind.CONSULT))),
    "to-dispose": (StepOpened, lambda: disposing(with_a(Role.UNIT))),
    "to-explain": (StepOpened, lambda: questioned(_first())),
    "to-follow": (StepOpened, lambda: handed_over(_first())),
    "to-follow-up": (StepOpened, lambda: at_the_units(with_a(Role.UNIT))),
    "to-inspect": (StepOpened, lambda: protected(_first())),
    "to-review": (StepOpened, lambda: Life(_first()).to(StepKind.REVIEW)),
    "to-send-letter": (StepOpened, lambda: forwarded(_first(), by_letter=True)),
    "to-verify": (StepOpened, lambda: begun(_first())),
    "withdrawn": (Withdrawn, lambda: withdrawn(_first())),
    "withdrawn-reporter": (Withdrawn, lambda: withdrawn(_first())),
}
"""Of which event each template tells, and how it came to it."""


def scene(template: str) -> tuple[Life, StoredEvent]:
    """The complaint and the event a template tells of; a step that is to be answered for all others."""
    fact, live = SCENES.get(template, (StepOpened, lambda: Life(_first()).to_exit("answer")))
    life = live()
    return life, [event for event in life.events if isinstance(event.event, fact)][-1]
