"""Who may see what of a complaint."""

from dataclasses import replace

import pytest

from chalicelib.domain.complaint.intake import RecordComplaint
from chalicelib.domain.complaint.state import format_owner_key
from chalicelib.domain.complaint.timers import RecomputeDeadlines
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.officer_links import to_actor
from tests.fakes import FakeWorld
from tests.sample_region import (
    ADMIN,
    CITIZEN,
    COORDINATOR,
    HEAD,
    LIAISON,
    OTHER_CITIZEN,
    OTHER_LIAISON,
    REGION,
    officer,
)
from tests.world import DRAFT, answered, citizen, decide, delivered, filed, forwarded, recorded, system


def read_as(world: FakeWorld, ticket: str, actor: Actor):
    return world.app.reader.read(ticket, actor)


def test_a_reporter_reads_their_own_words_and_who_holds_it_until_when(world):
    complaint = forwarded(world)
    view = read_as(world, complaint.ticket, citizen())
    assert (view.title, view.narrative) == (DRAFT.title, DRAFT.narrative)
    assert view.agency_name == "Dinas Pekerjaan Umum"
    assert view.holder is not None
    assert (view.holder.since, view.holder.due_at) == (complaint.step.opened_at, complaint.step.due_at)
    assert view.holder.derivation is not None
    assert [row.number for row in view.rows if row.done_at] == [1, 2, 3]


def test_anothers_ticket_looks_like_one_that_does_not_exist(world):
    complaint = filed(world)
    for ticket in (complaint.ticket, "CTH-NOTHING"):
        with pytest.raises(Refusal, match="unknown_ticket"):
            read_as(world, ticket, citizen(OTHER_CITIZEN))


def test_an_answer_is_the_reporters_only_once_it_is_published(world):
    ticket = answered(world).ticket
    assert read_as(world, ticket, citizen()).answers == ()
    assert len(read_as(world, ticket, to_actor(ADMIN)).answers) == 1
    other = FakeWorld()
    ticket = delivered(other).ticket
    (answer,) = read_as(other, ticket, citizen()).answers
    assert answer.text == "Lubang sudah ditambal pada hari Senin."


def test_the_reporters_timeline_leaves_out_what_passes_between_desks(world):
    ticket = answered(world).ticket
    types = {moment.type for moment in read_as(world, ticket, citizen()).timeline}
    assert "complaint.forwarded" in types
    assert not types & {"complaint.answered", "step.opened", "deadline.armed"}


@pytest.mark.parametrize("officer", [ADMIN, COORDINATOR, LIAISON])
def test_the_regions_and_the_agencys_officers_may_read(world, officer):
    assert read_as(world, forwarded(world).ticket, to_actor(officer)).narrative == DRAFT.narrative


@pytest.mark.parametrize(
    "stranger",
    [
        to_actor(OTHER_LIAISON),
        to_actor(ADMIN).model_copy(update={"region": "elsewhere"}),
        to_actor(LIAISON).model_copy(update={"region": "elsewhere"}),
        Actor(role="gardener", id="x", region=REGION.slug),
    ],
)
def test_other_officers_may_not(world, stranger):
    ticket = forwarded(world).ticket
    with pytest.raises(Refusal, match="not_your_complaint"):
        read_as(world, ticket, stranger)


def test_an_agency_does_not_see_what_was_not_forwarded_to_it(world):
    ticket = recorded(world).ticket
    with pytest.raises(Refusal, match="not_your_complaint"):
        read_as(world, ticket, to_actor(LIAISON))


def test_an_anonymous_reporters_name_reaches_no_officer(world):
    ticket = forwarded(world, replace(DRAFT, anonymous=True)).ticket
    for holder in (ADMIN, COORDINATOR, LIAISON):
        assert CITIZEN.name not in read_as(world, ticket, to_actor(holder)).model_dump_json()
    assert read_as(world, ticket, citizen()).reporter_name == CITIZEN.name


def test_only_the_one_whose_turn_it_is_is_offered_something_to_do(world):
    ticket = forwarded(world).ticket
    turn = {"answer", "accept", "return", "ask", "ask_for_time"}
    assert set(read_as(world, ticket, to_actor(LIAISON)).acts) == turn
    for other in (to_actor(ADMIN), to_actor(COORDINATOR), citizen()):
        assert not turn & set(read_as(world, ticket, other).acts)


