"""The bundle for the Ombudsman: its page, its data, and what both hide."""

import hashlib
import hmac
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from chalicelib.documents import ombudsman as paper
from chalicelib.domain.complaint.duplicates import AdoptDuplicate
from chalicelib.domain.complaint.handling import AnswerComplaint
from chalicelib.domain.complaint.stored_event import GENESIS, StoredEvent, find_broken_link
from chalicelib.domain.complaint.timers import ReachRung
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.domain.values.identity import Identity
from chalicelib.services.complaints.filing import Draft
from chalicelib.services.complaints.sealed_text import seal
from chalicelib.services.records.dossier import Dossier
from tests.fakes import FakeWorld
from tests.referrals import (
    ANONYMOUS,
    PERSONAL,
    build_dossier,
    file_referred,
    read_data,
    refer,
    unpack,
)
from tests.sample_region import CITIZEN, LIAISON
from tests.world import asks, filed, forwarded


def list_statuses(dossier: Dossier) -> dict[str, str]:
    return {requirement.key: requirement.status for requirement in dossier.requirements}


class PageParser(HTMLParser):
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


def test_the_bundle_is_a_page_and_its_data_and_nothing_else(world: FakeWorld) -> None:
    files = unpack(paper.create_archive(build_dossier(world, file_referred(world))))

    assert list(files) == ["berkas.html", "berkas.json"]


def test_the_same_complaint_makes_the_same_bytes_whenever_it_is_asked(world: FakeWorld) -> None:
    complaint = file_referred(world)

    first = paper.create_archive(build_dossier(world, complaint))
    world.clock.forward(days=90)

    assert paper.create_archive(build_dossier(world, complaint)) == first


def test_the_page_parses_and_loads_nothing(world: FakeWorld) -> None:
    reader = PageParser()
    reader.feed(unpack(paper.create_archive(build_dossier(world, file_referred(world))))["berkas.html"])

    assert reader.open == []
    assert not {"script", "img", "link", "iframe"} & set(reader.tags)
    assert "<script>alert(1)</script>" in reader.said


def test_every_deadline_is_there_with_each_day_and_why(world: FakeWorld) -> None:
    complaint = file_referred(world)
    dossier = build_dossier(world, complaint)

    armed = {
        (e.event.clock, e.event.visit)
        for e in world.complaints.list_events(complaint.ticket)
        if e.type == "deadline.armed"
    }
    assert len(dossier.deadlines) == len(armed)
    sixty = next(deadline for deadline in dossier.deadlines if deadline.name == "ombudsman")
    assert sixty.derivation.days[-1].counted == 60
    page = unpack(paper.create_archive(dossier))["berkas.html"]
    assert page.count("<li>") == sum(
        len(deadline.derivation.days)
        for deadline in dossier.deadlines
        if not deadline.derivation.standard_time.minutes
    )


def test_a_missed_deadline_says_since_when(world: FakeWorld) -> None:
    complaint = forwarded(world)
    clock = complaint.step_clock
    assert clock
    late = ReachRung(clock=clock.name, visit=clock.visit, generation=clock.generation, rung="due")
    world.app.command_handler.execute(complaint.ticket, late, asks(SYSTEM, "due"), not_before=clock.due_at)

    dossier = build_dossier(world, refer(world, world.app.command_handler.get(complaint.ticket)))

    deadline = next(deadline for deadline in dossier.deadlines if deadline.name == clock.name)
    assert deadline.late_since == clock.due_at
    assert deadline.running


def test_a_deadline_that_runs_on_past_its_limit_is_missed_without_a_timer_too(world: FakeWorld) -> None:
    complaint = file_referred(world)

    missed = {
        deadline.name: deadline
        for deadline in build_dossier(world, complaint).deadlines
        if deadline.late_since
    }

    assert complaint.step
    assert missed.keys() == {"ombudsman", complaint.step.name}
    assert missed["ombudsman"].late_since == missed["ombudsman"].derivation.due_at


def test_evidence_is_named_by_digest_and_size(world: FakeWorld) -> None:
    world.files.incoming["incoming/a/file.jpg"] = ("image/jpeg", 1234)
    complaint = file_referred(world, replace(ANONYMOUS, uploads=("incoming/a/file.jpg",)))
    (file,) = complaint.files

    page = unpack(paper.create_archive(build_dossier(world, complaint)))["berkas.html"]

    assert file.sha256 in page
    assert "1234" in page


def test_what_lies_between_the_governments_desks_is_not_in_it(world: FakeWorld) -> None:
    complaint = forwarded(world, ANONYMOUS)
    words = seal("answer", "Rancangan yang belum diperiksa.")
    world.app.command_handler.execute(
        complaint.ticket, AnswerComplaint(text=words.ref), asks(LIAISON, "answer"), [words]
    )

    archive = paper.create_archive(
        build_dossier(world, refer(world, world.app.command_handler.get(complaint.ticket)))
    )

    assert not [name for name, content in unpack(archive).items() if words.text in content]


# What a Laporan asks for


