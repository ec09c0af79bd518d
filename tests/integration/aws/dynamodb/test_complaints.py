"""Complaints in the real table."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from pynamodb.exceptions import CancellationReason

from chalicelib.aws.dynamodb.complaints import CancelCause, TableComplaints, find_cancel_cause
from chalicelib.aws.dynamodb.table import get_connection
from chalicelib.domain.complaint.duplicates import AdoptDuplicate
from chalicelib.domain.complaint.evolve import evolve_all
from chalicelib.domain.complaint.outcome import WriteReply
from chalicelib.domain.complaint.state import format_owner_key
from chalicelib.domain.complaint.stored_event import compute_digest, find_broken_link
from chalicelib.domain.complaint.timers import RestartTimer
from chalicelib.domain.complaint.verification import Verify
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Role, StepKind
from chalicelib.domain.values.actor import SYSTEM, Actor
from chalicelib.domain.values.errors import Conflict, Refusal
from chalicelib.services.ports import OpenClock, Repeated, TicketTaken
from tests.integration.conftest import IDENTITY, WORDS, Case, seal
from tests.procedures import ADMIN, FORWARD, LIAISON, REGION, REPORTER

OWNER = format_owner_key(REGION, Role.REGIONAL_ADMIN, None)


def scan_items(table: str) -> dict[tuple[str, str], dict[str, dict[str, str]]]:
    """Return all items of the table as the stream and the ladder see them."""
    stored = boto3.client("dynamodb").scan(TableName=table)["Items"]
    return {(item["pk"]["S"], item["sk"]["S"]): item for item in stored}


def test_a_filed_complaint_is_twelve_items(complaints: TableComplaints, table: str) -> None:
    complaints.commit(Case().file())
    assert sorted(sk for _, sk in scan_items(table)) == [
        "CLOCK#ombudsman#1",
        "CTH-22222A",
        "CTH-22222A-1",
        "EVENT#000001",
        "EVENT#000002",
        "EVENT#000003",
        "META",
        "PERSON",
        "STEP#record#1",
        "TEXT#narrative",
        "TEXT#place",
        "TEXT#title",
    ]


def test_a_region_knows_what_was_filed_in_a_month_of_its_own_zone(complaints: TableComplaints) -> None:
    change = Case().file()
    complaints.commit(change)
    month = f"{change.after.filed_at.astimezone(ZoneInfo(change.after.zone)):%Y-%m}"
    assert list(complaints.list_filed(REGION, month)) == ["CTH-22222A"]
    assert list(complaints.list_filed(REGION, "2001-01")) == []


def test_what_was_committed_is_read_back(complaints: TableComplaints) -> None:
    change = Case().file()
    complaints.commit(change)
    assert complaints.get("CTH-22222A") == change.after
    assert complaints.list_events("CTH-22222A") == list(change.events)
    assert complaints.get_event("CTH-22222A", 2) == change.events[1]
    assert complaints.get_identity("CTH-22222A") == IDENTITY
    assert complaints.get_marker(REPORTER.id, "CTH-22222A-1") == change.marker
    assert complaints.get_texts("CTH-22222A", ["title", "place"]) == {"title": WORDS[0], "place": WORDS[2]}


def test_events_are_given_out_as_they_were_stored_and_heads_as_they_stand(
    complaints: TableComplaints,
) -> None:
    change = Case().file()
    complaints.commit(change)
    bodies = [json.loads(body) for body in complaints.list_event_bodies("CTH-22222A")]
    assert [compute_digest(body) for body in bodies] == [event.hash for event in change.events]
    (head,) = complaints.list_heads(["CTH-22222A", "CTH-33333B"])
    assert (head.ticket, head.seq, head.hash) == ("CTH-22222A", change.after.seq, change.after.head)


def test_what_is_not_there_is_none(complaints: TableComplaints) -> None:
    assert complaints.get("CTH-22222A") is None
    assert complaints.get_event("CTH-22222A", 1) is None
    assert complaints.get_identity("CTH-22222A") is None
    assert complaints.get_marker("someone", "key") is None
    assert complaints.list_events("CTH-22222A") == []
    assert complaints.get_texts("CTH-22222A", ["title"]) == {}


def test_a_whole_life_reads_back_as_its_events_add_up(complaints: TableComplaints) -> None:
    case = Case().go(complaints, None)
    events = complaints.list_events(case.ticket)
    assert find_broken_link(events) is None
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert complaints.get(case.ticket) == evolve_all(events, case.procedure) == case.complaint


def test_of_two_writers_the_second_hears_of_a_conflict(complaints: TableComplaints, table: str) -> None:
    case = Case().go(complaints, StepKind.VERIFY)
    first, second = case.decide(Verify(), ADMIN), case.decide(FORWARD, ADMIN)
    complaints.commit(first)
    stored = scan_items(table)
    with pytest.raises(Conflict):
        complaints.commit(second)
    assert scan_items(table) == stored
    assert complaints.get(case.ticket) == first.after


def test_the_same_command_again_is_known_and_writes_nothing(complaints: TableComplaints, table: str) -> None:
    case = Case().go(complaints, StepKind.VERIFY)
    change = case.decide(FORWARD, ADMIN)
    complaints.commit(change)
    stored = scan_items(table)
    with pytest.raises(Repeated) as repeated:
        complaints.commit(change)
    assert repeated.value.marker == change.marker
    assert scan_items(table) == stored


def test_filing_again_under_another_number_finds_the_first(complaints: TableComplaints) -> None:
    first = Case().file()
    complaints.commit(first)
    again = Case(ticket="CTH-22223B").file()
    with pytest.raises(Repeated) as repeated:
        complaints.commit(replace(again, marker=replace(first.marker, ticket=again.after.ticket)))
    assert repeated.value.marker.ticket == first.after.ticket
    assert complaints.get("CTH-22223B") is None


def test_a_taken_number_is_refused_and_nothing_of_the_first_is_overwritten(
    complaints: TableComplaints, table: str
) -> None:
    complaints.commit(Case().file())
    stored = scan_items(table)
    other = Case(reporter=Actor(role=Role.REPORTER, id="reporter-2"))
    with pytest.raises(TicketTaken):
        complaints.commit(other.file((seal("title", "x"), seal("narrative", "y"), seal("place", "{}"))))
    assert scan_items(table) == stored


def test_the_relay_reads_number_and_type_next_to_an_event(complaints: TableComplaints, table: str) -> None:
    complaints.commit(Case().file())
    item = scan_items(table)["CASE#CTH-22222A", "EVENT#000002"]
    assert (item["ticket"], item["seq"], item["type"]) == (
        {"S": "CTH-22222A"},
        {"N": "2"},
        {"S": "step.opened"},
    )


def test_a_marker_is_kept_for_ninety_days(complaints: TableComplaints, table: str) -> None:
    case = Case()
    complaints.commit(case.file())
    item = scan_items(table)["COMMAND#reporter-1", "CTH-22222A-1"]
    assert item["expires_at"] == {"N": str(int((case.now + timedelta(days=90)).timestamp()))}


def test_a_step_that_closes_leaves_the_indexes_and_keeps_its_dates(
    complaints: TableComplaints, table: str
) -> None:
    case = Case().go(complaints, StepKind.VERIFY)
    step = scan_items(table)["CASE#CTH-22222A", "STEP#verify#1"]
    assert step["owner_key"] == {"S": OWNER}
    assert step["open_region"] == {"S": f"STEP#{REGION}"}
    case.now += timedelta(hours=2)
    case.follow(complaints, case.decide(FORWARD, ADMIN))
    closed = scan_items(table)["CASE#CTH-22222A", "STEP#verify#1"]
    assert closed.keys() - step.keys() == {"closed_at"}
    assert step.keys() - closed.keys() == {"owner_key", "open_region"}
    assert closed["closed_at"] == {"S": "2026-11-23T04:00:00.000000Z"}
    assert closed["due_at"] == step["due_at"]


@pytest.mark.parametrize(("kind", "step"), [(StepKind.RECORD, "record"), (StepKind.CONFIRM, "confirm")])
def test_only_officers_steps_have_an_inbox(
    complaints: TableComplaints, table: str, kind: StepKind, step: str
) -> None:
    Case().go(complaints, kind)
    item = scan_items(table)["CASE#CTH-22222A", f"STEP#{step}#1"]
    assert "owner_key" not in item
    assert item["open_region"] == {"S": f"STEP#{REGION}"}


def test_a_clock_closes_with_its_step_and_keeps_its_derivation(
    complaints: TableComplaints, table: str
) -> None:
    case = Case().go(complaints, StepKind.VERIFY)
    clock = scan_items(table)["CASE#CTH-22222A", "CLOCK#verify#1"]
    assert (clock["status"], clock["arming"]) == ({"S": "open"}, {"N": "1"})
    assert clock["open_region"] == {"S": f"CLOCK#{REGION}"}
    case.follow(complaints, case.decide(FORWARD, ADMIN))
    closed = scan_items(table)["CASE#CTH-22222A", "CLOCK#verify#1"]
    assert closed["status"] == {"S": "closed"}
    assert "open_region" not in closed
    assert (closed["due_at"], closed["body"]) == (clock["due_at"], clock["body"])
    assert json.loads(closed["body"]["S"])["derivation"]["days"]


def test_rescheduling_raises_the_generation_in_the_clocks_item(
    complaints: TableComplaints, table: str
) -> None:
    case = Case().go(complaints, StepKind.VERIFY)
    case.follow(complaints, case.decide(RestartTimer(clock="verify", visit=1), SYSTEM))
    clock = scan_items(table)["CASE#CTH-22222A", "CLOCK#verify#1"]
    assert (clock["status"], clock["arming"]) == ({"S": "open"}, {"N": "2"})


def test_a_reached_rung_is_kept_with_its_clock(complaints: TableComplaints, table: str) -> None:
    case = Case().go(complaints, StepKind.VERIFY)
    case.follow(complaints, case.reach("half", "verify"))
    clock = scan_items(table)["CASE#CTH-22222A", "CLOCK#verify#1"]
    assert json.loads(clock["body"]["S"])["reached"] == ["half"]
    assert clock["status"] == {"S": "open"}


def test_a_new_deadline_of_the_open_step_moves_it_in_the_inbox(
    complaints: TableComplaints, table: str
) -> None:
    case = Case().go(complaints, StepKind.CONFIRM)
    before = scan_items(table)["CASE#CTH-22222A", "STEP#confirm#1"]["due_at"]
    case.now += timedelta(days=3)
    case.follow(complaints, case.decide(WriteReply(text=WORDS[0].ref), REPORTER))
    assert scan_items(table)["CASE#CTH-22222A", "STEP#confirm#1"]["due_at"]["S"] > before["S"]


def test_a_change_that_leaves_the_step_open_writes_no_step(complaints: TableComplaints) -> None:
    case = Case().go(complaints, StepKind.VERIFY)
    wanted = []
    client = get_connection().client
    client.meta.events.register(
        "provide-client-params.dynamodb.TransactWriteItems",
        lambda params, **_: wanted.extend(put["Put"]["Item"]["sk"]["S"] for put in params["TransactItems"]),
    )
    case.follow(complaints, case.decide(Verify(), ADMIN))
    assert wanted == [f"CTH-22222A-{case.commands}", "META", f"EVENT#{case.complaint.seq:06}"]


def test_an_inbox_has_the_nearest_deadline_first(complaints: TableComplaints) -> None:
    late = Case(ticket="CTH-22223B", now=Case().now + timedelta(days=2)).go(complaints, StepKind.VERIFY)
    early = Case().go(complaints, StepKind.VERIFY)
    Case(ticket="CTH-22224C").go(complaints, StepKind.RESPOND)
    page = complaints.list_inbox(OWNER, 10, None)
    assert [complaint.ticket for complaint in page.items] == [early.ticket, late.ticket]
    assert page.cursor is None
    assert [
        complaint.ticket
        for complaint in complaints.list_inbox(format_owner_key(REGION, LIAISON.role, "pupr"), 10, None).items
    ] == ["CTH-22224C"]


def test_an_inbox_drops_what_has_moved_on_since_the_index_was_written(
    complaints: TableComplaints, table: str
) -> None:
    case = Case().go(complaints, StepKind.VERIFY)
    behind = scan_items(table)["CASE#CTH-22222A", "STEP#verify#1"]
    case.follow(complaints, case.decide(FORWARD, ADMIN))
    boto3.client("dynamodb").put_item(TableName=table, Item=behind)
    assert complaints.list_inbox(OWNER, 10, None).items == []


def test_a_list_goes_on_where_its_cursor_says(complaints: TableComplaints) -> None:
    tickets = [f"CTH-2222{n}A" for n in range(2, 7)]
    for n, ticket in enumerate(tickets):
        case = Case(ticket=ticket, now=Case().now + timedelta(minutes=n))
        case.follow(complaints, case.file())
    assert walk(complaints, REPORTER.id) == [tickets[4:2:-1], tickets[2:0:-1], tickets[:1]]


def walk(complaints: TableComplaints, account: str) -> list[list[str]]:
    """Return all pages of two complaints of a reporter's list."""
    pages: list[list[str]] = []
    cursor: str | None = None
    while cursor or not pages:
        page = complaints.list_for_reporter(account, 2, cursor)
        pages.append([complaint.ticket for complaint in page.items])
        cursor = page.cursor
    return pages


