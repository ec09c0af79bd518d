"""One scene for each message: the events that lead to it, for the tests of templates and recipients."""

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
from tests import procedures, sample_region
from tests.procedures import Life, words
from tests.sample_region import officer

PARENT, CHILD = "CTH-33333A", "CTH-44444A"
PLAN = Plan(date=date(2026, 12, 18), owner=words("plan-owner"))

STAFF = [
    sample_region.ADMIN,
    sample_region.COORDINATOR,
    officer("inspektur", Role.INSPECTORATE),
    *(
        member
        for agency in ("pupr", "dlh", "dinkes")
        for member in (
            officer(f"{agency}-penghubung", Role.LIAISON, agency),
            officer(f"{agency}-sekretaris", Role.SECRETARIAT, agency),
            officer(f"{agency}-kepala", Role.HEAD, agency),
            officer(f"{agency}-bidang-1", Role.UNIT, agency, unit="bidang-1"),
            officer(f"{agency}-bidang-2", Role.UNIT, agency, unit="bidang-2"),
        )
    ),
]
"""One officer for each desk. The complaint is with "pupr"."""


def reach_answering(life: Life) -> Life:
    """Reach the agency's first step that can ask the reporter for items and return the report."""
    return life.to_exit("return")


def begin(procedure: Procedure) -> Life:
    return Life(procedure).to(StepKind.VERIFY)


def forward(procedure: Procedure, **changes: object) -> Life:
    life = begin(procedure)
    life.do(procedures.FORWARD.model_copy(update=changes), procedures.ADMIN)
    return life


def forward_with_supporter(procedure: Procedure) -> Life:
    return forward(procedure, supporters=("dlh",))


def reach_confirmation(procedure: Procedure) -> Life:
    return Life(procedure).to(StepKind.CONFIRM)


def do(life: Life, command: Command, actor: object = None) -> Life:
    life.do(command, actor or life.owner)
    return life


def ring(life: Life, *rungs: str, clock: str | None = None) -> Life:
    for rung in rungs:
        life.reach(rung, clock)
    return life


def ask_completion(procedure: Procedure) -> Life:
    return do(begin(procedure), procedures.ASK)


def ask_items(procedure: Procedure) -> Life:
    return do(reach_answering(Life(procedure)), procedures.ASK)


def hand_over(procedure: Procedure) -> Life:
    return do(begin(procedure), procedures.HAND_OVER)


def merge(procedure: Procedure) -> Life:
    return do(begin(procedure), Merge(parent=PARENT))


def inherit(procedure: Procedure) -> Life:
    return do(merge(procedure), InheritAnswer(parent=PARENT, agency="pupr", text=words("answer")), SYSTEM)


def return_report(procedure: Procedure) -> Life:
    return do(reach_answering(Life(procedure)), procedures.RETURN)


def return_twice(procedure: Procedure) -> Life:
    life = return_report(procedure)
    return do(reach_answering(life), procedures.RETURN)


def dispute_twice(procedure: Procedure) -> Life:
    life = do(reach_confirmation(procedure), procedures.DISPUTE)
    return do(life.to(StepKind.CONFIRM), procedures.DISPUTE)


def reopen(procedure: Procedure) -> Life:
    life = do(reach_confirmation(procedure), Confirm())
    return do(life, procedures.REOPEN, procedures.REPORTER)


def answer_with_plan(procedure: Procedure) -> Life:
    life = Life(procedure).to_exit("answer")
    return do(
        life, procedures.ANSWER.model_copy(update={"plan_date": PLAN.date, "plan_owner": PLAN.owner})
    ).to(StepKind.CONFIRM)


def move_deadline(life: Life) -> Life:
    """Make tomorrow a day off: every deadline in working days moves."""
    tomorrow = life.now.date() + timedelta(days=1)
    life.calendar = Calendar(life.calendar.zone.key, closing_days={tomorrow: "Hari jadi"})
    return do(life, RecomputeDeadlines(), SYSTEM)


def file_protected(procedure: Procedure) -> Life:
    return Life(procedure, filed=procedures.PROTECTED).to(StepKind.RESPOND)


def withdraw(procedure: Procedure) -> Life:
    return do(reach_answering(Life(procedure)), procedures.WITHDRAW, procedures.REPORTER)


def ask_for_time(procedure: Procedure) -> Life:
    return do(reach_answering(Life(procedure)), AskForTime(until=date(2026, 12, 4), reason=words("time")))


def find_procedure_with(kind_or_owner: StepKind | Role) -> Procedure:
    """Return the first procedure on file that has such a step."""
    return next(
        procedure
        for procedure in procedures.every_procedure()
        if any(kind_or_owner in (step.kind, step.owner) for step in procedure.steps)
    )


