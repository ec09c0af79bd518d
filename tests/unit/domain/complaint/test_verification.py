"""The desk of the region's admin, before an agency has it."""

from datetime import timedelta

import pytest

from chalicelib.domain.complaint.decide import file_complaint
from chalicelib.domain.complaint.duplicates import MOST_LINKS, LinkComplaint, NoteSplit
from chalicelib.domain.complaint.evolve import evolve
from chalicelib.domain.complaint.routing import MOST_SUPPORTERS, Forward, Reroute
from chalicelib.domain.complaint.state import Origin
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.stored_event import GENESIS, chain_events
from chalicelib.domain.complaint.verification import Reclassify, Redact, SeeIdentity, Verify
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import StepKind
from chalicelib.domain.values.actor import SYSTEM, Actor
from tests.procedures import (
    ADMIN,
    ARCHIVE,
    CENTRAL,
    COORDINATOR,
    DISPUTE,
    END_HANDOVER,
    FILE,
    FORWARD,
    HAND_OVER,
    LIAISON,
    REOPEN,
    REPORTER,
    RETURN,
    TYPED_IN,
    Life,
    refused,
    the,
    types,
    words,
)

ALREADY_HANDLED = ARCHIVE.model_copy(update={"reason": "already_handled", "earlier": "CTH-33333B"})


@pytest.fixture
def life(life: Life) -> Life:
    return life.to(StepKind.VERIFY)


# Verifying


def test_the_admin_verifies_with_a_corrected_category_and_the_clock_runs_on(life: Life) -> None:
    clock = life.clock
    life.do(Verify(complaint_class="aspiration", category="sampah", confidential=True), ADMIN)
    complaint = life.complaint
    assert (complaint.state, complaint.complaint_class) == ("verified", "aspiration")
    assert (complaint.category, complaint.filed_category) == ("sampah", FILE.category)
    assert complaint.confidential
    assert life.clock == clock


def test_verifying_keeps_what_the_admin_does_not_correct(life: Life) -> None:
    life.do(Verify(), ADMIN)
    assert (life.complaint.category, life.complaint.confidential) == (FILE.category, FILE.confidential)


def test_forwarding_verifies_in_the_same_breath_but_not_a_second_time(life: Life) -> None:
    other = Life(life.procedure).to(StepKind.VERIFY)
    assert types(life.do(FORWARD, ADMIN))[:2] == ["complaint.verified", "complaint.forwarded"]
    other.do(Verify(category="sampah"), ADMIN)
    assert types(other.do(FORWARD, ADMIN))[0] == "complaint.forwarded"
    assert other.complaint.category == "sampah"


def test_words_of_abuse_are_masked_and_what_was_written_stays_on_record(life: Life) -> None:
    life.do(Redact(narrative=words("masked")), ADMIN)
    assert (life.complaint.redacted, life.complaint.narrative) == (words("masked"), FILE.narrative)


def test_class_and_category_are_corrected_on_the_way_and_the_receipt_stays(life: Life) -> None:
    assert refused(life, Reclassify(category="sampah"), ADMIN) == "not_verified_yet"
    life.to(StepKind.RESPOND)
    before = life.complaint
    life.now += timedelta(hours=1)
    life.do(Reclassify(complaint_class="aspiration", category="sampah"), COORDINATOR)
    after = life.complaint
    assert (after.complaint_class, after.category) == ("aspiration", "sampah")
    assert (after.filed_category, after.received_at) == (FILE.category, before.received_at)
    assert (after.step, after.state) == (before.step, before.state)
    assert life.do(Reclassify(category="sampah"), ADMIN) == []
    assert refused(life, Reclassify(category="jalan-rusak"), LIAISON) == "not_your_role"


# Forwarding


def test_the_complaint_is_forwarded_to_exactly_one_accountable_agency(life: Life) -> None:
    opened = the(StepOpened, life.do(FORWARD, ADMIN))
    assert (opened.owner, opened.agency) == ("liaison", "pupr")
    assert (life.complaint.state, life.complaint.agency) == ("forwarded", "pupr")