def test_a_full_last_page_has_no_cursor(complaints: TableComplaints) -> None:
    for n in (2, 3):
        complaints.commit(Case(ticket=f"CTH-2222{n}A").file())
    assert complaints.list_for_reporter(REPORTER.id, 2, None).cursor is None


def test_a_cursor_of_another_list_shows_nothing_of_it(complaints: TableComplaints) -> None:
    for n in (2, 3, 4):
        complaints.commit(Case(ticket=f"CTH-2222{n}A").file())
    cursor = complaints.list_for_reporter(REPORTER.id, 1, None).cursor
    assert complaints.list_for_reporter("reporter-2", 10, cursor).items == []


def pack_cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é" * 5,
        "A" * 5000,
        pack_cursor("CASE#CTH-22222A", "META"),
        pack_cursor("CASE#CTH-22222A", "META", "yesterday"),
        pack_cursor("CASE#CTH-22222A", "", "2026-11-23T02:00:00.000000Z"),
        pack_cursor("CASE#CTH-22222A", 7, "2026-11-23T02:00:00.000000Z"),
        pack_cursor(*"abc" * 200),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_made_up_cursor_is_refused(complaints: TableComplaints, cursor: str) -> None:
    with pytest.raises(Refusal, match="bad_cursor"):
        complaints.list_for_reporter(REPORTER.id, 10, cursor)