def consult(procedure: Procedure) -> Life:
    return forward(procedure, consult=True)


def reach_unit(procedure: Procedure) -> Life:
    life = Life(procedure)
    while life.step.owner != Role.UNIT:
        life.go_on()
    return life


def reach_secretariat(procedure: Procedure) -> Life:
    life = Life(procedure)
    while life.step.owner != Role.SECRETARIAT:
        life.go_on()
    return life


def reach_disposition(procedure: Procedure) -> Life:
    return Life(procedure).to_exit("dispose")


def succeed_agency(procedure: Procedure) -> Life:
    return do(reach_answering(Life(procedure)), SucceedAgency(agency="pupr", successor="dinkes"), SYSTEM)


def succeed_supporter(procedure: Procedure) -> Life:
    return do(forward_with_supporter(procedure), SucceedAgency(agency="dlh", successor="dinkes"), SYSTEM)


def give_support(procedure: Procedure) -> Life:
    helper = procedures.LIAISON.model_copy(update={"agency": "dlh"})
    return do(forward_with_supporter(procedure), GiveSupport(text=words("support")), helper)


def accept(procedure: Procedure) -> Life:
    life = reach_answering(Life(procedure))
    return do(life, Accept())


def reroute(procedure: Procedure) -> Life:
    return do(begin(procedure), Reroute(region="kota-lain", reason=words("why")), procedures.CENTRAL)


def reclassify(procedure: Procedure) -> Life:
    return do(reach_answering(Life(procedure)), Reclassify(category="sampah"), procedures.ADMIN)


def refer(procedure: Procedure) -> Life:
    return ring(reach_answering(Life(procedure)), "due", clock="ombudsman")


def consent(procedure: Procedure) -> Life:
    return do(refer(procedure), Consent(with_identity=False), procedures.REPORTER)


def stay_silent(procedure: Procedure) -> Life:
    return ring(reach_confirmation(procedure), "most", "due")


def write(procedure: Procedure, by: object = procedures.REPORTER) -> Life:
    return do(reach_confirmation(procedure), procedures.WRITE, by)


def ask_question(procedure: Procedure) -> Life:
    return do(reach_confirmation(procedure), procedures.QUESTION)


def miss_deadline(procedure: Procedure) -> Life:
    return ring(Life(procedure).to_exit("answer"), "due")


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


def _get_first_procedure() -> Procedure:
    return procedures.every_procedure()[0]


Scene = tuple[type, Callable[[], Life]]