def test_what_is_never_asked_for_when_filing_is_missing(world: FakeWorld) -> None:
    dossier = list_statuses(build_dossier(world, file_referred(world), with_identity=True))

    assert dossier == {
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
    complaint = file_referred(world)
    identity = world.complaints.identities[complaint.ticket]
    details = {"address": "Jl. Melati 5", "representative": "Budi", "relation": "anak"}
    world.complaints.identities[complaint.ticket] = identity.model_copy(update=details)

    dossier = list_statuses(build_dossier(world, complaint))

    assert (dossier["name"], dossier["address"]) == ("withheld", "withheld")
    assert dossier["mandate"] == "missing"


def test_a_report_of_more_than_two_years_ago_is_too_old(world: FakeWorld) -> None:
    complaint = file_referred(world)
    old = complaint.model_copy(
        update={"received_at": complaint.last_at.replace(year=complaint.last_at.year - 3)}
    )

    assert list_statuses(build_dossier(world, old))["recent"] == "missing"


def test_every_requirement_is_told_in_both_languages(world: FakeWorld) -> None:
    dossier = build_dossier(world, file_referred(world))

    assert "BELUM ADA" in paper.render_excerpt(dossier, "id")
    assert "MISSING" in paper.render_excerpt(dossier, "en")


# Who it is


@pytest.mark.parametrize("draft", [ANONYMOUS, replace(ANONYMOUS, anonymous=False)])
def test_without_their_consent_nothing_in_it_tells_who_the_reporter_is(
    world: FakeWorld, draft: Draft
) -> None:
    archive = paper.create_archive(build_dossier(world, file_referred(world, draft)))

    leaks = [
        (name, name_part)
        for name, content in unpack(archive).items()
        for name_part in PERSONAL
        if name_part in content
    ]
    assert leaks == []
    assert "Sudah dua motor jatuh." in unpack(archive)["berkas.html"]


def test_with_it_the_reporter_is_named(world: FakeWorld) -> None:
    archive = paper.create_archive(build_dossier(world, file_referred(world), with_identity=True))

    assert read_data(archive)["reporter"]["name"] == CITIZEN.name
    assert CITIZEN.name in unpack(archive)["berkas.html"]


@pytest.mark.parametrize("with_identity", [True, False])
def test_the_numbers_of_other_peoples_reports_are_in_no_bundle(world: FakeWorld, with_identity: bool) -> None:
    complaint = file_referred(world)
    other = filed(world, key="file-2").ticket
    adopted = AdoptDuplicate(child=other)
    after = world.app.command_handler.execute(complaint.ticket, adopted, asks(SYSTEM, "adopt"))

    archive = paper.create_archive(build_dossier(world, after, with_identity=with_identity))

    assert [name for name, content in unpack(archive).items() if other in content] == []
    assert read_data(archive)["events"][-1]["masked"] == ["fact.child"]
    assert "masked" in read_data(archive)["notes"]["id"][-1]


def test_of_an_erased_reporter_there_is_nothing_to_name(world: FakeWorld) -> None:
    complaint = file_referred(world, replace(ANONYMOUS, narrative="Ada lubang."))
    del world.complaints.identities[complaint.ticket]

    dossier = build_dossier(world, complaint, with_identity=True)

    assert dossier.reporter is None
    assert list_statuses(dossier)["name"] == "missing"


def test_a_name_that_is_also_a_city_does_not_break_the_clock(world: FakeWorld) -> None:
    complaint = file_referred(world)
    world.complaints.identities[complaint.ticket] = Identity(account=CITIZEN.id, name="Asia Jakarta")

    assert build_dossier(world, complaint).view.zone == "Asia/Jakarta"


# That it is true


def test_with_the_reporters_name_the_whole_chain_can_be_computed_again(world: FakeWorld) -> None:
    archive = paper.create_archive(build_dossier(world, file_referred(world), with_identity=True))

    events = [
        StoredEvent.model_validate(quoted_event["event"]) for quoted_event in read_data(archive)["events"]
    ]
    assert find_broken_link(events) is None
    assert not [quoted_event for quoted_event in read_data(archive)["events"] if quoted_event["masked"]]


def test_without_it_only_what_is_said_to_be_masked_cannot(world: FakeWorld) -> None:
    quoted = read_data(paper.create_archive(build_dossier(world, file_referred(world))))["events"]

    events = [StoredEvent.model_validate(quoted_event["event"]) for quoted_event in quoted]
    prevs = [GENESIS, *(event.hash for event in events)]
    assert [event.prev for event in events] == prevs[:-1]
    assert {event.seq for event in events if event.digest() != event.hash} == {
        quoted_event["event"]["seq"] for quoted_event in quoted if quoted_event["masked"]
    }
    assert quoted[0]["masked"] == ["actor.id", "fact.reporter"]


def test_every_text_proves_the_reference_to_it_unless_it_was_masked(world: FakeWorld) -> None:
    complaint = file_referred(world)
    dossier = read_data(paper.create_archive(build_dossier(world, complaint)))

    content = {text["id"]: text for text in dossier["words"]}
    refs = {ref.id: ref.hmac for ref in (complaint.title, complaint.narrative, complaint.place) if ref}
    title = content[complaint.title.id]
    digest = hmac.new(bytes.fromhex(title["salt"]), title["text"].encode(), hashlib.sha256).hexdigest()
    assert digest == refs[complaint.title.id]
    assert content[complaint.narrative.id]["salt"] is None
    assert content.keys() == refs.keys()


def test_the_data_say_what_was_masked_and_how_to_check_the_rest(world: FakeWorld) -> None:
    complaint = file_referred(world)

    masked = read_data(paper.create_archive(build_dossier(world, complaint)))["notes"]["id"]
    named = read_data(paper.create_archive(build_dossier(world, complaint, with_identity=True)))["notes"][
        "id"
    ]

    assert len(masked) == len(named) + 1
    assert "masked" in masked[-1]
