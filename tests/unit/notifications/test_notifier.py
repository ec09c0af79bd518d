"""Notifying people: each message once, with any failure on the way."""

from dataclasses import replace

import pytest

from chalicelib.domain.complaint.handling import GiveSupport, ReturnComplaint, Returned, Supported
from chalicelib.domain.complaint.intake import Filed
from chalicelib.domain.complaint.outcome import Dispute
from chalicelib.domain.complaint.routing import Forward, Forwarded, HandedOver, HandOver
from chalicelib.domain.complaint.rungs import RungReached
from chalicelib.domain.complaint.state import OFFLINE
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.notifications.delivery import LEASE_SECONDS, UNKNOWN
from chalicelib.notifications.errors import DeliveryIncomplete
from chalicelib.notifications.notifier import LINK_RENEWED
from chalicelib.services.complaints.sealed_text import seal
from chalicelib.services.delivery_errors import MessageRefused, OutcomeUnknown, SendingFailed
from tests.procedures import ring
from tests.sample_region import ADMIN, CITIZEN, COORDINATOR, HEAD, LIAISON, OTHER_LIAISON, SECOND_LIAISON
from tests.unit.notifications.fakes import Crash, PostOffice
from tests.world import DRAFT, asks, delivered, filed, forwarded, recorded

MOBILE = str(LIAISON.phone)
FIRST, SECOND = str(LIAISON.email), str(SECOND_LIAISON.email)


@pytest.fixture
def post() -> PostOffice:
    return PostOffice()


def ring_rungs(post: PostOffice, ticket: str, *names: str) -> None:
    """Reach these rungs of the open clock, each at its instant."""
    for name in names:
        clock = post.world.complaints.snapshots[ticket].step_clock
        assert clock
        nominal_at = next(rung.nominal_at for rung in clock.rungs if rung.name == name)
        post.world.app.command_handler.execute(
            ticket, ring(clock, name), asks(SYSTEM, f"rung-{name}"), not_before=nominal_at
        )


def list_outcomes(post: PostOffice, ticket: str) -> set[tuple[str, str]]:
    return {(record.id.partition(".")[2], record.outcome) for record in post.log.list_for_complaint(ticket)}