SCENES: dict[str, Scene] = {
    "agency-succeeded": (AgencySucceeded, lambda: succeed_agency(_get_first_procedure())),
    "answered": (Delivered, lambda: reach_confirmation(_get_first_procedure())),
    "archived": (Archived, lambda: do(begin(_get_first_procedure()), procedures.ARCHIVE)),
    "bundle-by-hand": (Consented, lambda: consent(_get_first_procedure())),
    "closed-by-silence": (ClosedBySilence, lambda: stay_silent(_get_first_procedure())),
    "completed": (Completed, lambda: do(ask_completion(_get_first_procedure()), procedures.COMPLETE)),
    "completion-asked": (CompletionAsked, lambda: ask_completion(_get_first_procedure())),
    "completion-reminder": (RungReached, lambda: ring(ask_completion(_get_first_procedure()), "half")),
    "consultation-given": (
        Consulted,
        lambda: do(consult(find_procedure_with(StepKind.CONSULT)), procedures.ADVISE),
    ),
    "deadline-moved": (DeadlineArmed, lambda: move_deadline(begin(_get_first_procedure()))),
    "deadline-moved-reporter": (DeadlineArmed, lambda: move_deadline(begin(_get_first_procedure()))),
    "disputed": (Disputed, lambda: do(reach_confirmation(_get_first_procedure()), procedures.DISPUTE)),
    "disputed-again": (Disputed, lambda: dispute_twice(_get_first_procedure())),
    "duplicate-released": (
        Released,
        lambda: do(merge(_get_first_procedure()), ReleaseDuplicate(parent=PARENT), SYSTEM),
    ),
    "forwarded": (Forwarded, lambda: forward(_get_first_procedure())),
    "forwarded-coordinator": (Forwarded, lambda: forward(_get_first_procedure())),
    "government-reply": (Replied, lambda: write(_get_first_procedure(), procedures.ADMIN)),
    "handed-over": (HandedOver, lambda: hand_over(_get_first_procedure())),
    "handover-ended": (HandoverEnded, lambda: do(hand_over(_get_first_procedure()), procedures.END_HANDOVER)),
    "in-progress": (Accepted, lambda: accept(_get_first_procedure())),
    "in-progress-admin": (Accepted, lambda: accept(_get_first_procedure())),
    "items-asked": (ItemsAsked, lambda: ask_items(_get_first_procedure())),
    "items-expired": (ItemsExpired, lambda: ring(ask_items(_get_first_procedure()), "most", "due")),
    "items-given": (ItemsGiven, lambda: do(ask_items(_get_first_procedure()), procedures.COMPLETE)),
    "items-reminder": (RungReached, lambda: ring(ask_items(_get_first_procedure()), "most")),
    "lapsed": (Lapsed, lambda: ring(ask_completion(_get_first_procedure()), "due")),
    "merged": (Merged, lambda: merge(_get_first_procedure())),
    "ombudsman-bundle": (Referred, lambda: refer(_get_first_procedure())),
    "overdue": (RungReached, lambda: miss_deadline(_get_first_procedure())),
    "plan-due": (
        RungReached,
        lambda: ring(answer_with_plan(_get_first_procedure()), "due-day", clock="plan"),
    ),
    "published-coordinator": (Published, lambda: reach_confirmation(_get_first_procedure())),
    "received": (Filed, lambda: begin(_get_first_procedure())),
    "reclassified": (Reclassified, lambda: reclassify(_get_first_procedure())),
    "referred-coordinator": (Referred, lambda: refer(_get_first_procedure())),
    "referred-reporter": (Referred, lambda: refer(_get_first_procedure())),
    "reminder": (RungReached, lambda: ring(Life(_get_first_procedure()).to_exit("answer"), "half")),
    "reopened": (Reopened, lambda: reopen(_get_first_procedure())),
    "reply": (Replied, lambda: write(_get_first_procedure())),
    "rerouted": (Rerouted, lambda: reroute(_get_first_procedure())),
    "resolved": (Confirmed, lambda: do(reach_confirmation(_get_first_procedure()), Confirm())),
    "returned-coordinator": (Returned, lambda: return_report(_get_first_procedure())),
    "returned-reporter": (Returned, lambda: return_report(_get_first_procedure())),
    "silence-reminder": (RungReached, lambda: ring(reach_confirmation(_get_first_procedure()), "most")),
    "split-off": (SplitOff, lambda: do(begin(_get_first_procedure()), NoteSplit(ticket=CHILD), SYSTEM)),
    "support-asked": (Forwarded, lambda: forward_with_supporter(_get_first_procedure())),
    "support-given": (Supported, lambda: give_support(_get_first_procedure())),
    "tanda-terima": (
        Filed,
        lambda: Life(_get_first_procedure(), filed=procedures.TYPED_IN).to(StepKind.VERIFY),
    ),
    "time-asked": (TimeAsked, lambda: ask_for_time(_get_first_procedure())),
    "time-asked-reporter": (TimeAsked, lambda: ask_for_time(_get_first_procedure())),
    "to-arbitrate": (StepOpened, lambda: return_twice(_get_first_procedure())),
    "to-consult": (StepOpened, lambda: consult(find_procedure_with(StepKind.CONSULT))),
    "to-dispose": (StepOpened, lambda: reach_disposition(find_procedure_with(Role.UNIT))),
    "to-explain": (StepOpened, lambda: ask_question(_get_first_procedure())),
    "to-follow": (StepOpened, lambda: hand_over(_get_first_procedure())),
    "to-follow-up": (StepOpened, lambda: reach_unit(find_procedure_with(Role.UNIT))),
    "to-inspect": (StepOpened, lambda: file_protected(_get_first_procedure())),
    "to-review": (StepOpened, lambda: Life(_get_first_procedure()).to(StepKind.REVIEW)),
    "to-send-letter": (StepOpened, lambda: forward(_get_first_procedure(), by_letter=True)),
    "to-verify": (StepOpened, lambda: begin(_get_first_procedure())),
    "withdrawn": (Withdrawn, lambda: withdraw(_get_first_procedure())),
    "withdrawn-reporter": (Withdrawn, lambda: withdraw(_get_first_procedure())),
}
"""The event that each template is about, and the scene that leads to it."""


def play_scene(template: str) -> tuple[Life, StoredEvent]:
    """Return the complaint and the event of a template; of others, a step that waits for an answer."""
    kind, live = SCENES.get(template, (StepOpened, lambda: Life(_get_first_procedure()).to_exit("answer")))
    life = live()
    return life, [event for event in life.events if isinstance(event.event, kind)][-1]