def test_operations_see_every_open_ticket_and_clock_of_a_region_and_no_closed_one(
    complaints: TableComplaints,
) -> None:
    waiting = Case().go(complaints, StepKind.VERIFY)
    later = Case(ticket="CTH-22223B", now=waiting.now + timedelta(days=1)).go(complaints, StepKind.RECORD)
    Case(ticket="CTH-22224C").go(complaints, None)
    assert set(complaints.list_open_tickets(REGION)) == {"CTH-22222A", "CTH-22223B"}
    assert list(complaints.list_open_clocks(REGION)) == [
        OpenClock("CTH-22222A", "verify", 1, 1, waiting.find_clock("verify").due_at),
        OpenClock("CTH-22222A", "ombudsman", 1, 1, waiting.find_clock("ombudsman").due_at),
        OpenClock("CTH-22223B", "ombudsman", 1, 1, later.find_clock("ombudsman").due_at),
    ]
    assert list(complaints.list_open_tickets("elsewhere")) == []


def test_a_complaint_that_ended_is_found_for_two_weeks(complaints: TableComplaints, table: str) -> None:
    ended = Case().go(complaints, None)
    Case(ticket="CTH-22223B").go(complaints, StepKind.CONFIRM)
    assert list(complaints.list_recently_ended(REGION)) == [ended.ticket]
    assert list(complaints.list_recently_ended("elsewhere")) == []
    end = scan_items(table)["CASE#CTH-22222A", "END"]
    assert end["expires_at"] == {"N": str(int((ended.now + timedelta(days=14)).timestamp()))}