def test_the_agencys_liaisons_get_an_e_mail_each_with_their_own_link(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    records = post.notify(ticket, StepOpened)
    assert post.mailer.to == [FIRST, SECOND]
    assert post.sms_sender.sent == []
    body = post.mailer.get_mail(SECOND).get_body(("plain",))
    assert body
    assert "https://contoh.go.id/t/pupr-2" in body.get_content()
    assert [(record.recipient, record.outcome, record.template) for record in records] == [
        ("pupr-1", "sent", "to-answer"),
        ("pupr-2", "sent", "to-answer"),
    ]


def test_the_mailer_gets_the_tag_by_which_feedback_finds_the_record(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    record, _ = post.notify(ticket, StepOpened)
    assert post.mailer.sent[0][2] == f"{ticket}.{record.id}"
    assert record.id == f"{record.seq:06d}.pupr-1.email"


def test_the_coordinator_gets_the_staff_page_and_the_reporter_their_own(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    post.notify(ticket, Forwarded)
    for to, page in (("koordinator@contoh.go.id", "petugas"), (str(CITIZEN.email), "laporan")):
        body = post.mailer.get_mail(to).get_body(("plain",))
        assert body
        assert f"https://contoh.go.id/{page}/{ticket}" in body.get_content()


def test_an_event_delivered_twice_changes_nothing(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    post.notify(ticket, StepOpened)
    before = repr((post.log, post.mailer, post.sms_sender))
    assert post.notify(ticket, StepOpened) == []
    assert repr((post.log, post.mailer, post.sms_sender)) == before


def test_who_has_no_e_mail_gets_an_sms(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    post.replace_officer("pupr-1", email=None)
    post.notify(ticket, StepOpened)
    ((phone, text),) = post.sms_sender.sent
    assert phone == MOBILE
    assert text.endswith("https://contoh.go.id/t/pupr-1")
    assert post.mailer.to == [SECOND]


@pytest.mark.parametrize("phone", ["+62231123456", "bukan nomor", None])
def test_a_landline_gets_no_sms_and_the_coordinator_can_see_who_cannot_be_reached(
    post: PostOffice, phone: str | None
) -> None:
    ticket = forwarded(post.world).ticket
    post.replace_officer("pupr-1", email=None, phone=phone)
    (unreachable, _) = post.notify(ticket, StepOpened)
    assert (unreachable.outcome, unreachable.reason) == ("failed", "no_address")
    assert post.sms_sender.sent == []
    assert post.notify(ticket, StepOpened) == []


def test_a_rung_that_asks_for_it_sends_an_sms_besides_the_e_mail(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    ring_rungs(post, ticket, "due", "level-3")
    post.notify(ticket, RungReached)
    assert FIRST in post.mailer.to
    assert post.sms_sender.to == [MOBILE]


def test_a_message_for_a_step_that_is_closed_meanwhile_is_not_sent(post: PostOffice) -> None:
    ticket = recorded(post.world).ticket
    opened = post.get_event(ticket, StepOpened).seq
    command_handler = post.world.app.command_handler
    command_handler.execute(ticket, Forward(agency="pupr"), asks(ADMIN, "forward"))
    assert post.notifier.notify(ticket, opened) == []
    assert post.mailer.sent == []


def test_one_refused_address_does_not_stop_the_others_and_is_noted(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    post.replace_officer("pupr-1", phone=None)
    post.mailer.failures[FIRST] = MessageRefused("BadRequestException")
    failed, sent = post.notify(ticket, StepOpened)
    assert (failed.outcome, failed.reason) == ("failed", "BadRequestException")
    assert (sent.recipient, sent.outcome) == ("pupr-2", "sent")
    assert post.notify(ticket, StepOpened) == []


def test_an_address_that_is_none_fails_without_asking_the_provider(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    post.replace_officer("pupr-1", email="bukan alamat", phone=None)
    failed, _ = post.notify(ticket, StepOpened)
    assert (failed.outcome, failed.reason) == ("failed", "bad_address")


def test_a_refused_e_mail_falls_back_to_sms(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    post.mailer.failures[FIRST] = MessageRefused("MessageRejected")
    post.notify(ticket, StepOpened)
    assert post.sms_sender.to == [MOBILE]


def test_the_sms_instead_is_sent_on_the_retry_when_the_worker_died_before_it(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    seq = post.get_event(ticket, StepOpened).seq
    post.mailer.failures[FIRST] = MessageRefused("MessageRejected")
    post.sms_sender.failures[MOBILE] = SendingFailed("Throttling")
    with pytest.raises(DeliveryIncomplete):
        post.notifier.notify(ticket, seq)
    post.sms_sender.failures.clear()
    (record,) = post.notifier.notify(ticket, seq)
    assert (record.channel, record.outcome) == ("sms", "sent")


def test_a_passing_failure_is_tried_again_for_that_person_only(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    post.mailer.failures[FIRST] = SendingFailed("TooManyRequestsException")
    with pytest.raises(DeliveryIncomplete, match="TooManyRequestsException") as raised:
        post.notify(ticket, StepOpened)
    assert [(record.recipient, record.outcome) for record in raised.value.records] == [
        ("pupr-1", "waiting"),
        ("pupr-2", "sent"),
    ]
    post.mailer.failures.clear()
    (again,) = post.notify(ticket, StepOpened)
    assert (again.recipient, again.outcome) == ("pupr-1", "sent")
    assert post.mailer.to == [SECOND, FIRST]


def test_a_fault_of_ours_with_one_person_does_not_stop_the_others(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket

    def issue_link(officer, _):
        if officer.id == "pupr-1":
            raise RuntimeError("no link today")
        return "https://contoh.go.id/t/x"

    with pytest.raises(DeliveryIncomplete) as raised:
        replace(post.notifier, issue_link=issue_link).notify(ticket, post.get_event(ticket, StepOpened).seq)
    assert isinstance(raised.value.__cause__, RuntimeError)
    assert post.mailer.to == [SECOND]
    assert post.notify(ticket, StepOpened)[0].recipient == "pupr-1"


def test_a_crash_between_sending_and_settling_may_repeat_an_e_mail(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    post.log.crash_after_sending = True
    with pytest.raises(Crash):
        post.notify(ticket, StepOpened)
    assert post.mailer.to == [FIRST]
    post.world.clock.forward(seconds=LEASE_SECONDS)
    post.notify(ticket, StepOpened)
    assert post.mailer.to == [FIRST, FIRST, SECOND]


def test_a_crash_between_sending_and_settling_never_repeats_an_sms(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    post.replace_officer("pupr-1", email=None)
    post.log.crash_after_sending = True
    with pytest.raises(Crash):
        post.notify(ticket, StepOpened)
    assert post.sms_sender.to == [MOBILE]
    post.world.clock.forward(seconds=LEASE_SECONDS)
    records = post.notify(ticket, StepOpened)
    assert post.sms_sender.to == [MOBILE]
    assert [
        (record.channel, record.outcome, record.reason) for record in records if record.channel == "sms"
    ] == [("sms", "failed", UNKNOWN)]


def test_an_sms_whose_outcome_is_unknown_is_noted_and_not_sent_again(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    post.replace_officer("pupr-1", email=None)
    post.sms_sender.failures[MOBILE] = OutcomeUnknown("ReadTimeoutError")
    records = post.notify(ticket, StepOpened)
    assert (records[0].outcome, records[0].reason) == ("failed", UNKNOWN)
    post.sms_sender.failures.clear()
    assert post.notify(ticket, StepOpened) == []
    assert post.sms_sender.sent == []


def test_a_worker_that_finds_another_one_sending_retries_later(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    post.log.crash_after_sending = True
    with pytest.raises(Crash):
        post.notify(ticket, StepOpened)
    with pytest.raises(DeliveryIncomplete, match="being_sent"):
        post.notify(ticket, StepOpened)
    assert post.mailer.to == [FIRST, SECOND]


def test_past_the_months_budget_an_sms_waits_and_the_case_goes_on() -> None:
    post = PostOffice(sms_a_month=1)
    for officer in ("pupr-1", "pupr-2"):
        post.replace_officer(officer, email=None, phone=MOBILE)
    ticket = forwarded(post.world).ticket
    sent, waiting = post.notify(ticket, StepOpened)
    assert (sent.outcome, waiting.outcome, waiting.reason) == ("sent", "waiting", "sms_budget")
    assert len(post.sms_sender.sent) == 1


def test_a_new_month_has_a_new_budget() -> None:
    post = PostOffice(sms_a_month=1)
    for officer in ("pupr-1", "pupr-2"):
        post.replace_officer(officer, email=None, phone=MOBILE)
    ticket = forwarded(post.world).ticket
    post.notify(ticket, StepOpened)
    post.world.clock.forward(days=8)
    (late,) = post.notify(ticket, StepOpened)
    assert (late.recipient, late.outcome) == ("pupr-2", "sent")


def test_the_months_budget_ends_with_the_month_in_the_regions_zone(post: PostOffice) -> None:
    windows: list[tuple[str, int]] = []

    class NotingLimits:
        def take(self, what: str, who: str, most: int, window_seconds: int, now: object) -> int | None:
            windows.append((what, window_seconds))
            return None

    post.replace_officer("pupr-1", email=None)
    ticket = forwarded(post.world).ticket
    email, sms = post.notifier.delivery.channels
    delivery = replace(post.notifier.delivery, channels=(email, replace(sms, limits=NotingLimits())))
    replace(post.notifier, delivery=delivery).notify(ticket, post.get_event(ticket, StepOpened).seq)
    assert windows == [("sms-2026-11", 1_796_058_000)]  # 30 November 2026 17.00 UTC, midnight in WIB


def test_a_confidential_mail_has_no_title_number_or_agency_in_sight(post: PostOffice) -> None:
    ticket = forwarded(post.world, replace(DRAFT, confidential=True)).ticket
    post.notify(ticket, StepOpened)
    mail = post.mailer.get_mail(FIRST)
    parts = [part.get_content() for part in mail.iter_parts()]
    for secret in (ticket, DRAFT.title, "Dinas Pekerjaan Umum"):
        assert not any(secret in part for part in [mail["Subject"], *parts])


def test_the_narrative_and_the_reporters_name_are_in_no_mail_at_all(post: PostOffice) -> None:
    ticket = delivered(post.world, replace(DRAFT, anonymous=True)).ticket
    for event in post.world.complaints.list_events(ticket):
        post.notifier.notify(ticket, event.seq)
    assert post.mailer.sent
    for to in set(post.mailer.to):
        whole = "".join(part.get_content() for part in post.mailer.get_mail(to).iter_parts())
        assert CITIZEN.name not in whole
        assert DRAFT.narrative not in whole


def test_the_reporter_is_written_to_in_their_language(post: PostOffice) -> None:
    ticket = filed(post.world).ticket
    post.replace_reporter(ticket, language="en")
    post.notify(ticket, Filed)
    assert post.mailer.get_mail(str(CITIZEN.email))["Subject"].endswith("We have received your report")


def test_an_officer_gets_the_fresh_link_they_asked_for_once_a_request(post: PostOffice) -> None:
    complaint = forwarded(post.world)
    for _ in range(2):
        post.notifier.renew_link(complaint.ticket, complaint.seq, "pupr-1", "ask-1")
    assert post.mailer.to == [FIRST]
    (record,) = post.notifier.renew_link(complaint.ticket, complaint.seq, "pupr-1", "ask-2")
    assert (record.template, record.outcome) == (LINK_RENEWED, "sent")


@pytest.mark.parametrize("officer", ["dlh-1", "koordinator", HEAD.id, "tidak-ada"])
def test_who_does_not_own_the_step_gets_no_link_by_asking(post: PostOffice, officer: str) -> None:
    complaint = forwarded(post.world)
    assert post.notifier.renew_link(complaint.ticket, complaint.seq, officer, "ask-1") == []
    assert post.mailer.sent == []


def test_an_officer_who_left_gets_no_link_by_asking(post: PostOffice) -> None:
    complaint = forwarded(post.world)
    post.replace_officer("pupr-1", active=False)
    assert post.notifier.renew_link(complaint.ticket, complaint.seq, "pupr-1", "ask-1") == []


def test_an_event_that_is_not_there_is_an_error_not_a_silence(post: PostOffice) -> None:
    ticket = filed(post.world).ticket
    with pytest.raises(LookupError):
        post.notifier.notify(ticket, 99)
    with pytest.raises(LookupError):
        post.notifier.notify("CTH-33333A", 1)


def test_every_event_of_a_complaints_life_can_be_told(post: PostOffice) -> None:
    ticket = delivered(post.world).ticket
    words = seal("why", "Lubangnya masih ada.")
    citizen = asks(SYSTEM, "x").actor.model_copy(update={"role": Role.REPORTER, "id": CITIZEN.id})
    post.world.app.command_handler.execute(ticket, Dispute(reason=words.ref), asks(citizen, "why"), [words])
    for event in post.world.complaints.list_events(ticket):
        post.notifier.notify(ticket, event.seq)
    outcomes = list_outcomes(post, ticket)
    assert ("koordinator.email", "sent") in outcomes
    assert ("reporter.email", "sent") in outcomes
    assert {outcome for _, outcome in outcomes} == {"sent"}


def get_text(post: PostOffice, to: str) -> str:
    body = post.mailer.get_mail(to).get_body(("plain",))
    assert body
    return str(body.get_content())


def type_in(post: PostOffice) -> str:
    """Record a report that the admin typed in for somebody without an account; return its ticket."""
    ticket = recorded(post.world).ticket
    snapshots = post.world.complaints.snapshots
    snapshots[ticket] = snapshots[ticket].model_copy(update={"reporter": f"{OFFLINE}1", "channel": "letter"})
    return ticket


def test_a_reporter_without_an_account_gets_no_link_but_the_number(post: PostOffice) -> None:
    ticket = type_in(post)
    post.notify(ticket, Filed)
    text = get_text(post, str(CITIZEN.email))
    assert "https://" not in text
    assert ticket in text


def test_a_reporter_without_an_account_is_told_by_sms_where_that_is_all_there_is(post: PostOffice) -> None:
    ticket = type_in(post)
    post.replace_reporter(ticket, account="", email=None)
    post.notify(ticket, Filed)
    ((phone, text),) = post.sms_sender.sent
    assert phone == CITIZEN.phone
    assert ticket in text
    assert "https://" not in text


def test_a_reporter_without_any_address_is_noted_as_not_reached(post: PostOffice) -> None:
    ticket = type_in(post)
    post.replace_reporter(ticket, account="", email=None, phone=None)
    (record,) = post.notify(ticket, Filed)
    assert (record.recipient, record.outcome, record.reason) == ("reporter", "failed", "no_address")


def test_who_is_asked_to_help_gets_a_link_of_their_own(post: PostOffice) -> None:
    ticket = recorded(post.world).ticket
    forward = Forward(agency="pupr", supporters=("dlh",))
    post.world.app.command_handler.execute(ticket, forward, asks(ADMIN, "forward"))
    post.notify(ticket, Forwarded)
    assert f"https://contoh.go.id/t/{OTHER_LIAISON.id}" in get_text(post, str(OTHER_LIAISON.email))


def test_the_reporter_reads_the_admins_own_words_on_why(post: PostOffice) -> None:
    ticket = recorded(post.world).ticket
    why = seal("why", "Jalan ini milik provinsi.")
    command = HandOver(body="Dinas Bina Marga", address="Jl. Provinsi 1", reason=why.ref)
    post.world.app.command_handler.execute(ticket, command, asks(ADMIN, "hand-over"), [why])
    post.notify(ticket, HandedOver)
    text = get_text(post, str(CITIZEN.email))
    for piece in ("Dinas Bina Marga, Jl. Provinsi 1", why.text):
        assert piece in text


def test_the_agency_that_gave_it_back_is_named_though_another_has_it_by_now(post: PostOffice) -> None:
    ticket = forwarded(post.world).ticket
    why = seal("why", "Bukan wewenang kami.")
    command_handler = post.world.app.command_handler
    command_handler.execute(ticket, ReturnComplaint(reason=why.ref), asks(LIAISON, "return"), [why])
    command_handler.execute(ticket, Forward(agency="dlh"), asks(ADMIN, "again"))
    post.notify(ticket, Returned)
    assert "Dinas Pekerjaan Umum mengembalikan" in get_text(post, str(CITIZEN.email))


def test_a_supporters_part_is_told_with_both_agencies_by_name(post: PostOffice) -> None:
    ticket = recorded(post.world).ticket
    command_handler, part = post.world.app.command_handler, seal("part", "Pohonnya sudah dipangkas.")
    command_handler.execute(ticket, Forward(agency="pupr", supporters=("dlh",)), asks(ADMIN, "forward"))
    command_handler.execute(ticket, GiveSupport(text=part.ref), asks(OTHER_LIAISON, "support"), [part])
    post.notify(ticket, Supported)
    text = get_text(post, FIRST)
    assert "Dinas Lingkungan Hidup mengirim bagiannya" in text
    assert "jawaban Dinas Pekerjaan Umum" in text


def test_the_ombudsman_gets_the_bundles_link_once_and_no_title(post: PostOffice) -> None:
    complaint = forwarded(post.world)
    for _ in range(2):
        post.notifier.notify_ombudsman(
            complaint.ticket, complaint.seq, "ombudsman@example.go.id", "https://contoh.go.id/b/x"
        )
    assert post.mailer.to == ["ombudsman@example.go.id"]
    text = get_text(post, "ombudsman@example.go.id")
    assert "https://contoh.go.id/b/x" in text
    assert complaint.ticket in text
    assert DRAFT.title not in text


def create_assignment_notice(**more: object) -> dict[str, object]:
    return {
        "region": LIAISON.region,
        "id": COORDINATOR.id,
        "template": "assignment-ends",
        "request": "2026-12-31",
        "about": LIAISON.id,
        **more,
    }


def test_an_officer_gets_a_staff_notice_once_a_request(post: PostOffice) -> None:
    for _ in range(2):
        post.notifier.notify_officer(create_assignment_notice(), "https://contoh.go.id/petugas")
    assert post.mailer.to == [COORDINATOR.email]
    assert LIAISON.title in get_text(post, str(COORDINATOR.email))
    (again,) = post.notifier.notify_officer(
        create_assignment_notice(about=HEAD.id), "https://contoh.go.id/petugas"
    )
    assert again.outcome == "sent"


def test_an_officer_who_is_not_on_duty_gets_no_staff_notice(post: PostOffice) -> None:
    post.replace_officer(COORDINATOR.id, active=False)
    assert post.notifier.notify_officer(create_assignment_notice(), "https://contoh.go.id/petugas") == []


def test_a_staff_notice_that_bounced_is_only_noted(post: PostOffice) -> None:
    (record,) = post.notifier.notify_officer(create_assignment_notice(), "https://contoh.go.id/petugas")
    assert post.notifier.send_sms_instead(record) == []


def test_a_staff_notice_of_an_unknown_region_is_an_error(post: PostOffice) -> None:
    with pytest.raises(LookupError):
        post.notifier.notify_officer(
            create_assignment_notice(region="kota-lain"), "https://contoh.go.id/petugas"
        )


def test_a_protected_reports_mail_gives_nothing_away(post: PostOffice) -> None:
    draft = replace(DRAFT, anonymous=True, confidential=True)
    ticket = recorded(post.world, draft).ticket
    snapshots = post.world.complaints.snapshots
    snapshots[ticket] = snapshots[ticket].model_copy(update={"about_agency": "pupr"})
    for event in post.world.complaints.list_events(ticket):
        post.notifier.notify(ticket, event.seq)
    assert set(post.mailer.to) == {CITIZEN.email}
    text = get_text(post, str(CITIZEN.email))
    for secret in (ticket, DRAFT.title, CITIZEN.name, "Dinas"):
        assert secret not in text.replace(f"/{ticket}", "")
