import hashlib
import hmac
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from html.parser import HTMLParser
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.documents import ombudsman as paper
from chalicelib.domain.complaint.duplicates import AdoptDuplicate
from chalicelib.domain.complaint.handling import AnswerComplaint
from chalicelib.domain.complaint.referral import Consent
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.stored_event import GENESIS, StoredEvent, find_broken_link
from chalicelib.domain.complaint.timers import ReachRung
from chalicelib.domain.complaint.verification import SeeIdentity
from chalicelib.domain.directory.agencies import Agency
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import SYSTEM, Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.identity import Identity
from chalicelib.services.complaints.filing import Draft
from chalicelib.services.complaints.sealed_text import seal
from chalicelib.services.ports import Bundle
from chalicelib.services.records.dossier import Dossier, DossierBuilder
from chalicelib.services.routes import create_message
from chalicelib.services.staff.officer_links import to_actor
from chalicelib.workers import messages
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, CITIZEN, COORDINATOR, LIAISON, OTHER_CITIZEN, REGION, officer
from tests.world import DRAFT, asks, citizen, filed, forwarded, recorded

INSPECTOR = officer("inspektur", Role.INSPECTORATE, "inspektorat")
SIGNED = (
    f"Saya {CITIZEN.name} ({CITIZEN.email}, 0813-3333-333).\n\nSudah dua motor jatuh."
    "\n<script>alert(1)</script>"
)
ANONYMOUS = replace(DRAFT, narrative=SIGNED, anonymous=True)
PERSONAL = ("Siti", "Aminah", str(CITIZEN.email), "8133333333", "3333-333", CITIZEN.id)


def referred(world: FakeWorld, draft: Draft = ANONYMOUS) -> Complaint:
    """Forwarded, never answered, and past the time after which it may go to the Ombudsman."""
    return past_the_time(world, forwarded(world, draft))


def past_the_time(world: FakeWorld, complaint: Complaint) -> Complaint:
    clock = complaint.clock("ombudsman", 1)
    assert clock
    rung = ReachRung(clock=clock.name, visit=clock.visit, generation=clock.generation, rung="due")
    return world.app.command_handler.execute(
        complaint.ticket, rung, asks(SYSTEM, "sixty"), not_before=clock.due_at
    )


def consented(world: FakeWorld, *, with_identity: bool, draft: Draft = ANONYMOUS) -> Complaint:
    return agrees(world, referred(world, draft), with_identity=with_identity)


def agrees(world: FakeWorld, complaint: Complaint, *, with_identity: bool) -> Complaint:
    request = asks(citizen(), f"consent-{with_identity}")
    return world.app.command_handler.execute(complaint.ticket, Consent(with_identity=with_identity), request)


def with_address(world: FakeWorld) -> None:
    world.directory.put(REGION.model_copy(update={"ombudsman_email": "ombudsman@example.com"}))


def dossier(world: FakeWorld, complaint: Complaint, *, with_identity: bool = False) -> Dossier:
    return DossierBuilder(world.complaints, world.app.reader).build(complaint, with_identity=with_identity)


