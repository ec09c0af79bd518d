"""What a decision names must be there: agencies, units, categories, regions and other complaints."""

import pytest

from chalicelib.domain.complaint.intake import RecordComplaint
from chalicelib.domain.complaint.state import AgencyAnswer, Complaint
from chalicelib.domain.directory.agencies import Agency, Unit
from chalicelib.domain.procedure.loading import list_procedure_ids
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.sealed_text import TextRef
from chalicelib.domain.values.ticket import create_ticket
from chalicelib.services.complaints.reference_checks import MOST_DUPLICATES
from tests.fake_stores import MONDAY
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, AGENCIES, HEAD, LIAISON, REGION, officer
from tests.world import DRAFT, citizen, decide, filed, forwarded, recorded, system

PUPR = AGENCIES[0]
OWN_HOUSE = next(procedure for procedure in list_procedure_ids() if procedure.startswith("disporbudpar"))
ANSWERED = AgencyAnswer(
    agency="pupr",
    at=MONDAY,
    text=TextRef(id="answer-1", hmac="0"),
    files=(),
    late=False,
    published_at=MONDAY,
)
NOBODYS = create_ticket("CTH", lambda _: 0)
NATIONAL = next(procedure for procedure in list_procedure_ids() if procedure.startswith("sp4n"))


def refuse(world: FakeWorld, ticket: str, who: object, decision: str, /, **fields: object) -> Refusal:
    before = repr(world.complaints)
    with pytest.raises(Refusal) as refusal:
        decide(world, ticket, who, decision, **fields)
    assert repr(world.complaints) == before
    return refusal.value


def file_another(world: FakeWorld, **changes: object) -> Complaint:
    """Another complaint, as it may have become."""
    complaint = filed(world, key=f"file-{len(world.complaints.snapshots) + 1}")
    world.complaints.snapshots[complaint.ticket] = complaint.model_copy(update=changes)
    return world.complaints.snapshots[complaint.ticket]


# Agencies


@pytest.mark.parametrize("decision", [{"agency": "naga"}, {"agency": "pupr", "supporters": ["naga"]}])
def test_an_agency_that_does_not_exist_is_named(world, decision):
    assert refuse(world, recorded(world).ticket, ADMIN, "forward", **decision).code == "unknown_agency"


@pytest.mark.parametrize("decision", [{"agency": "bpn"}, {"agency": "pupr", "supporters": ["bpn"]}])
def test_an_agency_where_nobody_is_gets_nothing(world, decision):
    assert refuse(world, recorded(world).ticket, ADMIN, "forward", **decision).code == "agency_unstaffed"


def test_an_agency_that_is_reached_by_letter_needs_no_officer_and_the_admin_has_the_turn(world):
    world.directory.put(AGENCIES[2].model_copy(update={"by_letter": True}))
    complaint = decide(world, recorded(world).ticket, ADMIN, "forward", agency="bpn")
    assert (complaint.agency, complaint.step.owner) == ("bpn", Role.REGIONAL_ADMIN)


def test_of_a_renamed_agency_the_successor_is_told(world):
    world.directory.put(PUPR.model_copy(update={"successor": "dlh"}))
    refusal = refuse(world, recorded(world).ticket, ADMIN, "forward", agency="pupr")
    assert (refusal.code, refusal.details) == ("agency_succeeded", {"successor": "dlh"})


def test_a_supervision_report_goes_to_the_inspectorate_alone_where_the_procedure_says_so(world):
    world.directory.put(REGION.model_copy(update={"procedure": NATIONAL}))
    world.directory.put(Agency(id="itda", region=REGION.slug, name="Inspektorat", kind="inspectorate"))
    world.directory.put(officer("itda-1", Role.LIAISON, "itda"))
    ticket, grade = recorded(world).ticket, {"complaint_class": "supervision"}
    assert refuse(world, ticket, ADMIN, "forward", agency="pupr", **grade).code == "goes_to_inspectorate"
    assert decide(world, ticket, ADMIN, "forward", agency="itda", **grade).agency == "itda"


# The Inspektorat


@pytest.mark.parametrize(
    "decision", [("verify", {}), ("forward", {"agency": "dlh"})], ids=lambda value: value[0]
)
def test_no_report_is_protected_into_an_empty_inspectorate_or_one_it_is_about(world, decision):
    name, more = decision
    inspectorate = Agency(id="inspektorat", region=REGION.slug, name="Inspektorat", kind="inspectorate")
    world.directory.put(inspectorate)
    about = {"pupr": "nobody_at_inspectorate", "inspektorat": "protects_from_inspectorate"}
    for agency, code in about.items():
        ticket = file_another(world, anonymous=True, about_agency=agency).ticket
        system(world, ticket, RecordComplaint())
        assert refuse(world, ticket, ADMIN, name, confidential=True, **more).code == code


# Units