def test_supporters_are_named_once_and_never_the_accountable_agency(life: Life) -> None:
    life.do(FORWARD.model_copy(update={"supporters": ("dlh", "pupr", "dlh")}), ADMIN)
    assert life.complaint.supporters == ("dlh",)


def test_only_so_many_agencies_support(life: Life) -> None:
    crowd = tuple(f"dinas-{number}" for number in range(MOST_SUPPORTERS + 1))
    assert refused(life, FORWARD.model_copy(update={"supporters": crowd}), ADMIN) == "too_many_supporters"


def test_an_agency_reached_by_letter_is_the_admins_to_write_to_and_to_answer_for(life: Life) -> None:
    life.do(FORWARD.model_copy(update={"by_letter": True}), ADMIN)
    assert (life.step.name, life.owner) == ("letter", ADMIN)
    life.to(StepKind.CONFIRM)
    (answer,) = life.complaint.answers
    assert (answer.agency, answer.on_behalf) == ("pupr", True)


def test_what_was_disputed_of_an_agency_reached_by_letter_goes_by_letter_again(life: Life) -> None:
    life.do(FORWARD.model_copy(update={"by_letter": True}), ADMIN)
    life.to(StepKind.CONFIRM).do(DISPUTE, REPORTER)
    assert (life.step.name, life.step.visit, life.owner) == ("letter", 2, ADMIN)


def test_only_a_procedure_with_a_consultation_consults(life: Life) -> None:
    command = FORWARD.model_copy(update={"consult": True})
    if "consult" in life.exits:
        life.do(command, ADMIN)
        assert life.kind is StepKind.CONSULT
    else:
        assert refused(life, command, ADMIN) == "not_in_this_step"


def test_a_request_for_information_is_consulted_on_unasked() -> None:
    life = Life(load_procedure("tarakan-2024")).to(StepKind.VERIFY)
    life.do(FORWARD.model_copy(update={"complaint_class": "information_request"}), ADMIN)
    assert (life.kind, life.owner, life.complaint.agency) == (StepKind.CONSULT, COORDINATOR, "pupr")
    life.go_on()
    assert (life.step.name, life.step.agency) == ("receive", "pupr")
    assert [note.kind for note in life.complaint.notes] == ["consultation"]


def test_a_consultation_that_was_held_is_not_called_skipped_when_another_agency_gets_it() -> None:
    life = Life(load_procedure("tarakan-2024")).to(StepKind.VERIFY)
    life.do(FORWARD.model_copy(update={"consult": True}), ADMIN)
    life.go_on()
    life.do(RETURN, LIAISON)
    life.do(Forward(agency="dlh"), ADMIN)
    assert life.complaint.skipped == ()


# Away from here


def test_what_is_not_ours_is_handed_over_and_followed_to_its_end(life: Life) -> None:
    life.do(HAND_OVER, ADMIN)
    assert (life.complaint.state, life.kind) == ("handed_over", StepKind.FOLLOW)
    assert [clock.name for clock in life.complaint.clocks] == [life.step.name]
    assert len([day for day in life.clock.derivation.days if day.counted]) == 14
    for rung in life.clock.rungs:
        life.reach(rung.name)
    assert (life.complaint.was_late, life.complaint.late_level) == (False, 0)
    life.do(END_HANDOVER, ADMIN)
    complaint = life.complaint
    assert (complaint.state, complaint.finished, complaint.resolved_by) == ("handed_over", True, None)
    assert complaint.handover
    assert (complaint.handover.body, complaint.handover.outcome) == ("PT PLN", "answered")
    assert not complaint.was_late


def test_the_admin_closes_a_handover_that_nobody_answers_with_a_reason(life: Life) -> None:
    life.do(HAND_OVER, ADMIN)
    life.do(END_HANDOVER.model_copy(update={"outcome": "closed"}), ADMIN)
    assert life.complaint.handover
    assert life.complaint.handover.outcome == "closed"