def unpacked(archive: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
        return {name: bundle.read(name).decode() for name in bundle.namelist()}


def data(archive: bytes) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(unpacked(archive)[paper.DATA])
    return read


def made(world: FakeWorld, bundle: Bundle) -> bytes:
    return world.files.made[bundle.ticket, bundle.file.name]


def statuses(found: Dossier) -> dict[str, str]:
    return {one.key: one.status for one in found.requirements}


class Reader(HTMLParser):
    """Counts what is open: HTML that does not close what it opens does not parse."""

    EMPTY = frozenset({"br", "meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.EMPTY:
            self.open.append(tag)
        assert not {name for name, _ in attrs} & {"src", "href", "style", "onclick"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data


# What is in it


def test_the_bundle_is_a_page_and_its_data_and_nothing_else(world: FakeWorld) -> None:
    files = unpacked(paper.create_archive(dossier(world, referred(world))))

    assert list(files) == ["berkas.html", "berkas.json"]


def test_the_same_complaint_makes_the_same_bytes_whenever_it_is_asked(world: FakeWorld) -> None:
    complaint = referred(world)

    first = paper.create_archive(dossier(world, complaint))
    world.clock.forward(days=90)

    assert paper.create_archive(dossier(world, complaint)) == first


def test_the_page_parses_and_loads_nothing(world: FakeWorld) -> None:
    reader = Reader()
    reader.feed(unpacked(paper.create_archive(dossier(world, referred(world))))["berkas.html"])

    assert reader.open == []
    assert not {"script", "img", "link", "iframe"} & set(reader.tags)
    assert "<script>alert(1)</script>" in reader.said


def test_every_deadline_is_there_with_each_day_and_why(world: FakeWorld) -> None:
    complaint = referred(world)
    found = dossier(world, complaint)

    armed = {
        (e.event.clock, e.event.visit)
        for e in world.complaints.list_events(complaint.ticket)
        if e.type == "deadline.armed"
    }
    assert len(found.deadlines) == len(armed)
    sixty = next(story for story in found.deadlines if story.name == "ombudsman")
    assert sixty.derivation.days[-1].counted == 60
    page = unpacked(paper.create_archive(found))["berkas.html"]
    assert page.count("<li>") == sum(
        len(story.derivation.days) for story in found.deadlines if not story.derivation.standard_time.minutes
    )


def test_a_missed_deadline_says_since_when(world: FakeWorld) -> None:
    complaint = forwarded(world)
    clock = complaint.step_clock
    assert clock
    late = ReachRung(clock=clock.name, visit=clock.visit, generation=clock.generation, rung="due")
    world.app.command_handler.execute(complaint.ticket, late, asks(SYSTEM, "due"), not_before=clock.due_at)

    found = dossier(world, past_the_time(world, world.app.command_handler.get(complaint.ticket)))

    story = next(one for one in found.deadlines if one.name == clock.name)
    assert story.late_since == clock.due_at
    assert story.running


def test_a_deadline_that_runs_on_past_its_limit_is_missed_without_a_timer_too(world: FakeWorld) -> None:
    complaint = referred(world)

    missed = {story.name: story for story in dossier(world, complaint).deadlines if story.late_since}

    assert complaint.step
    assert missed.keys() == {"ombudsman", complaint.step.name}
    assert missed["ombudsman"].late_since == missed["ombudsman"].derivation.due_at


def test_evidence_is_named_by_digest_and_size(world: FakeWorld) -> None:
    world.files.incoming["incoming/a/file.jpg"] = ("image/jpeg", 1234)
    complaint = referred(world, replace(ANONYMOUS, uploads=("incoming/a/file.jpg",)))
    (file,) = complaint.files

    page = unpacked(paper.create_archive(dossier(world, complaint)))["berkas.html"]

    assert file.sha256 in page
    assert "1234" in page


def test_what_lies_between_the_governments_desks_is_not_in_it(world: FakeWorld) -> None:
    complaint = forwarded(world, ANONYMOUS)
    words = seal("answer", "Rancangan yang belum diperiksa.")
    world.app.command_handler.execute(
        complaint.ticket, AnswerComplaint(text=words.ref), asks(LIAISON, "answer"), [words]
    )

    archive = paper.create_archive(
        dossier(world, past_the_time(world, world.app.command_handler.get(complaint.ticket)))
    )

    assert not [name for name, said in unpacked(archive).items() if words.text in said]


# What a Laporan asks for


def test_what_is_never_asked_for_when_filing_is_missing(world: FakeWorld) -> None:
    found = statuses(dossier(world, referred(world), with_identity=True))

    assert found == {
        "name": "there",
        "birth": "missing",
        "marital_status": "missing",
        "occupation": "missing",
        "address": "missing",
        "account": "there",
        "conveyed": "there",
        "unsettled": "there",
        "recent": "to_check",
    }


def test_what_is_known_of_an_unnamed_reporter_is_withheld_and_not_missing(world: FakeWorld) -> None:
    complaint = referred(world)
    identity = world.complaints.identities[complaint.ticket]
    known = {"address": "Jl. Melati 5", "representative": "Budi", "relation": "anak"}
    world.complaints.identities[complaint.ticket] = identity.model_copy(update=known)

    found = statuses(dossier(world, complaint))

    assert (found["name"], found["address"]) == ("withheld", "withheld")
    assert found["mandate"] == "missing"


def test_a_report_of_more_than_two_years_ago_is_too_old(world: FakeWorld) -> None:
    complaint = referred(world)
    old = complaint.model_copy(
        update={"received_at": complaint.last_at.replace(year=complaint.last_at.year - 3)}
    )

    assert statuses(dossier(world, old))["recent"] == "missing"


def test_every_requirement_is_told_in_both_languages(world: FakeWorld) -> None:
    found = dossier(world, referred(world))

    assert "BELUM ADA" in paper.render_excerpt(found, "id")
    assert "MISSING" in paper.render_excerpt(found, "en")


# Who it is


@pytest.mark.parametrize("draft", [ANONYMOUS, replace(ANONYMOUS, anonymous=False)])
def test_without_their_consent_nothing_in_it_tells_who_the_reporter_is(
    world: FakeWorld, draft: Draft
) -> None:
    archive = paper.create_archive(dossier(world, referred(world, draft)))

    leaks = [(name, one) for name, said in unpacked(archive).items() for one in PERSONAL if one in said]
    assert leaks == []
    assert "Sudah dua motor jatuh." in unpacked(archive)["berkas.html"]


def test_with_it_the_reporter_is_named(world: FakeWorld) -> None:
    archive = paper.create_archive(dossier(world, referred(world), with_identity=True))

    assert data(archive)["reporter"]["name"] == CITIZEN.name
    assert CITIZEN.name in unpacked(archive)["berkas.html"]


@pytest.mark.parametrize("with_identity", [True, False])
def test_the_numbers_of_other_peoples_reports_are_in_no_bundle(world: FakeWorld, with_identity: bool) -> None:
    complaint = referred(world)
    other = filed(world, key="file-2").ticket
    adopted = AdoptDuplicate(child=other)
    after = world.app.command_handler.execute(complaint.ticket, adopted, asks(SYSTEM, "adopt"))

    archive = paper.create_archive(dossier(world, after, with_identity=with_identity))

    assert [name for name, said in unpacked(archive).items() if other in said] == []
    assert data(archive)["events"][-1]["masked"] == ["fact.child"]
    assert "masked" in data(archive)["notes"]["id"][-1]


def test_of_an_erased_reporter_there_is_nothing_to_name(world: FakeWorld) -> None:
    complaint = referred(world, replace(ANONYMOUS, narrative="Ada lubang."))
    del world.complaints.identities[complaint.ticket]

    found = dossier(world, complaint, with_identity=True)

    assert found.reporter is None
    assert statuses(found)["name"] == "missing"


def test_a_name_that_is_also_a_city_does_not_break_the_clock(world: FakeWorld) -> None:
    complaint = referred(world)
    world.complaints.identities[complaint.ticket] = Identity(account=CITIZEN.id, name="Asia Jakarta")

    assert dossier(world, complaint).view.zone == "Asia/Jakarta"


# That it is true


def test_with_the_reporters_name_the_whole_chain_can_be_computed_again(world: FakeWorld) -> None:
    archive = paper.create_archive(dossier(world, referred(world), with_identity=True))

    events = [StoredEvent.model_validate(one["event"]) for one in data(archive)["events"]]
    assert find_broken_link(events) is None
    assert not [one for one in data(archive)["events"] if one["masked"]]


def test_without_it_only_what_is_said_to_be_masked_cannot(world: FakeWorld) -> None:
    quoted = data(paper.create_archive(dossier(world, referred(world))))["events"]

    events = [StoredEvent.model_validate(one["event"]) for one in quoted]
    prevs = [GENESIS, *(event.hash for event in events)]
    assert [event.prev for event in events] == prevs[:-1]
    assert {event.seq for event in events if event.digest() != event.hash} == {
        one["event"]["seq"] for one in quoted if one["masked"]
    }
    assert quoted[0]["masked"] == ["actor.id", "fact.reporter"]


def test_every_text_proves_the_reference_to_it_unless_it_was_masked(world: FakeWorld) -> None:
    complaint = referred(world)
    found = data(paper.create_archive(dossier(world, complaint)))

    said = {one["id"]: one for one in found["words"]}
    refs = {ref.id: ref.hmac for ref in (complaint.title, complaint.narrative, complaint.place) if ref}
    title = said[complaint.title.id]
    digest = hmac.new(bytes.fromhex(title["salt"]), title["text"].encode(), hashlib.sha256).hexdigest()
    assert digest == refs[complaint.title.id]
    assert said[complaint.narrative.id]["salt"] is None
    assert said.keys() == refs.keys()


def test_the_data_say_what_was_masked_and_how_to_check_the_rest(world: FakeWorld) -> None:
    complaint = referred(world)

    masked = data(paper.create_archive(dossier(world, complaint)))["notes"]["id"]
    named = data(paper.create_archive(dossier(world, complaint, with_identity=True)))["notes"]["id"]

    assert len(masked) == len(named) + 1
    assert "masked" in masked[-1]


# Who may see it before


def test_nobody_sees_it_before_the_time_is_over(world: FakeWorld) -> None:
    ticket = forwarded(world).ticket

    with pytest.raises(Refusal, match="not_referred"):
        world.app.ombudsman.preview(ticket, citizen(), with_identity=False)


def test_its_reporter_sees_it_with_and_without_their_name(world: FakeWorld) -> None:
    ticket = referred(world).ticket

    assert world.app.ombudsman.preview(ticket, citizen(), with_identity=True).reporter is not None
    assert world.app.ombudsman.preview(ticket, citizen(), with_identity=False).reporter is None


def test_an_officer_never_sees_who_it_is_in_the_preview(world: FakeWorld) -> None:
    ticket = referred(world).ticket

    found = world.app.ombudsman.preview(ticket, to_actor(COORDINATOR), with_identity=True)

    assert found.reporter is None
    assert found.view.reporter_name is None


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
    ticket = referred(world).ticket

    with pytest.raises(Refusal, match=code):
        world.app.ombudsman.preview(ticket, actor, with_identity=False)


def protected(world: FakeWorld) -> Complaint:
    world.directory.put(
        Agency(id="inspektorat", region=REGION.slug, name="Inspektorat Daerah", kind="inspectorate")
    )
    world.directory.put(INSPECTOR)
    draft = replace(ANONYMOUS, confidential=True, about_agency="pupr")
    return past_the_time(world, recorded(world, draft))


def test_of_a_protected_report_only_the_inspectorate_sees_it(world: FakeWorld) -> None:
    ticket = protected(world).ticket

    assert world.app.ombudsman.preview(ticket, to_actor(INSPECTOR), with_identity=False)
    with pytest.raises(Refusal, match="unknown_ticket"):
        world.app.ombudsman.preview(ticket, to_actor(COORDINATOR), with_identity=False)


def test_the_ombudsman_reads_what_is_confidential(world: FakeWorld) -> None:
    complaint = protected(world)

    assert (
        "Sudah dua motor jatuh." in unpacked(paper.create_archive(dossier(world, complaint)))["berkas.html"]
    )


# How it gets there


def test_without_consent_nothing_is_made(world: FakeWorld) -> None:
    complaint = referred(world)

    assert world.app.ombudsman.release(complaint.ticket, complaint.seq) is None
    assert world.files.made == {}


def test_a_consent_makes_the_bundle_that_it_allows(world: FakeWorld) -> None:
    complaint = consented(world, with_identity=True)
    with_address(world)

    released = world.app.ombudsman.release(complaint.ticket, complaint.seq)

    assert released
    assert released.ombudsman_email == "ombudsman@example.com"
    assert data(made(world, released.bundle))["reporter"]["name"] == CITIZEN.name
    assert world.app.ombudsman.open(released.secret) == released.bundle


def test_a_second_run_changes_nothing_however_late_it_comes(world: FakeWorld) -> None:
    complaint = consented(world, with_identity=False)
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
    complaint = consented(world, with_identity=False)

    released = world.app.ombudsman.release(complaint.ticket, complaint.seq)

    assert released
    assert len(released.secret) == 22
    assert released.secret not in repr(world.bundles.stored)


def test_an_event_that_is_not_there_yet_is_asked_for_again(world: FakeWorld) -> None:
    with pytest.raises(LookupError):
        world.app.ombudsman.release("CTH-AAAAAA", 1)


def test_a_link_dies_after_half_a_year(world: FakeWorld) -> None:
    complaint = consented(world, with_identity=False)
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
    complaint = consented(world, with_identity=True)
    named = world.app.ombudsman.release(complaint.ticket, complaint.seq)
    after = agrees(world, complaint, with_identity=False)

    unnamed = world.app.ombudsman.release(after.ticket, after.seq)

    assert named
    assert unnamed
    assert data(made(world, unnamed.bundle))["reporter"] is None
    with pytest.raises(Refusal, match="bundle_replaced"):
        world.app.ombudsman.open(named.secret)


def test_a_consent_that_was_overtaken_makes_no_bundle(world: FakeWorld) -> None:
    complaint = consented(world, with_identity=True)
    agrees(world, complaint, with_identity=False)

    assert world.app.ombudsman.release(complaint.ticket, complaint.seq) is None


# Who may have it


def test_its_reporter_may_have_it(world: FakeWorld) -> None:
    complaint = consented(world, with_identity=True)
    assert world.app.ombudsman.get_released(complaint.ticket, citizen()) is None

    released = world.app.ombudsman.release(complaint.ticket, complaint.seq)

    assert released
    assert world.app.ombudsman.get_released(complaint.ticket, citizen()) == released.bundle


def test_the_coordinator_has_it_only_to_hand_it_over(world: FakeWorld) -> None:
    complaint = consented(world, with_identity=False)
    world.app.ombudsman.release(complaint.ticket, complaint.seq)

    assert world.app.ombudsman.get_released(complaint.ticket, to_actor(COORDINATOR))
    with_address(world)
    assert world.app.ombudsman.get_released(complaint.ticket, to_actor(COORDINATOR)) is None


def test_a_bundle_that_names_an_anonymous_reporter_asks_for_a_recorded_look(world: FakeWorld) -> None:
    complaint = consented(world, with_identity=True)
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


def told_of(world: FakeWorld, complaint: Complaint) -> None:
    event = world.complaints.get_event(complaint.ticket, complaint.seq)
    assert event
    messages.notify(create_message(event))


def test_the_link_is_mailed_to_the_ombudsman_once_however_often_the_message_comes(post: FakeWorld) -> None:
    with_address(post)
    complaint = consented(post, with_identity=False)

    told_of(post, complaint)
    post.effects.marks.clear()
    told_of(post, complaint)

    ((to, mail, _),) = post.mailer.sent
    assert to == "ombudsman@example.com"
    (bundle,) = post.bundles.stored.values()
    link = re.search(r"/o/([\w-]{22})", message_from_bytes(mail, policy=policy.default).as_string())
    assert link
    assert post.app.ombudsman.open(link[1]) == bundle
    assert len(post.files.made) == 1


def test_where_no_address_is_known_the_coordinator_is_asked_to_bring_it(post: FakeWorld) -> None:
    told_of(post, consented(post, with_identity=False))

    assert [to for to, _, _ in post.mailer.sent] == [COORDINATOR.email]
    assert len(post.bundles.stored) == 1


def test_of_a_protected_report_the_inspectorate_is_asked_and_nobody_else(post: FakeWorld) -> None:
    told_of(post, agrees(post, protected(post), with_identity=False))

    assert [to for to, _, _ in post.mailer.sent] == [INSPECTOR.email]


def test_that_the_time_is_over_sends_nothing_to_the_ombudsman(post: FakeWorld) -> None:
    with_address(post)
    complaint = referred(post)

    told_of(post, complaint)

    assert "ombudsman@example.com" not in {to for to, _, _ in post.mailer.sent}
    assert post.bundles.stored == {}
