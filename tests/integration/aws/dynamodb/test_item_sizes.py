"""A complaint with the maximum of everything stays far below DynamoDB's limits."""

from datetime import timedelta
from typing import Any

import pytest

from bench.meter import compute_size
from chalicelib.aws.dynamodb.complaints import TableComplaints
from chalicelib.aws.dynamodb.table import get_connection
from chalicelib.domain.complaint.completion import MOST_COMPLETIONS
from chalicelib.domain.complaint.duplicates import MOST_LINKS
from chalicelib.domain.complaint.fields import MOST_FILES
from chalicelib.domain.complaint.handling import FURTHEST
from chalicelib.domain.complaint.permissions import MOST_ANSWERS, MOST_NOTES, MOST_REPLIES
from chalicelib.domain.complaint.routing import MOST_SUPPORTERS
from chalicelib.domain.complaint.state import AgencyAnswer, Clock, Note, Plan, Reply, RungInstant, Waiting
from chalicelib.domain.complaint.timers import RecomputeDeadlines
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import PLAN, StepKind
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.time.deadlines import Pause, StandardTime, derive
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.sealed_text import TextRef
from chalicelib.services.complaints.reference_checks import MOST_DUPLICATES
from tests.integration.conftest import Case

KB = 1024
MOST_BYTES_OF_AN_ITEM = 400 * KB
MOST_BYTES_OF_A_TRANSACTION = 4 * KB * KB
MOST_ITEMS_OF_A_TRANSACTION = 100

TEXT = TextRef(id="narrative-12345678", hmac="ab" * 32)
FILES = tuple(
    FileRef(sha256=f"{number:064x}", media_type="application/pdf", size=10_000_000)
    for number in range(MOST_FILES)
)
TICKET = "ABCDE-22222A"
AGENCY = "a" * 60
SIXTY = StandardTime(working_days=60)
WITH_A_HOLIDAY = Calendar(closing_days={Case().now.date() + timedelta(days=1): "Hari jadi daerah"})
"""A closing day tomorrow moves every deadline of working days."""


def build_fullest(complaints: TableComplaints) -> Case:
    """Return a complaint in the middle of its life, with the maximum number of texts from everybody."""
    case = Case(procedure=load_procedure("sp4n-national")).go(complaints, StepKind.RESPOND)
    assert case.complaint
    at, clocks = case.now, [build_long_clock(case, name) for name in ("respond", "resolution", "ombudsman")]
    plan = Plan(date=(at + FURTHEST).date(), owner=TEXT)
    case.complaint = case.complaint.model_copy(
        update={
            "files": FILES * (2 + MOST_COMPLETIONS),
            "answers": MOST_ANSWERS
            * (
                AgencyAnswer(
                    agency=AGENCY,
                    at=at,
                    text=TEXT,
                    files=FILES,
                    late=True,
                    plan=plan,
                    proof_note=TEXT,
                    on_behalf=True,
                    published_at=at,
                    sent_back=TEXT,
                ),
            ),
            "replies": MOST_REPLIES * (Reply(by="government", at=at, text=TEXT, disputes=True, asks=True),),
            "notes": MOST_NOTES
            * (
                Note(
                    kind="consultation",
                    at=at,
                    step="s" * 20,
                    text=TEXT,
                    files=FILES,
                    agency=AGENCY,
                    unit=AGENCY,
                ),
            ),
            "children": MOST_DUPLICATES * (TICKET,),
            "linked": MOST_LINKS * (TICKET,),
            "supporters": MOST_SUPPORTERS * (AGENCY,),
            "waiting": Waiting(
                step=case.complaint.step,
                clock=build_long_clock(case, "verify"),
                since=at,
                missing=("photo", "place", "time", "details", "identity", "document"),
                note=TEXT,
            ),
            "clocks": (*clocks, build_long_clock(case, PLAN, StandardTime(calendar_days=FURTHEST.days))),
        }
    )
    return case


def build_long_clock(case: Case, name: str, standard_time: StandardTime = SIXTY) -> Clock:
    """Return a clock with the maximum number of pauses and every rung behind it."""
    assert case.complaint
    hours = [case.now + timedelta(hours=number) for number in range(2 * (MOST_COMPLETIONS + 1))]
    pauses = [Pause(since=since, until=until) for since, until in zip(hours[::2], hours[1::2], strict=True)]
    derivation = derive(case.now, standard_time, Calendar(), "UU 25/2009 " * 20, pauses)
    names = ("half", "most", "due", "level-2", "level-3")
    rungs = tuple(RungInstant(name=rung, nominal_at=derivation.due_at) for rung in names)
    return Clock(name=name, visit=1, generation=9, derivation=derivation, rungs=rungs, late_level=3)


@pytest.fixture
def record_writes(complaints: TableComplaints) -> list[dict[str, Any]]:  # noqa: ARG001 (the table is there)
    """Record the items of every transaction from now on, as they go to DynamoDB."""
    found: list[dict[str, Any]] = []
    get_connection().client.meta.events.register(
        "provide-client-params.dynamodb.TransactWriteItems",
        lambda params, **_: found.extend(put["Put"]["Item"] for put in params["TransactItems"]),
    )
    return found


def test_the_fullest_complaint_can_be_written_with_every_deadline_moved(
    complaints: TableComplaints, record_writes: list[dict[str, Any]]
) -> None:
    case = build_fullest(complaints)
    record_writes.clear()
    case.calendar = WITH_A_HOLIDAY
    change = case.decide(RecomputeDeadlines(), SYSTEM)
    assert [event.type for event in change.events] == ["deadline.armed"] * 3
    complaints.commit(change)
    assert complaints.get(case.ticket) == change.after

    sizes = {item["sk"]["S"]: compute_size(item) for item in record_writes}
    assert max(sizes.values()) < MOST_BYTES_OF_AN_ITEM / 2
    assert sum(sizes.values()) < MOST_BYTES_OF_A_TRANSACTION / 4
    assert len(sizes) < MOST_ITEMS_OF_A_TRANSACTION / 4