@pytest.mark.parametrize(
    ("units", "unit", "code"),
    [
        ((Unit(id="jalan", name="Bidang Jalan"),), None, "unit_missing"),
        ((Unit(id="jalan", name="Bidang Jalan"),), "taman", "unknown_unit"),
        ((), "taman", "unknown_unit"),
    ],
)
def test_a_head_disposes_to_a_unit_of_the_own_house(world, units, unit, code):
    world.directory.put(REGION.model_copy(update={"procedure": OWN_HOUSE}))
    world.directory.put(PUPR.model_copy(update={"units": units}))
    ticket = forwarded(world).ticket
    decide(world, ticket, LIAISON, "accept")
    decide(world, ticket, LIAISON, "proceed")
    assert refuse(world, ticket, HEAD, "dispose", unit=unit, instruction="Kerjakan.").code == code


# Categories and regions


def test_an_unknown_category_is_refused_wherever_one_is_named(world):
    ticket = recorded(world).ticket
    for decision, more in (("verify", {}), ("forward", {"agency": "pupr"})):
        assert refuse(world, ticket, ADMIN, decision, category="naga", **more).code == "unknown_category"
    decide(world, ticket, ADMIN, "verify")
    assert refuse(world, ticket, ADMIN, "reclassify", category="naga").code == "unknown_category"
    second = {"title": DRAFT.title, "narrative": DRAFT.narrative}
    assert refuse(world, ticket, ADMIN, "split", category="naga", **second).code == "unknown_category"


def test_nothing_is_moved_to_a_region_that_has_no_category_to_file_it_in(world):
    world.directory.put(REGION.model_copy(update={"slug": "kota-baru", "prefix": "KBR"}))
    central = Actor(role=Role.CENTRAL_ADMIN, id="pusat")
    ticket = recorded(world).ticket
    assert refuse(world, ticket, central, "reroute", region="kota-baru", reason="Di sana.").code == (
        "region_not_ready"
    )


def test_nothing_is_moved_to_a_region_that_is_none_or_its_own(world):
    ticket, central = recorded(world).ticket, Actor(role=Role.CENTRAL_ADMIN, id="pusat")
    for region, code in (("atlantis", "unknown_region"), (REGION.slug, "same_region")):
        assert refuse(world, ticket, central, "reroute", region=region, reason="Di sana.").code == code


# Other complaints


@pytest.mark.parametrize(
    ("parent", "code"),
    [
        ({"region": "kota-sebelah"}, "other_region_link_only"),
        ({"state": "duplicate", "step": None, "parent": "CTH-22222A"}, "parent_is_duplicate"),
        ({"state": "archived", "step": None}, "parent_unanswered"),
        ({"state": "withdrawn", "step": None, "answers": (ANSWERED,)}, "parent_unanswered"),
        ({"children": tuple(f"CTH-{number}" for number in range(MOST_DUPLICATES))}, "too_many_duplicates"),
        ({"anonymous": True, "confidential": True, "about_agency": "pupr"}, "unknown_other_ticket"),
    ],
)
def test_a_duplicate_follows_only_what_is_or_will_be_answered_in_its_own_region(world, parent, code):
    ticket = recorded(world).ticket
    assert refuse(world, ticket, ADMIN, "merge", parent=file_another(world, **parent).ticket).code == code


def test_what_others_follow_follows_nobody_and_nothing_follows_itself(world):
    ticket = recorded(world).ticket
    assert refuse(world, ticket, ADMIN, "merge", parent=ticket).code == "own_duplicate"
    parent = file_another(world)
    snapshots = world.complaints.snapshots
    snapshots[ticket] = snapshots[ticket].model_copy(update={"children": ("CTH-22222A",)})
    assert refuse(world, ticket, ADMIN, "merge", parent=parent.ticket).code == "has_duplicates"


@pytest.mark.parametrize("who", [citizen(), LIAISON], ids=["reporter", "agency"])
@pytest.mark.parametrize(
    ("decision", "field"),
    [("link", {"ticket": ""}), ("merge", {"parent": ""}), ("archive", {"earlier": ""})],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_who_may_not_decide_learns_nothing_of_the_complaint_they_name(world, who, decision, field):
    ticket = forwarded(world).ticket
    more = {"reason": "already_handled", "text": "Sudah."} if decision == "archive" else {}
    tickets = [
        file_another(world).ticket,
        file_another(world, state="duplicate", parent=ticket).ticket,
        NOBODYS,
    ]
    codes = {
        refuse(world, ticket, who, decision, **dict.fromkeys(field, other), **more).code for other in tickets
    }
    assert len(codes) == 1
    assert codes <= {"not_your_step", "not_your_role"}


def test_what_was_handled_before_names_an_answer_that_was_given(world):
    ticket, away = recorded(world).ticket, {"reason": "already_handled", "text": "Sudah dijawab."}
    assert refuse(world, ticket, ADMIN, "archive", **away).code == "earlier_missing"
    open_one = file_another(world).ticket
    assert refuse(world, ticket, ADMIN, "archive", earlier=open_one, **away).code == "earlier_unanswered"
    nowhere = refuse(world, ticket, ADMIN, "archive", earlier=NOBODYS, **away)
    assert nowhere.code == "unknown_other_ticket"