def test_what_happens_to_a_complaint_that_ended_is_found_for_two_weeks_more(
    complaints: TableComplaints, table: str
) -> None:
    case = Case().go(complaints, None)
    case.now += timedelta(days=3)
    case.follow(complaints, case.decide(AdoptDuplicate(child="CTH-22223B"), SYSTEM))
    end = scan_items(table)["CASE#CTH-22222A", "END"]
    assert end["expires_at"] == {"N": str(int((case.now + timedelta(days=14)).timestamp()))}


def test_a_units_step_is_in_that_units_inbox_alone(complaints: TableComplaints, table: str) -> None:
    case = Case(procedure=load_procedure("disporbudpar")).go_to(complaints, "carry-out")
    own = format_owner_key(REGION, Role.UNIT, "pupr", "bidang-1")
    assert scan_items(table)["CASE#CTH-22222A", "STEP#carry-out#1"]["owner_key"] == {"S": own}
    assert [complaint.ticket for complaint in complaints.list_inbox(own, 10, None).items] == [case.ticket]
    others = [(Role.UNIT, "pupr", "bidang-2"), (Role.UNIT, "pupr", None), (Role.LIAISON, "pupr", None)]
    for role, agency, unit in others:
        assert complaints.list_inbox(format_owner_key(REGION, role, agency, unit), 10, None).items == []


