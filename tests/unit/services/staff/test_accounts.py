"""Registering, confirming, signing in, setting another password."""

from datetime import date

import pytest

from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.accounts import normalise_login
from tests.sample_region import ADMIN, CITIZEN, PASSWORD

NEW_PASSWORD = "teh manis di sore hari"


def test_a_citizen_registers_confirms_and_signs_in_as_a_reporter(world):
    sign_in = world.app.account_service
    login = sign_in.register("Dewi", "0812-3456-7890", PASSWORD, "id")
    sign_in.confirm("+62 812 3456 7890", "123456")
    person = sign_in.sign_in("081234567890", PASSWORD)
    assert login == "+6281234567890"
    assert (person.account.name, person.account.phone, person.actor.role) == ("Dewi", login, "reporter")


def test_who_has_not_confirmed_cannot_sign_in(world):
    world.app.account_service.register("Dewi", "dewi@example.com", PASSWORD, "id")
    with pytest.raises(Refusal, match="not_confirmed"):
        world.app.account_service.sign_in("dewi@example.com", PASSWORD)


def test_a_registration_that_was_cut_off_is_made_good_at_sign_in(world):
    world.app.account_service.register("Dewi", "dewi@example.com", PASSWORD, "id")
    world.app.account_service.confirm("dewi@example.com", "123456")
    lost = world.provider.ids["dewi@example.com"]
    del world.accounts.stored[lost]
    person = world.app.account_service.sign_in("dewi@example.com", PASSWORD)
    assert (person.account.id, person.account.email) == (lost, "dewi@example.com")


def test_a_name_that_was_lost_does_not_give_away_the_telephone_number(world):
    phone = world.app.account_service.register("Dewi", "0812-3456-7890", PASSWORD, "id")
    world.app.account_service.confirm(phone, "123456")
    del world.accounts.stored[world.provider.ids[phone]]
    person = world.app.account_service.sign_in(phone, PASSWORD)
    assert (person.account.name, person.account.phone) == ("+62 812••••••90", phone)


def test_an_officer_acts_in_their_post(world):
    actor = world.app.account_service.sign_in(str(ADMIN.email), PASSWORD).actor
    assert (actor.role, actor.id, actor.region) == ("regional_admin", ADMIN.id, ADMIN.region)


@pytest.mark.parametrize(
    "change",
    [
        {"active": False},
        {"epoch": 2},
        {"absent_from": date(2026, 11, 23)},
        {"serves_until": date(2026, 11, 22)},
        {"name": "Pejabat Baru", "email": "baru@contoh.go.id", "phone": None},
    ],
)
def test_an_officer_who_moved_or_is_off_duty_is_signed_out_at_once(world, change):
    person = world.app.account_service.sign_in(str(ADMIN.email), PASSWORD)
    world.directory.put(ADMIN.model_copy(update=change))
    with pytest.raises(Refusal, match="signed_out"):
        world.app.account_service.get_person(person.account.id, person.epoch)


def test_an_officer_out_of_office_cannot_sign_in(world):
    world.directory.put(ADMIN.model_copy(update={"active": False}))
    with pytest.raises(Refusal, match="officer_not_on_duty"):
        world.app.account_service.sign_in(str(ADMIN.email), PASSWORD)


def test_who_held_a_post_before_cannot_sign_in_to_it(world):
    world.directory.put(ADMIN.model_copy(update={"email": "baru@contoh.go.id", "phone": None}))
    with pytest.raises(Refusal, match="officer_not_on_duty"):
        world.app.account_service.sign_in(str(ADMIN.email), PASSWORD)


def test_a_session_of_an_earlier_epoch_is_over(world):
    person = world.app.account_service.sign_in(str(CITIZEN.email), PASSWORD)
    world.accounts.put(CITIZEN.model_copy(update={"epoch": 2}))
    with pytest.raises(Refusal, match="signed_out"):
        world.app.account_service.get_person(person.account.id, person.epoch)


@pytest.mark.parametrize("name", ["", " ", "X", "x" * 101])
def test_a_name_is_asked_for(world, name):
    with pytest.raises(Refusal, match="name_missing"):
        world.app.account_service.register(name, "dewi@example.com", PASSWORD, "id")
    assert "dewi@example.com" not in world.provider.ids


@pytest.mark.parametrize(
    "login",
    ["", "dewi", "dewi@", "@example.com", "dewi@localhost", "de wi@example.com", "0231-8330580", "12"],
)
def test_what_is_neither_an_address_nor_a_mobile_number_is_refused(login):
    with pytest.raises(Refusal, match="bad_login"):
        normalise_login(login)