def test_the_inbox_lists_a_desks_complaints_by_their_deadline(world):
    complaint = forwarded(world)
    key = format_owner_key(REGION.slug, "liaison", "pupr")
    page = world.app.reader.list_inbox(key, 10, None)
    assert [(line.ticket, line.title) for line in page.items] == [(complaint.ticket, DRAFT.title)]
    assert world.app.reader.list_inbox(format_owner_key(REGION.slug, "liaison", "dlh"), 10, None).items == []


def test_a_reporter_lists_only_their_own(world):
    ticket = filed(world).ticket
    assert [line.ticket for line in world.app.reader.list_own(CITIZEN.id, 10, None).items] == [ticket]
    assert world.app.reader.list_own(OTHER_CITIZEN.id, 10, None).items == []


# Who may not learn of it, or not of all of it


INSPECTOR = officer("inspektur", Role.INSPECTORATE)
FEARING = replace(DRAFT, anonymous=True, confidential=True, about_agency="pupr")


def test_a_protected_report_is_the_reporters_and_the_inspectorates_alone(world):
    world.directory.put(INSPECTOR)
    ticket = recorded(world, FEARING).ticket
    assert read_as(world, ticket, citizen()).protected
    assert read_as(world, ticket, to_actor(INSPECTOR)).narrative == DRAFT.narrative
    others = [to_actor(holder) for holder in (ADMIN, COORDINATOR, LIAISON, HEAD)]
    elsewhere = to_actor(INSPECTOR.model_copy(update={"region": "kota-sebelah"}))
    for actor in (*others, elsewhere, Actor(role=Role.CENTRAL_ADMIN, id="pusat"), citizen(OTHER_CITIZEN)):
        with pytest.raises(Refusal, match="unknown_ticket"):
            read_as(world, ticket, actor)


def test_a_supporting_agency_reads_and_the_one_that_gave_it_back_does_not(world):
    ticket = forwarded(world).ticket
    decide(world, ticket, LIAISON, "return", reason="Bukan jalan kami.")
    decide(world, ticket, ADMIN, "forward", agency="dlh")
    with pytest.raises(Refusal, match="not_your_complaint"):
        read_as(world, ticket, to_actor(LIAISON))
    other = FakeWorld()
    ticket = recorded(other).ticket
    decide(other, ticket, ADMIN, "forward", agency="dlh", supporters=["pupr"])
    assert read_as(other, ticket, to_actor(LIAISON)).acts == ("support",)


def test_a_unit_does_not_read_what_its_agency_supports_or_another_unit_has(world):
    ticket = recorded(world).ticket
    decide(world, ticket, ADMIN, "forward", agency="dlh", supporters=["pupr"])
    unit = officer("pupr-jalan", Role.UNIT, "pupr", unit="jalan")
    with pytest.raises(Refusal, match="not_your_complaint"):
        read_as(world, ticket, to_actor(unit))
    with pytest.raises(Refusal, match="not_your_complaint"):
        read_as(world, ticket, to_actor(officer("dlh-sampah", Role.UNIT, "dlh", unit="sampah")))


def test_the_secretariat_reads_while_the_step_is_its_own(world):
    ticket = forwarded(world).ticket
    secretary = to_actor(officer("pupr-sekretaris", Role.SECRETARIAT, "pupr"))
    with pytest.raises(Refusal, match="not_your_complaint"):
        read_as(world, ticket, secretary)
    snapshot = world.complaints.snapshots[ticket]
    step = snapshot.step.model_copy(update={"owner": "secretariat"})
    world.complaints.snapshots[ticket] = snapshot.model_copy(update={"step": step})
    assert read_as(world, ticket, secretary).ticket == ticket


def archive_for(world, **earlier):
    """Filed away, as handled before, in favour of another citizen's that was answered."""
    answered_one = delivered(world).ticket
    snapshot = world.complaints.snapshots[answered_one]
    world.complaints.snapshots[answered_one] = snapshot.model_copy(
        update={"reporter": OTHER_CITIZEN.id, **earlier}
    )
    ticket = filed(world, key="again").ticket
    system(world, ticket, RecordComplaint())
    more = {"reason": "already_handled", "text": "Sudah dijawab.", "earlier": answered_one}
    decide(world, ticket, ADMIN, "archive", **more)
    return read_as(world, ticket, citizen()).archive


def test_what_was_handled_before_has_the_earlier_answer_attached(world):
    archive = archive_for(world)
    assert archive.answer == "Lubang sudah ditambal pada hari Senin."
    assert archive.answered_by == "Dinas Pekerjaan Umum"


def test_the_answer_to_a_confidential_report_is_not_attached_for_another_reporter(world):
    assert archive_for(world, confidential=True).answer == ""


