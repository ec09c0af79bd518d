"""The command that changes the holders of posts."""

from datetime import date

import pytest

from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.calendars import FORGETTING_SECONDS
from infra.operations.officers import main
from tests.fakes import FakeWorld
from tests.sample_region import AGENCIES, HEAD, LIAISON, REGION, SECOND_LIAISON
from tests.world import forwarded

DEPUTY = "pupr-kepala-plh-20261123"
NEW_DEPUTY = ["--for", "pupr-kepala", "--name", "Iwan", "--email", "iwan@contoh.go.id", "--as", "Plh."]
TERM = ["--from", "2026-11-23", "--until", "2026-11-27"]


@pytest.fixture
def world(world: FakeWorld) -> FakeWorld:
    """A complaint lies on the liaisons' desk, and both have their link."""
    complaint = forwarded(world)
    for officer in (LIAISON, SECOND_LIAISON):
        world.app.officer_links.issue(officer, complaint)
    return world


def run(command, *arguments, region=REGION.slug):
    return main([command, "--region", region, *arguments])


def stored(world, officer):
    return world.directory.get_officer(REGION.slug, officer)


def test_an_officer_who_moved_is_out_and_their_links_are_dead(world, capsys):
    (complaint,) = world.complaints.snapshots.values()
    secret = world.app.officer_links.get_secret(LIAISON, complaint)
    assert run("move", "--officer", LIAISON.id) == 0
    with pytest.raises(Refusal, match="link_superseded"):
        world.app.officer_links.open(secret)
    assert (stored(world, LIAISON.id).active, stored(world, LIAISON.id).epoch) == (False, 2)
    assert capsys.readouterr().out == "0 links sent\n"


def test_moving_an_officer_twice_changes_nothing_more(world):
    run("move", "--officer", LIAISON.id)
    run("move", "--officer", LIAISON.id)
    assert stored(world, LIAISON.id).epoch == 2


@pytest.mark.usefixtures("world")
def test_a_desk_without_officers_is_named(capsys):
    run("move", "--officer", LIAISON.id)
    run("move", "--officer", SECOND_LIAISON.id)
    assert capsys.readouterr().out.endswith("nobody is on duty at liaison/pupr, where 1 steps are open\n")


def test_an_absence_is_noted_with_its_days(world):
    assert run("absent", "--officer", LIAISON.id, *TERM) == 0
    away = stored(world, LIAISON.id)
    assert (away.absent_from, away.absent_until) == (date(2026, 11, 23), date(2026, 11, 27))
    assert away.epoch == LIAISON.epoch


def test_a_deputy_has_the_post_and_its_title_for_a_while(world, capsys):
    assert run("deputy", *NEW_DEPUTY, *TERM) == 0
    acting = stored(world, DEPUTY)
    assert (acting.role, acting.agency, acting.title) == (HEAD.role, "pupr", f"Plh. {HEAD.title}")
    assert (acting.acting_for, acting.acting_as, acting.name) == (HEAD.id, "Plh.", "Iwan")
    assert (acting.serves_from, acting.serves_until) == (date(2026, 11, 23), date(2026, 11, 27))
    assert capsys.readouterr().out.startswith(f"Plh. {HEAD.title} is {DEPUTY}\n")


def test_an_acting_officer_whose_term_has_begun_gets_the_links_of_the_desk(world, capsys):
    post = ["--for", LIAISON.id, "--name", "Iwan", "--phone", "0812-9000-1001", "--as", "Plt."]
    run("deputy", *post, "--from", "2026-11-23")
    (sent,) = [body for body in world.queues.to("messages") if "renew" in body]
    assert sent["renew"]["officer"] == "pupr-1-plt-20261123"
    assert stored(world, "pupr-1-plt-20261123").phone == "+6281290001001"
    assert capsys.readouterr().out.endswith("1 links sent\n")


def test_another_person_in_the_same_deputys_place_has_links_of_their_own(world):
    run("deputy", *NEW_DEPUTY, *TERM)
    run("deputy", *NEW_DEPUTY, *TERM)
    assert stored(world, DEPUTY).epoch == 1
    run("deputy", *NEW_DEPUTY, *TERM, "--name", "Dewi")
    assert (stored(world, DEPUTY).name, stored(world, DEPUTY).epoch) == ("Dewi", 2)


