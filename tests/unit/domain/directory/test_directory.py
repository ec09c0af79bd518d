"""Officers on duty on a day, and the file that a directory is loaded from."""

from datetime import date

import pytest

from chalicelib.domain.directory.agencies import Agency
from chalicelib.domain.directory.officers import Assignment, Officer
from chalicelib.domain.procedure.model import Role
from infra.local.demo_data import DIRECTORY, list_demo_regions
from infra.operations.directory import DirectoryError, build_items, load_file, main
from tests.fake_stores import FakeDirectory
from tests.sample_region import HEAD

FIRST, MIDDLE, LAST = date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 27)
BEFORE, AFTER = date(2026, 11, 22), date(2026, 11, 28)
DAYS = (BEFORE, FIRST, MIDDLE, LAST, AFTER)


@pytest.mark.parametrize(
    ("post", "on_duty"),
    [
        ({}, DAYS),
        ({"active": False}, ()),
        ({"absent_from": FIRST, "absent_until": LAST}, (BEFORE, AFTER)),
        ({"absent_from": MIDDLE}, (BEFORE, FIRST)),
        ({"serves_from": FIRST, "serves_until": LAST}, (FIRST, MIDDLE, LAST)),
        ({"serves_from": MIDDLE}, (MIDDLE, LAST, AFTER)),
        ({"serves_until": FIRST}, (BEFORE, FIRST)),
        ({"assignment": Assignment(number="094/7", dated=BEFORE, expires=MIDDLE)}, (BEFORE, FIRST, MIDDLE)),
    ],
)
def test_first_and_last_days_count(post, on_duty):
    officer = HEAD.model_copy(update=post)
    assert tuple(day for day in DAYS if officer.is_on_duty(day)) == on_duty


DEMO = list_demo_regions()
REGION = DEMO[0]["slug"]
FILE = f"""
[[regions]]
slug = "{REGION}"
agencies = [{{ id = "dpu", name = "Dinas PU", units = [{{ id = "jalan", name = "Bidang Jalan" }}] }}]
categories = [{{ code = "jalan", agency = "dpu", id = "Jalan", en = "Roads" }}]
officers = [
    {{ id = "admin", role = "regional_admin", name = "Ratna", title = "Admin", phone = "0812-9000-1001" }},
    {{ id = "dpu-1", role = "liaison", agency = "dpu", name = "Agus", title = "Penghubung" }},
    {{ id = "dpu-jalan", role = "unit", agency = "dpu", unit = "jalan", name = "Iwan", title = "Kepala" }},
]
"""


@pytest.fixture
def directory() -> FakeDirectory:
    return FakeDirectory()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "directory.toml"
    path.write_text(FILE)
    return path


def snapshot(directory):
    regions = [
        directory.list_agencies(region.slug) + directory.list_staff(region.slug)
        for region in directory.list_regions()
    ]
    return {(type(item), item.region, item.id): item for items in regions for item in items}


def test_loading_the_demo_again_changes_nothing(directory):
    load_file(DIRECTORY, directory)
    once = snapshot(directory)
    load_file(DIRECTORY, directory)
    assert snapshot(directory) == once
    assert len(directory.list_regions()) == 5


def test_the_file_gives_people_numbers_an_sms_reaches(directory, file):
    load_file(file, directory)
    assert directory.get_officer(REGION, "admin").phone == "+6281290001001"


def test_who_moved_or_is_away_stays_so_when_the_file_is_loaded_again(directory, file):
    load_file(file, directory)
    gone = directory.get_officer(REGION, "dpu-1").model_copy(update={"active": False, "epoch": 2})
    away = directory.get_officer(REGION, "admin").model_copy(
        update={"absent_from": FIRST, "absent_until": LAST}
    )
    old = directory.get_agency(REGION, "dpu").model_copy(update={"successor": "dputr"})
    for item in (gone, away, old):
        directory.put(item)
    load_file(file, directory)
    assert directory.get_officer(REGION, "dpu-1") == gone
    assert directory.get_officer(REGION, "admin") == away
    assert directory.get_agency(REGION, "dpu") == old


def test_another_person_in_a_post_begins_with_links_and_sessions_of_their_own(directory, file):
    load_file(file, directory)
    gone = directory.get_officer(REGION, "dpu-1").model_copy(update={"active": False, "epoch": 2})
    directory.put(gone)
    file.write_text(FILE.replace("Agus", "Dewi"))
    load_file(file, directory)
    dewi = directory.get_officer(REGION, "dpu-1")
    assert (dewi.name, dewi.active, dewi.epoch) == ("Dewi", True, 3)


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        (f'slug = "{REGION}"', 'slug = "atlantis"', "no region 'atlantis' in chalicelib/regions"),
        ('agency = "dpu", id', 'agency = "dinkes", id', "category 'jalan': there is no agency 'dinkes'"),
        ('agency = "dpu", name', 'agency = "dinkes", name', "officer 'dpu-1': there is no agency 'dinkes'"),
        ('agency = "dpu", name', "name", "officer 'dpu-1': an agency is missing"),
        ('unit = "jalan", ', "", "officer 'dpu-jalan': a unit is missing"),
        ('unit = "jalan"', 'unit = "air"', "officer 'dpu-jalan': there is no unit 'air' in the agency 'dpu'"),
        ('id = "dpu-1"', 'id = "admin"', "officer 'admin': there is another of this id"),
        ("0812-9000-1001", "0812", "officer 'admin': phone: no Indonesian phone number has these digits"),
        ('role = "liaison"', 'role = "boss"', "officer 'dpu-1': role: Input should be"),
        (
            '"regional_admin", ',
            '"regional_admin", agency = "dpu", ',
            "is the whole region's, not an agency's",
        ),
        ("[[regions]]", "[regions", "directory.toml: "),
        ("[[regions]]", "", "has no [[regions]]"),
    ],
)
def test_a_file_that_does_not_fit_together_is_refused_in_one_line_and_nothing_is_put(
    directory, file, right, wrong, sentence
):
    assert FILE.count(right) == 1
    file.write_text(FILE.replace(right, wrong))
    with pytest.raises(DirectoryError) as refused:
        load_file(file, directory)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert snapshot(directory) == {}


@pytest.mark.usefixtures("world")
def test_the_command_says_what_is_wrong_in_one_line(file, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["infra.directory", str(file)])
    file.write_text("regions = []]")
    assert main() == 1
    assert capsys.readouterr().err.startswith(f"{file}: ")
    file.unlink()
    assert main() == 1
    assert capsys.readouterr().err == f"{file}: No such file or directory\n"


@pytest.mark.parametrize("entry", DEMO, ids=lambda entry: entry["slug"])
def test_every_demo_region_can_be_worked(entry):
    items = build_items(entry)
    agencies = [item for item in items if isinstance(item, Agency)]
    officers = [item for item in items if isinstance(item, Officer)]
    kinds = [agency.kind for agency in agencies]
    assert len(agencies) >= 4
    assert kinds.count("inspectorate") == 1
    assert "vertical" in kinds
    assert {Role.REGIONAL_ADMIN, Role.COORDINATOR, Role.INSPECTORATE} <= {
        officer.role for officer in officers
    }
    staffed = {officer.agency for officer in officers if officer.role == Role.LIAISON}
    assert {agency.id for agency in agencies if not agency.by_letter} == staffed
    assert {agency.id for agency in agencies} == {
        category["agency"] for category in entry["categories"] if "agency" in category
    }
    assert all(officer.email or officer.phone for officer in officers)