def test_an_answer_whose_words_were_erased_is_not_attached(world):
    earlier = archive_for(world).earlier
    world.complaints.texts[earlier].clear()
    (ticket,) = set(world.complaints.snapshots) - {earlier}
    assert read_as(world, ticket, citizen()).archive.answer == ""


@pytest.mark.parametrize("kin", ["linked", "children"])
def test_the_number_of_what_became_protected_goes_from_the_pages_of_its_kin(world, kin):
    ticket, other, feared = (filed(world, key=key).ticket for key in "abc")
    snapshot = world.complaints.snapshots
    snapshot[ticket] = snapshot[ticket].model_copy(update={kin: (other, feared)})
    assert getattr(read_as(world, ticket, to_actor(ADMIN)), kin) == (other, feared)
    protected = {"anonymous": True, "confidential": True, "about_agency": "pupr"}
    snapshot[feared] = snapshot[feared].model_copy(update=protected)
    for holder in (ADMIN, COORDINATOR):
        assert getattr(read_as(world, ticket, to_actor(holder)), kin) == (other,)


def test_why_it_was_withdrawn_is_read_by_who_had_it(world):
    ticket = recorded(world).ticket
    decide(world, ticket, citizen(), "withdraw", reason="Sudah diperbaiki warga.")
    assert read_as(world, ticket, to_actor(ADMIN)).withdrawal == "Sudah diperbaiki warga."


def test_notes_between_desks_and_whose_duplicate_it_is_are_no_reporters_reading(world):
    ticket = forwarded(world).ticket
    decide(world, ticket, LIAISON, "ask_for_time", until="2026-12-01", reason="Menunggu alat berat.")
    world.complaints.snapshots[ticket] = world.complaints.get(ticket).model_copy(
        update={"children": ("CTH-ANOTHER",)}
    )
    assert [note.text for note in read_as(world, ticket, to_actor(ADMIN)).notes] == ["Menunggu alat berat."]
    assert "CTH-ANOTHER" in read_as(world, ticket, to_actor(ADMIN)).children
    read = read_as(world, ticket, citizen()).model_dump_json()
    assert "Menunggu alat berat." not in read
    assert "CTH-ANOTHER" not in read


def test_an_agency_reads_the_masked_words_and_the_admin_and_reporter_what_was_written(world):
    ticket = recorded(world).ticket
    decide(world, ticket, ADMIN, "redact", narrative="Ada lubang. [disamarkan]")
    decide(world, ticket, ADMIN, "forward", agency="pupr")
    assert read_as(world, ticket, to_actor(LIAISON)).narrative == "Ada lubang. [disamarkan]"
    for actor in (to_actor(ADMIN), citizen()):
        assert read_as(world, ticket, actor).narrative == DRAFT.narrative


def test_a_look_at_the_name_is_that_officers_and_lasts_an_hour(world):
    ticket = recorded(world, replace(DRAFT, anonymous=True)).ticket
    decide(world, ticket, ADMIN, "see_identity", reason="Diminta kepolisian.")
    assert read_as(world, ticket, to_actor(ADMIN)).reporter_name == CITIZEN.name
    namesake = to_actor(ADMIN.model_copy(update={"id": "admin-2"}))
    assert read_as(world, ticket, namesake).reporter_name is None
    world.clock.forward(hours=1)
    assert read_as(world, ticket, to_actor(ADMIN)).reporter_name is None


# What is waited for, and until when


def test_a_reporter_who_is_asked_reads_what_for_and_every_deadline_says_why(world):
    ticket = recorded(world).ticket
    decide(world, ticket, ADMIN, "ask", missing=["photo"], note="Dari dekat.")
    view = read_as(world, ticket, citizen())
    assert (view.waiting.missing, view.waiting.note) == (("photo",), "Dari dekat.")
    assert {deadline.name for deadline in view.deadlines} == {"completion"}
    assert view.holder.due_at == view.deadlines[0].derivation.due_at


def test_a_deadline_that_moved_is_told_with_its_old_and_new_date(world):
    complaint = recorded(world)
    day = complaint.step.due_at.date()
    world.directory.put(REGION.model_copy(update={"closing_days": {day: "Hari jadi"}}))
    system(world, complaint.ticket, RecomputeDeadlines())
    moved = [moment for moment in read_as(world, complaint.ticket, citizen()).timeline if moment.due_from]
    before = complaint.step.due_at
    assert (moved[0].type, moved[0].due_from) == ("deadline.moved", before)
    assert moved[0].due_to > before