@pytest.mark.parametrize("reason", ["no_substance", "in_court", "private"])
def test_what_is_filed_away_has_a_reason_and_stays_away(life: Life, reason: str) -> None:
    life.do(ARCHIVE.model_copy(update={"reason": reason}), ADMIN)
    complaint = life.complaint
    assert (complaint.state, complaint.finished, complaint.clocks) == ("archived", True, ())
    assert complaint.archive
    assert (complaint.archive.reason, complaint.archive.text) == (reason, ARCHIVE.text)
    assert refused(life, REOPEN, REPORTER) == "too_late_to_reopen"


def test_what_was_handled_before_names_the_answer_and_may_be_disputed_in_time(life: Life) -> None:
    bare = ALREADY_HANDLED.model_copy(update={"earlier": None})
    assert refused(life, bare, ADMIN) == "earlier_missing"
    life.do(ALREADY_HANDLED, ADMIN)
    assert life.complaint.archive
    assert life.complaint.archive.earlier == "CTH-33333B"
    life.do(REOPEN, REPORTER)
    assert (life.complaint.state, life.complaint.archive) == ("received", None)
    assert (life.kind, life.step.visit) == (StepKind.VERIFY, 2)


# Split, linked, moved


def test_two_matters_are_split_and_know_of_each_other(life: Life) -> None:
    origin = Origin(kind="split", ticket=life.complaint.ticket)
    received = life.complaint.received_at
    matter = FILE.model_copy(update={"origin": origin, "received_at": received, "category": "sampah"})
    life.now += timedelta(hours=5)
    (event, *_) = chain_events(
        "CTH-33333B", 0, GENESIS, file_complaint(matter, life.context(ADMIN)), life.now, ADMIN
    )
    second = evolve(None, event, life.procedure)
    life.do(NoteSplit(ticket=second.ticket), SYSTEM)
    assert (life.complaint.linked, second.linked) == ((second.ticket,), (life.complaint.ticket,))
    assert (second.received_at, second.filed_at) == (received, life.now)
    assert life.do(NoteSplit(ticket=second.ticket), SYSTEM) == []


def test_complaints_are_linked_and_each_goes_its_own_way(life: Life) -> None:
    before = life.complaint
    life.do(LinkComplaint(ticket="XYZ-33333B"), ADMIN)
    assert life.complaint.linked == ("XYZ-33333B",)
    assert (life.complaint.step, life.complaint.state) == (before.step, before.state)
    assert refused(life, LinkComplaint(ticket=before.ticket), ADMIN) == "own_duplicate"
    for number in range(MOST_LINKS - 1):
        life.do(LinkComplaint(ticket=f"XYZ-{number}"), ADMIN)
    assert refused(life, LinkComplaint(ticket="XYZ-ABCDEF"), ADMIN) == "too_many_links"


def test_the_central_admin_moves_what_was_filed_in_the_wrong_region(life: Life) -> None:
    move = Reroute(region="kota-lain", reason=words("theirs"))
    assert refused(life, move, ADMIN) == "not_your_role"
    assert refused(life, Reroute(region=FILE.region, reason=words("x")), CENTRAL) == "same_region"
    life.do(move, CENTRAL)
    complaint = life.complaint
    assert (complaint.state, complaint.rerouted_to, complaint.finished) == ("handed_over", "kota-lain", True)


def test_what_the_region_has_verified_is_not_moved_any_more(life: Life) -> None:
    life.do(Verify(), ADMIN)
    move = Reroute(region="kota-lain", reason=words("theirs"))
    assert refused(life, move, CENTRAL) == "step_is_done"


# Who an anonymous reporter is


@pytest.mark.parametrize("actor", [ADMIN, COORDINATOR], ids=lambda actor: str(actor.role))
def test_every_look_at_an_anonymous_reporter_is_on_record(life: Life, actor: Actor) -> None:
    anonymous = Life(life.procedure, filed=TYPED_IN.model_copy(update={"anonymous": True}))
    assert types(anonymous.do(SeeIdentity(reason=words("call-back")), actor)) == ["identity.seen"]
    assert refused(anonymous, SeeIdentity(reason=words("curious")), LIAISON) == "not_your_role"
    assert life.do(SeeIdentity(reason=words("call-back")), actor) == []