def test_a_new_surat_tugas_brings_its_officer_back_on_duty(world):
    letter = ["--officer", LIAISON.id, "--number", "094/7"]
    run("assignment", *letter, "--date", "2025-11-01", "--expires", "2026-11-22")
    assert world.directory.get_officer_on_duty(REGION.slug, LIAISON.id) is None
    run("assignment", *letter, "--date", "2026-11-23", "--expires", "2027-11-22")
    assert world.directory.get_officer_on_duty(REGION.slug, LIAISON.id).assignment.number == "094/7"


def test_a_successor_has_the_categories_and_is_given_the_open_steps(world):
    assert run("succeed", "pupr", "dlh") == 0
    assert world.directory.get_agency(REGION.slug, "pupr").successor == "dlh"
    assert world.directory.get_category(REGION.slug, "jalan-rusak").agency == "dlh"
    change = {"v": 1, "change": "successor", "region": REGION.slug, "agency": "pupr", "successor": "dlh"}
    command = f"successor.{REGION.slug}.pupr.dlh"
    assert world.queues.to("changes") == [{**change, "id": command}, {**change, "id": f"{command}.again"}]
    assert world.queues.delays == [0, FORGETTING_SECONDS]


def test_the_list_says_who_is_on_duty_and_why_not(world, capsys):
    for officer, change in (
        ("pupr-1", {"active": False}),
        ("pupr-2", {"absent_from": date(2026, 11, 20), "absent_until": date(2026, 11, 30)}),
        ("pupr-kepala", {"serves_until": date(2026, 11, 22)}),
    ):
        world.directory.put(stored(world, officer).model_copy(update=change))
    assert run("list", "--agency", "pupr") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0::3] for line in lines] == [
        ["pupr-1", "moved"],
        ["pupr-2", "away until 2026-11-30"],
        ["pupr-kepala", "served until 2026-11-22"],
    ]
    run("list")
    assert (
        "koordinator  coordinator  Nama koordinator, Jabatan koordinator  on duty" in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["move", "--officer", "nobody"], f"{REGION.slug} has no officer 'nobody'"),
        (["list", "--agency", "none"], f"{REGION.slug} has no agency 'none'"),
        (
            ["absent", "--officer", "admin", "--from", "2026-11-23", "--until", "2026-11-22"],
            "2026-11-22 is before 2026-11-23",
        ),
        (
            ["deputy", "--for", "admin", "--name", "Iwan", "--as", "Plt.", "--from", "2026-11-23"],
            "a deputy is told by --email or --phone: give one of them",
        ),
        (
            ["deputy", "--for", "admin", "--name", "", "--email", "a@b.example", "--as", "Plt.", *TERM],
            "name: String should have at least 1 character",
        ),
        (
            ["deputy", "--for", "admin", "--name", "Iwan", "--phone", "123", "--as", "Plt.", *TERM],
            "no Indonesian phone number has these digits",
        ),
        (["succeed", "pupr", "pupr"], "pupr cannot succeed itself"),
        (["succeed", "pupr", "bpn"], "bpn has a successor itself: dlh"),
    ],
)
def test_an_impossible_command_is_refused_in_one_line_and_changes_nothing(world, capsys, arguments, sentence):
    world.directory.put(AGENCIES[2].model_copy(update={"successor": "dlh"}))
    before = (world.directory.list_staff(REGION.slug), world.directory.list_agencies(REGION.slug))
    assert run(*arguments) == 1
    assert capsys.readouterr().err == f"{sentence}\n"
    assert (world.directory.list_staff(REGION.slug), world.directory.list_agencies(REGION.slug)) == before


@pytest.mark.usefixtures("world")
def test_nobody_acts_for_a_deputy(capsys):
    run("deputy", *NEW_DEPUTY, *TERM)
    assert run("deputy", *NEW_DEPUTY, *TERM, "--for", DEPUTY) == 1
    assert capsys.readouterr().err == f"{DEPUTY} stands in for pupr-kepala: name that officer\n"


@pytest.mark.usefixtures("world")
def test_an_unknown_region_is_named(capsys):
    assert run("list", region="atlantis") == 1
    assert capsys.readouterr().err == "there is no region 'atlantis' in the directory\n"


@pytest.mark.usefixtures("world")
def test_a_day_that_does_not_exist_is_refused(capsys):
    with pytest.raises(SystemExit):
        run("absent", "--officer", "admin", "--from", "besok")
    assert "'besok' is no date like 2026-11-23" in capsys.readouterr().err