def build_reasons(*codes: str | None) -> list[CancellationReason | None]:
    return [CancellationReason(code) if code else None for code in codes]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("ConditionalCheckFailed", "ConditionalCheckFailed", None), CancelCause.REPEATED),
        (("ConditionalCheckFailed", "TransactionConflict", None), CancelCause.REPEATED),
        (("TransactionConflict", "ConditionalCheckFailed", None), CancelCause.IN_THE_WAY),
        ((None, "TransactionConflict", None), CancelCause.IN_THE_WAY),
        ((None, "ThrottlingError", None), CancelCause.IN_THE_WAY),
        ((None, "ConditionalCheckFailed", None), CancelCause.STALE),
        ((None, None, "ConditionalCheckFailed"), CancelCause.STALE),
        ((None, None, "ValidationError"), CancelCause.OTHER),
        ((), CancelCause.OTHER),
    ],
)
def test_a_cancelled_transaction_is_told_by_its_reasons(
    codes: tuple[str | None, ...], expected: CancelCause
) -> None:
    assert find_cancel_cause(build_reasons(*codes)) is expected


def test_several_complaints_are_read_at_once_without_those_that_are_not_there(
    complaints: TableComplaints,
) -> None:
    cases = [Case(ticket=ticket).go(complaints, StepKind.VERIFY) for ticket in ("CTH-22222A", "CTH-33333A")]

    loaded = complaints.get_many(["CTH-22222A", "CTH-44444A", "CTH-33333A"])

    assert {complaint.ticket: complaint for complaint in loaded} == {
        case.ticket: case.complaint for case in cases
    }


class InTheWay:
    """Answers the first transactions as DynamoDB does when another's is under way; they are never sent."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.asked = 0
        get_connection().client.meta.events.register("before-call.dynamodb.TransactWriteItems", self._answer)

    def _answer(self, **_: object) -> tuple[AWSResponse, dict[str, Any]] | None:
        self.asked += 1
        if self.left == 0:
            return None
        self.left -= 1
        answer = {
            "Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"},
            "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict", "Message": "Ongoing"}],
        }
        return AWSResponse("https://dynamodb.example", 400, {}, None), answer


def test_another_transaction_in_the_way_is_waited_out(complaints: TableComplaints) -> None:
    in_the_way = InTheWay(times=2)
    complaints.commit(Case().file())
    assert complaints.get("CTH-22222A") is not None
    assert in_the_way.asked == 3


def test_a_transaction_that_stays_in_the_way_asks_for_a_new_decision(complaints: TableComplaints) -> None:
    InTheWay(times=99)
    with pytest.raises(Conflict):
        complaints.commit(Case().file())
    assert complaints.get("CTH-22222A") is None
