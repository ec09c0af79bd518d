"""Registering, confirming, signing in."""

import pytest

from chalicelib.domain.errors import Refusal
from chalicelib.services.accounts import normal_login
from tests.fakes import ADMIN, CITIZEN, PASSWORD, FakeWorld


@pytest.fixture
def world() -> FakeWorld:
    return FakeWorld()


def test_a_citizen_registers_confirms_and_signs_in_as_a_reporter(world):
    sign_in = world.services.sign_in
    login = sign_in.register("Dewi", "0812-3456-7890", PASSWORD, "id")
    sign_in.confirm("+62 812 3456 7890", "123456")
    person = sign_in.sign_in("081234567890", PASSWORD)
    assert login == "+6281234567890"
    assert (person.account.name, person.account.phone, person.actor.role) == ("Dewi", login, "reporter")


def test_who_has_not_confirmed_cannot_sign_in(world):
    world.services.sign_in.register("Dewi", "dewi@example.com", PASSWORD, "id")
    with pytest.raises(Refusal, match="not_confirmed"):
        world.services.sign_in.sign_in("dewi@example.com", PASSWORD)


def test_a_registration_that_was_cut_off_is_made_good_at_sign_in(world):
    world.services.sign_in.register("Dewi", "dewi@example.com", PASSWORD, "id")
    world.services.sign_in.confirm("dewi@example.com", "123456")
    lost = world.provider.ids["dewi@example.com"]
    del world.accounts.stored[lost]
    person = world.services.sign_in.sign_in("dewi@example.com", PASSWORD)
    assert (person.account.id, person.account.email) == (lost, "dewi@example.com")


def test_a_name_that_was_lost_does_not_give_away_the_telephone_number(world):
    phone = world.services.sign_in.register("Dewi", "0812-3456-7890", PASSWORD, "id")
    world.services.sign_in.confirm(phone, "123456")
    del world.accounts.stored[world.provider.ids[phone]]
    person = world.services.sign_in.sign_in(phone, PASSWORD)
    assert (person.account.name, person.account.phone) == ("+62 812••••••90", phone)


def test_an_officer_acts_in_their_post(world):
    actor = world.services.sign_in.sign_in(str(ADMIN.email), PASSWORD).actor
    assert (actor.role, actor.id, actor.region) == ("regional_admin", ADMIN.id, ADMIN.region)


@pytest.mark.parametrize("change", [{"active": False}, {"epoch": 2}])
def test_an_officer_who_moved_is_signed_out_at_once(world, change):
    person = world.services.sign_in.sign_in(str(ADMIN.email), PASSWORD)
    world.directory.put(ADMIN.model_copy(update=change))
    with pytest.raises(Refusal, match="signed_out"):
        world.services.sign_in.person(person.account.id, person.epoch)


def test_an_officer_out_of_office_cannot_sign_in(world):
    world.directory.put(ADMIN.model_copy(update={"active": False}))
    with pytest.raises(Refusal, match="wrong_password"):
        world.services.sign_in.sign_in(str(ADMIN.email), PASSWORD)


def test_a_session_of_an_earlier_epoch_is_over(world):
    person = world.services.sign_in.sign_in(str(CITIZEN.email), PASSWORD)
    world.accounts.put(CITIZEN.model_copy(update={"epoch": 2}))
    with pytest.raises(Refusal, match="signed_out"):
        world.services.sign_in.person(person.account.id, person.epoch)


@pytest.mark.parametrize("name", ["", " ", "X", "x" * 101])
def test_a_name_is_asked_for(world, name):
    with pytest.raises(Refusal, match="name_missing"):
        world.services.sign_in.register(name, "dewi@example.com", PASSWORD, "id")
    assert "dewi@example.com" not in world.provider.ids


@pytest.mark.parametrize(
    "login",
    ["", "dewi", "dewi@", "@example.com", "dewi@localhost", "de wi@example.com", "0231-8330580", "12"],
)
def test_what_is_neither_an_address_nor_a_mobile_number_is_refused(login):
    with pytest.raises(Refusal, match="bad_login"):
        normal_login(login)


def test_an_address_is_kept_in_small_letters():
    assert normal_login(" Dewi@Example.COM ") == "dewi@example.com"
