"""The directory, accounts, links, the message log, effects and limits in the real table."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto.dynamodb.responses import DynamoHandler

from chalicelib.aws.dynamodb.accounts import TableAccounts
from chalicelib.aws.dynamodb.directory import TableDirectory
from chalicelib.aws.dynamodb.effects import TableEffects
from chalicelib.aws.dynamodb.limits import TableLimits
from chalicelib.aws.dynamodb.links import TableLinks
from chalicelib.aws.dynamodb.messages import TableMessageLog
from chalicelib.domain.directory.agencies import Agency, Unit
from chalicelib.domain.directory.officers import Assignment
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.time.hours import get_national_hours
from chalicelib.services.ports import DeliveryOutcome, MessageRecord, OfficerLink
from tests import sample_region
from tests.fake_stores import MONDAY
from tests.sample_region import REGION

pytestmark = pytest.mark.usefixtures("table")

TICKET = "CTH-22222A"
DIGEST = "ab" * 32


def test_the_directory_gives_back_what_was_put_in(directory: TableDirectory) -> None:
    assert directory.list_regions() == [sample_region.REGION]
    assert directory.get_region(REGION.slug) == sample_region.REGION
    assert {agency.id for agency in directory.list_agencies(REGION.slug)} == {"pupr", "dlh", "bpn"}
    assert directory.get_agency(REGION.slug, "pupr") == sample_region.AGENCIES[0]
    assert {category.code for category in directory.list_categories(REGION.slug)} == {
        "jalan",
        "jalan-rusak",
        "sampah",
    }
    assert directory.get_category(REGION.slug, "sampah") == sample_region.CATEGORIES[2]
    assert directory.get_officer(REGION.slug, sample_region.HEAD.id) == sample_region.HEAD


def test_a_name_that_is_not_in_the_directory_is_none(directory: TableDirectory) -> None:
    assert directory.get_region("elsewhere") is None
    assert directory.get_agency(REGION.slug, "none") is None
    assert directory.get_category(REGION.slug, "none") is None
    assert directory.get_officer(REGION.slug, "none") is None
    assert directory.list_officers_on_duty("elsewhere", Role.LIAISON) == []


def test_officers_are_found_by_role_and_agency(directory: TableDirectory) -> None:
    assert directory.list_officers_on_duty(REGION.slug, Role.REGIONAL_ADMIN) == [sample_region.ADMIN]
    assert directory.list_officers_on_duty(REGION.slug, Role.LIAISON, "pupr") == [
        sample_region.LIAISON,
        sample_region.SECOND_LIAISON,
    ]
    assert len(directory.list_officers_on_duty(REGION.slug, Role.LIAISON)) == 3


def test_an_officer_who_left_is_out_at_once_everywhere(directory: TableDirectory) -> None:
    elsewhere = TableDirectory()
    assert sample_region.LIAISON in elsewhere.list_officers_on_duty(REGION.slug, Role.LIAISON)
    gone = sample_region.LIAISON.model_copy(update={"active": False, "epoch": 2})
    directory.put(gone)
    assert elsewhere.list_officers_on_duty(REGION.slug, Role.LIAISON, "pupr") == [
        sample_region.SECOND_LIAISON
    ]
    assert elsewhere.get_officer(REGION.slug, sample_region.LIAISON.id) == gone


@pytest.mark.parametrize(("hour", "present"), [(16, False), (17, True)])
def test_who_is_away_is_so_by_the_days_of_their_region(
    directory: TableDirectory, hour: int, present: bool
) -> None:
    until_monday = {"absent_from": MONDAY.date(), "absent_until": MONDAY.date()}
    directory.put(sample_region.LIAISON.model_copy(update=until_monday))
    then = TableDirectory(now=lambda: MONDAY.replace(hour=hour))  # 17.00 UTC is midnight in Jakarta
    assert (then.get_officer_on_duty(REGION.slug, sample_region.LIAISON.id) is not None) is present
    assert len(then.list_officers_on_duty(REGION.slug, Role.LIAISON, "pupr")) == 1 + present
    assert len(then.list_staff(REGION.slug)) == len(sample_region.OFFICERS)


def test_all_that_is_known_of_an_agency_and_a_post_is_kept(directory: TableDirectory) -> None:
    agency = Agency(
        id="pupr",
        region=REGION.slug,
        name="Dinas PU",
        kind="agency",
        units=(Unit(id="jalan", name="Bidang Jalan"),),
        by_letter=True,
        successor="dputr",
        address="Jalan Contoh 1",
        letterhead=("DINAS PU",),
        office_hours=get_national_hours(),
    )
    letter = Assignment(number="094/7", dated=MONDAY.date(), expires=MONDAY.date(), warned=True)
    acting = sample_region.HEAD.model_copy(
        update={"assignment": letter, "acting_as": "Plh.", "serves_from": MONDAY.date()}
    )
    for item in (agency, acting):
        directory.put(item)
    elsewhere = TableDirectory()
    assert elsewhere.get_agency(REGION.slug, "pupr") == agency
    assert elsewhere.get_officer(REGION.slug, acting.id) == acting


def test_a_unit_has_officers_of_its_own(directory: TableDirectory) -> None:
    roads = sample_region.officer("pupr-jalan", Role.UNIT, "pupr", unit="jalan")
    for officer in (roads, sample_region.officer("pupr-air", Role.UNIT, "pupr", unit="air")):
        directory.put(officer)
    assert directory.list_officers_on_duty(REGION.slug, Role.UNIT, "pupr", "jalan") == [roads]


def test_another_process_sees_a_renamed_agency_within_a_minute(directory: TableDirectory) -> None:
    seconds = 0.0
    elsewhere = TableDirectory(clock=lambda: seconds)
    elsewhere.list_agencies(REGION.slug)
    renamed = sample_region.AGENCIES[0].model_copy(update={"name": "Dinas Jalan"})
    directory.put(renamed)
    assert directory.get_agency(REGION.slug, "pupr") == renamed
    seconds = 59.9
    assert elsewhere.get_agency(REGION.slug, "pupr") == sample_region.AGENCIES[0]
    seconds = 60.0
    assert elsewhere.get_agency(REGION.slug, "pupr") == renamed


def test_a_region_being_set_up_is_seen_at_once() -> None:
    first, second = TableDirectory(), TableDirectory()
    assert first.list_regions() == []
    second.put(sample_region.REGION)
    assert first.list_regions() == [sample_region.REGION]


def test_a_caller_cannot_change_what_the_directory_remembers(directory: TableDirectory) -> None:
    directory.list_agencies(REGION.slug).clear()
    assert len(directory.list_agencies(REGION.slug)) == 3


def test_an_account_is_kept_and_replaced() -> None:
    accounts = TableAccounts()
    assert accounts.get(sample_region.CITIZEN.id) is None
    accounts.put(sample_region.CITIZEN)
    moved = sample_region.CITIZEN.model_copy(update={"epoch": 2})
    accounts.put(moved)
    assert accounts.get(sample_region.CITIZEN.id) == moved


LINK = OfficerLink(
    digest=DIGEST,
    ticket=TICKET,
    step="verify",
    visit=1,
    region=REGION.slug,
    officer="admin",
    epoch=1,
    expires_at=MONDAY + timedelta(days=14),
)


def test_a_link_is_found_by_its_digest() -> None:
    links = TableLinks()
    links.put(LINK)
    assert links.get(DIGEST) == LINK
    assert links.get("cd" * 32) is None


def test_the_same_link_again_does_not_live_longer() -> None:
    links = TableLinks()
    links.put(LINK)
    links.put(replace(LINK, expires_at=LINK.expires_at + timedelta(days=30)))
    assert links.get(DIGEST) == LINK


def test_an_expired_link_can_still_be_told_from_a_false_one(table: str) -> None:
    TableLinks().put(LINK)
    key = {"pk": {"S": f"LINK#{DIGEST}"}, "sk": {"S": "LINK"}}
    item = boto3.client("dynamodb").get_item(TableName=table, Key=key)["Item"]
    assert int(item["expires_at"]["N"]) > LINK.expires_at.timestamp()


MESSAGE = MessageRecord(
    ticket=TICKET,
    id="3.admin.email",
    seq=3,
    recipient="admin",
    channel="email",
    template="to-verify",
    outcome="sending",
    at=MONDAY,
)
LEASE = 300


def became(
    outcome: DeliveryOutcome, after: timedelta = timedelta(), provider_id: str | None = None
) -> MessageRecord:
    return replace(MESSAGE, outcome=outcome, at=MONDAY + after, provider_id=provider_id)


@pytest.fixture
def log() -> TableMessageLog:
    return TableMessageLog()


def test_of_two_workers_one_may_send(log: TableMessageLog) -> None:
    assert log.claim(MESSAGE, LEASE)
    assert not log.claim(MESSAGE, LEASE)
    assert log.get(TICKET, MESSAGE.id) == MESSAGE


@pytest.mark.usefixtures("atomic_writes")
def test_of_many_workers_at_once_one_may_send(log: TableMessageLog) -> None:
    allowed: list[bool] = []
    workers = [threading.Thread(target=lambda: allowed.append(log.claim(MESSAGE, LEASE))) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(allowed) == [False] * 7 + [True]


@pytest.mark.parametrize(("seconds", "expected"), [(LEASE - 1, False), (LEASE, True)])
def test_a_worker_that_crashed_is_followed_when_its_lease_is_over(
    log: TableMessageLog, seconds: int, expected: bool
) -> None:
    log.claim(MESSAGE, LEASE)
    later = replace(MESSAGE, at=MONDAY + timedelta(seconds=seconds))
    assert log.claim(later, LEASE) is expected


def test_who_follows_a_crashed_worker_has_a_lease_too(log: TableMessageLog) -> None:
    log.claim(MESSAGE, LEASE)
    log.claim(replace(MESSAGE, at=MONDAY + timedelta(seconds=LEASE)), LEASE)
    assert not log.claim(replace(MESSAGE, at=MONDAY + timedelta(seconds=LEASE + 1)), LEASE)


@pytest.mark.parametrize("outcome", ["sent", "failed", "delivered", "bounced", "complained"])
def test_a_message_that_is_dealt_with_is_never_sent_again(
    log: TableMessageLog, outcome: DeliveryOutcome
) -> None:
    log.claim(MESSAGE, LEASE)
    log.settle(became(outcome))
    assert not log.claim(replace(MESSAGE, at=MONDAY + timedelta(days=30)), LEASE)


def test_a_waiting_message_may_be_sent_later(log: TableMessageLog) -> None:
    log.claim(MESSAGE, LEASE)
    log.settle(became("waiting"))
    assert log.claim(replace(MESSAGE, at=MONDAY + timedelta(seconds=1)), LEASE)


def test_a_settled_message_says_who_took_it(log: TableMessageLog) -> None:
    log.claim(MESSAGE, LEASE)
    settled = became("sent", provider_id="ses-1")
    log.settle(settled)
    assert log.get(TICKET, MESSAGE.id) == settled


@pytest.mark.parametrize("first", ["delivered", "bounced", "complained"])
def test_feedback_that_overtakes_the_sender_is_not_undone(
    log: TableMessageLog, first: DeliveryOutcome
) -> None:
    log.claim(MESSAGE, LEASE)
    log.settle(became(first))
    log.settle(became("sent"))
    record = log.get(TICKET, MESSAGE.id)
    assert record
    assert record.outcome == first


def test_a_bounce_after_delivery_counts(log: TableMessageLog) -> None:
    log.settle(became("delivered"))
    log.settle(became("bounced"))
    record = log.get(TICKET, MESSAGE.id)
    assert record
    assert record.outcome == "bounced"


def test_a_complaints_messages_come_in_the_order_of_its_events(log: TableMessageLog) -> None:
    for seq in (12, 3):
        log.claim(replace(MESSAGE, id=f"{seq}.admin.email", seq=seq), LEASE)
    log.claim(replace(MESSAGE, ticket="CTH-22223B"), LEASE)
    assert [record.seq for record in log.list_for_complaint(TICKET)] == [3, 12]


def test_an_effect_is_done_once_it_is_marked() -> None:
    effects = TableEffects()
    assert not effects.is_done(TICKET, 3, "delivery-feedback")
    effects.mark_done(TICKET, 3, "delivery-feedback", MONDAY)
    effects.mark_done(TICKET, 3, "delivery-feedback", MONDAY)
    effects.mark_done(TICKET, 12, "verify", MONDAY)
    assert effects.is_done(TICKET, 3, "delivery-feedback")
    assert not effects.is_done(TICKET, 3, "verify")
    assert effects.list_done(TICKET) == {(3, "delivery-feedback"), (12, "verify")}
    assert effects.list_done("CTH-22223B") == set()


def test_a_limit_lets_so_many_through_and_tells_how_long_to_wait() -> None:
    limits = TableLimits()
    now = MONDAY + timedelta(minutes=10)
    assert [limits.take("file", "siti", 2, 3600, now) for _ in range(3)] == [None, None, 3000]
    assert limits.take("file", "budi", 2, 3600, now) is None
    assert limits.take("sign-in", "siti", 2, 3600, now) is None


def test_a_new_window_begins_at_zero() -> None:
    limits = TableLimits()
    last_moment = MONDAY + timedelta(minutes=59, seconds=59.9)
    assert [limits.take("file", "siti", 1, 3600, last_moment) for _ in range(2)] == [None, 1]
    assert limits.take("file", "siti", 1, 3600, MONDAY + timedelta(hours=1)) is None


@pytest.fixture
def atomic_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let moto process one write at a time, as DynamoDB does for an item; moto itself has no lock."""
    lock = threading.Lock()
    for name in ("put_item", "update_item"):
        write = getattr(DynamoHandler, name)

        def write_alone(self: DynamoHandler, write: Callable[[DynamoHandler], Any] = write) -> Any:
            with lock:
                return write(self)

        monkeypatch.setattr(DynamoHandler, name, write_alone)


@pytest.mark.usefixtures("atomic_writes")
def test_counting_at_once_counts_everyone() -> None:
    limits = TableLimits()
    answers: list[int | None] = []
    takers = [
        threading.Thread(target=lambda: answers.append(limits.take("file", "siti", 5, 3600, MONDAY)))
        for _ in range(8)
    ]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    assert answers.count(None) == 5