def test_an_address_is_kept_in_small_letters():
    assert normalise_login(" Dewi@Example.COM ") == "dewi@example.com"


@pytest.mark.parametrize("who", [CITIZEN, ADMIN])
def test_who_forgot_their_password_sets_another_by_the_code(world, who):
    login = str(who.email)
    sign_in = world.app.account_service
    sign_in.send_reset_code(login.upper())
    sign_in.reset_password(login, " 654 321 ", NEW_PASSWORD)
    assert sign_in.sign_in(login, NEW_PASSWORD).account.name == who.name
    with pytest.raises(Refusal, match="wrong_password"):
        sign_in.sign_in(login, PASSWORD)


def test_a_session_from_before_the_reset_is_over_and_one_from_after_is_good(world):
    login = str(ADMIN.email)
    sign_in = world.app.account_service
    before = sign_in.sign_in(login, PASSWORD)
    sign_in.send_reset_code(login)
    sign_in.reset_password(login, "654321", NEW_PASSWORD)
    after = sign_in.sign_in(login, NEW_PASSWORD)
    with pytest.raises(Refusal, match="signed_out"):
        sign_in.get_person(before.account.id, before.epoch)
    assert sign_in.get_person(after.account.id, after.epoch).officer == ADMIN


def test_asking_for_a_code_changes_nothing_and_signs_nobody_out(world):
    person = world.app.account_service.sign_in(str(CITIZEN.email), PASSWORD)
    world.app.account_service.send_reset_code(str(CITIZEN.email))
    assert world.app.account_service.get_person(person.account.id, person.epoch) == person
    assert world.app.account_service.sign_in(str(CITIZEN.email), PASSWORD) == person


@pytest.mark.parametrize(
    ("code", "password", "refusal"),
    [
        ("000000", NEW_PASSWORD, "wrong_code"),
        (" ", NEW_PASSWORD, "wrong_code"),
        ("654321", "x", "weak_password"),
    ],
)
def test_a_reset_that_is_refused_leaves_the_password_and_the_sessions(world, code, password, refusal):
    login = str(CITIZEN.email)
    person = world.app.account_service.sign_in(login, PASSWORD)
    world.app.account_service.send_reset_code(login)
    with pytest.raises(Refusal, match=refusal):
        world.app.account_service.reset_password(login, code, password)
    assert world.app.account_service.get_person(person.account.id, person.epoch) == person
    assert world.app.account_service.sign_in(login, PASSWORD) == person


@pytest.mark.parametrize(
    ("code", "password", "refusal"),
    [("000000", NEW_PASSWORD, "wrong_code"), ("000000", "x", "weak_password")],
)
def test_a_reset_does_not_tell_whether_there_is_such_an_account(world, code, password, refusal):
    for login in (str(CITIZEN.email), "nobody@example.com"):
        assert world.app.account_service.send_reset_code(login) == login
        with pytest.raises(Refusal, match=refusal):
            world.app.account_service.reset_password(login, code, password)
    assert world.provider.reset_codes_sent == [CITIZEN.email]


def test_a_code_sets_a_password_once(world):
    login = str(CITIZEN.email)
    world.app.account_service.send_reset_code(login)
    world.app.account_service.reset_password(login, "654321", NEW_PASSWORD)
    with pytest.raises(Refusal, match="wrong_code"):
        world.app.account_service.reset_password(login, "654321", PASSWORD)


def test_a_login_that_a_stranger_registered_is_its_owners_after_a_reset(world):
    sign_in = world.app.account_service
    sign_in.register("Penyusup", "dewi@example.com", "sandi si penyusup", "id")
    sign_in.send_reset_code("dewi@example.com")
    sign_in.reset_password("dewi@example.com", "654321", NEW_PASSWORD)
    assert sign_in.sign_in("dewi@example.com", NEW_PASSWORD).account.email == "dewi@example.com"
    with pytest.raises(Refusal, match="wrong_password"):
        sign_in.sign_in("dewi@example.com", "sandi si penyusup")


def test_a_registration_that_was_cut_off_is_made_good_by_a_reset(world):
    sign_in = world.app.account_service
    sign_in.register("Dewi", "dewi@example.com", PASSWORD, "id")
    lost = world.provider.ids["dewi@example.com"]
    del world.accounts.stored[lost]
    sign_in.send_reset_code("dewi@example.com")
    sign_in.reset_password("dewi@example.com", "654321", NEW_PASSWORD)
    assert sign_in.sign_in("dewi@example.com", NEW_PASSWORD).account.id == lost
