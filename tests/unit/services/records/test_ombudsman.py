"""The referral to the Ombudsman: who sees the bundle, and how it gets there."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest

from chalicelib import bootstrap
from chalicelib.documents import ombudsman as paper
from chalicelib.domain.complaint.handling import AnswerComplaint
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.verification import SeeIdentity
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.complaints.sealed_text import seal
from chalicelib.services.ports import Bundle
from chalicelib.services.routes import create_message
from chalicelib.services.staff.officer_links import to_actor
from chalicelib.workers import messages
from tests.fakes import FakeWorld
from tests.referrals import (
    INSPECTOR,
    add_ombudsman_email,
    build_dossier,
    consent_to,
    file_consented,
    file_protected,
    file_referred,
    read_data,
    unpack,
)
from tests.sample_region import ADMIN, CITIZEN, COORDINATOR, LIAISON, OTHER_CITIZEN
from tests.world import asks, citizen, forwarded


def read_bundle(world: FakeWorld, bundle: Bundle) -> bytes:
    return world.files.made[bundle.ticket, bundle.file.name]


# Who may see it before


def test_nobody_sees_it_before_the_time_is_over(world: FakeWorld) -> None:
    ticket = forwarded(world).ticket

    with pytest.raises(Refusal, match="not_referred"):
        world.app.ombudsman.preview(ticket, citizen(), with_identity=False)


def test_its_reporter_sees_it_with_and_without_their_name(world: FakeWorld) -> None:
    ticket = file_referred(world).ticket

    assert world.app.ombudsman.preview(ticket, citizen(), with_identity=True).reporter is not None
    assert world.app.ombudsman.preview(ticket, citizen(), with_identity=False).reporter is None


def test_an_officer_never_sees_who_it_is_in_the_preview(world: FakeWorld) -> None:
    ticket = file_referred(world).ticket

    dossier = world.app.ombudsman.preview(ticket, to_actor(COORDINATOR), with_identity=True)

    assert dossier.reporter is None
    assert dossier.view.reporter_name is None


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (to_actor(ADMIN), "not_your_role"),
        (to_actor(LIAISON), "not_your_role"),
        (citizen(OTHER_CITIZEN), "unknown_ticket"),
        (Actor(role="central_admin", id="pusat"), "not_your_role"),
    ],
)
def test_nobody_else_does(world: FakeWorld, actor: Actor, code: str) -> None:
    ticket = file_referred(world).ticket

    with pytest.raises(Refusal, match=code):
        world.app.ombudsman.preview(ticket, actor, with_identity=False)


def test_of_a_protected_report_only_the_inspectorate_sees_it(world: FakeWorld) -> None:
    ticket = file_protected(world).ticket

    assert world.app.ombudsman.preview(ticket, to_actor(INSPECTOR), with_identity=False)
    with pytest.raises(Refusal, match="unknown_ticket"):
        world.app.ombudsman.preview(ticket, to_actor(COORDINATOR), with_identity=False)


def test_the_ombudsman_reads_what_is_confidential(world: FakeWorld) -> None:
    complaint = file_protected(world)

    assert (
        "Sudah dua motor jatuh."
        in unpack(paper.create_archive(build_dossier(world, complaint)))["berkas.html"]
    )


# How it gets there


def test_without_consent_nothing_is_made(world: FakeWorld) -> None:
    complaint = file_referred(world)

    assert world.app.ombudsman.release(complaint.ticket, complaint.seq) is None
    assert world.files.made == {}


def test_a_consent_makes_the_bundle_that_it_allows(world: FakeWorld) -> None:
    complaint = file_consented(world, with_identity=True)
    add_ombudsman_email(world)

    released = world.app.ombudsman.release(complaint.ticket, complaint.seq)

    assert released
    assert released.ombudsman_email == "ombudsman@example.com"
    assert read_data(read_bundle(world, released.bundle))["reporter"]["name"] == CITIZEN.name
    assert world.app.ombudsman.open(released.secret) == released.bundle


def test_a_second_run_changes_nothing_however_late_it_comes(world: FakeWorld) -> None:
    complaint = file_consented(world, with_identity=False)
    first = world.app.ombudsman.release(complaint.ticket, complaint.seq)
    kept = dict(world.files.made)
    words = seal("answer", "Lubang sudah ditambal.")
    world.app.command_handler.execute(
        complaint.ticket, AnswerComplaint(text=words.ref), asks(LIAISON, "answer"), [words]
    )
    world.clock.forward(days=3)

    assert world.app.ombudsman.release(complaint.ticket, complaint.seq) == first
    assert world.files.made == kept


def test_only_the_digest_of_the_links_secret_is_kept(world: FakeWorld) -> None:
    complaint = file_consented(world, with_identity=False)

    released = world.app.ombudsman.release(complaint.ticket, complaint.seq)

    assert released
    assert len(released.secret) == 22
    assert released.secret not in repr(world.bundles.stored)


def test_an_event_that_is_not_there_yet_is_asked_for_again(world: FakeWorld) -> None:
    with pytest.raises(LookupError):
        world.app.ombudsman.release("CTH-AAAAAA", 1)


def test_a_link_dies_after_half_a_year(world: FakeWorld) -> None:
    complaint = file_consented(world, with_identity=False)
    released = world.app.ombudsman.release(complaint.ticket, complaint.seq)
    assert released

    world.clock.forward(days=179)
    assert world.app.ombudsman.open(released.secret)
    world.clock.forward(days=1)

    with pytest.raises(Refusal, match="bundle_expired"):
        world.app.ombudsman.open(released.secret)


def test_a_link_that_nobody_made_is_unknown(world: FakeWorld) -> None:
    with pytest.raises(Refusal, match="bundle_unknown"):
        world.app.ombudsman.open("AAAAAAAAAAAAAAAAAAAAAA")


def test_who_thinks_better_of_being_named_is_named_no_more(world: FakeWorld) -> None:
    complaint = file_consented(world, with_identity=True)
    named = world.app.ombudsman.release(complaint.ticket, complaint.seq)
    after = consent_to(world, complaint, with_identity=False)

    unnamed = world.app.ombudsman.release(after.ticket, after.seq)

    assert named
    assert unnamed
    assert read_data(read_bundle(world, unnamed.bundle))["reporter"] is None
    with pytest.raises(Refusal, match="bundle_replaced"):
        world.app.ombudsman.open(named.secret)


def test_a_consent_that_was_overtaken_makes_no_bundle(world: FakeWorld) -> None:
    complaint = file_consented(world, with_identity=True)
    consent_to(world, complaint, with_identity=False)

    assert world.app.ombudsman.release(complaint.ticket, complaint.seq) is None


# Who may have it


def test_its_reporter_may_have_it(world: FakeWorld) -> None:
    complaint = file_consented(world, with_identity=True)
    assert world.app.ombudsman.get_released(complaint.ticket, citizen()) is None

    released = world.app.ombudsman.release(complaint.ticket, complaint.seq)

    assert released
    assert world.app.ombudsman.get_released(complaint.ticket, citizen()) == released.bundle


def test_the_coordinator_has_it_only_to_hand_it_over(world: FakeWorld) -> None:
    complaint = file_consented(world, with_identity=False)
    world.app.ombudsman.release(complaint.ticket, complaint.seq)

    assert world.app.ombudsman.get_released(complaint.ticket, to_actor(COORDINATOR))
    add_ombudsman_email(world)
    assert world.app.ombudsman.get_released(complaint.ticket, to_actor(COORDINATOR)) is None


def test_a_bundle_that_names_an_anonymous_reporter_asks_for_a_recorded_look(world: FakeWorld) -> None:
    complaint = file_consented(world, with_identity=True)
    world.app.ombudsman.release(complaint.ticket, complaint.seq)
    assert world.app.ombudsman.get_released(complaint.ticket, to_actor(COORDINATOR)) is None
    reason = seal("reason", "Berkas diantar ke Ombudsman.")

    world.clock.instant = complaint.last_at
    world.app.command_handler.execute(
        complaint.ticket, SeeIdentity(reason=reason.ref), asks(COORDINATOR, "look"), [reason]
    )

    assert world.app.ombudsman.get_released(complaint.ticket, to_actor(COORDINATOR))


# What the worker does


@pytest.fixture
def post(world: FakeWorld) -> Iterator[FakeWorld]:
    bootstrap.install(world.app)
    yield world
    bootstrap.install(None)


def notify_of(world: FakeWorld, complaint: Complaint) -> None:
    event = world.complaints.get_event(complaint.ticket, complaint.seq)
    assert event
    messages.notify(create_message(event))


def test_the_link_is_mailed_to_the_ombudsman_once_however_often_the_message_comes(post: FakeWorld) -> None:
    add_ombudsman_email(post)
    complaint = file_consented(post, with_identity=False)

    notify_of(post, complaint)
    post.effects.marks.clear()
    notify_of(post, complaint)

    ((to, mail, _),) = post.mailer.sent
    assert to == "ombudsman@example.com"
    (bundle,) = post.bundles.stored.values()
    link = re.search(r"/o/([\w-]{22})", message_from_bytes(mail, policy=policy.default).as_string())
    assert link
    assert post.app.ombudsman.open(link[1]) == bundle
    assert len(post.files.made) == 1


def test_where_no_address_is_known_the_coordinator_is_asked_to_bring_it(post: FakeWorld) -> None:
    notify_of(post, file_consented(post, with_identity=False))

    assert [to for to, _, _ in post.mailer.sent] == [COORDINATOR.email]
    assert len(post.bundles.stored) == 1


def test_of_a_protected_report_the_inspectorate_is_asked_and_nobody_else(post: FakeWorld) -> None:
    notify_of(post, consent_to(post, file_protected(post), with_identity=False))

    assert [to for to, _, _ in post.mailer.sent] == [INSPECTOR.email]


def test_that_the_time_is_over_sends_nothing_to_the_ombudsman(post: FakeWorld) -> None:
    add_ombudsman_email(post)
    complaint = file_referred(post)

    notify_of(post, complaint)

    assert "ombudsman@example.com" not in {to for to, _, _ in post.mailer.sent}
    assert post.bundles.stored == {}
