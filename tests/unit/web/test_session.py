"""Sessions and forms: who is asking, for how long, and who cannot pretend to be."""

import pytest
from chalice.app import Request

from chalicelib import bootstrap
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.accounts import Person
from chalicelib.web import session
from tests import fakes, sample_region


def request(**headers: str) -> Request:
    return Request(
        {
            "multiValueQueryStringParameters": None,
            "headers": {name.replace("_", "-"): value for name, value in headers.items()},
            "pathParameters": {},
            "requestContext": {"httpMethod": "GET", "resourcePath": "/"},
            "body": None,
            "stageVariables": None,
        }
    )


def token_of(world: fakes.FakeWorld, account: str) -> str:
    stored = world.accounts.get(account)
    assert stored is not None
    officer = world.directory.get_officer(stored.region, stored.officer) if stored.region else None
    return session.issue_token(Person(stored, officer))


def test_a_bearer_and_a_cookie_both_say_who_asks(world: fakes.FakeWorld) -> None:
    token = token_of(world, sample_region.CITIZEN.id)
    for asking in (request(authorization=f"Bearer {token}"), request(cookie=f"a=b; tuntas={token}; lang=en")):
        person = session.find_person(asking)
        assert person is not None
        assert person.account == sample_region.CITIZEN
        assert person.actor.role == "reporter"


def test_an_officers_session_acts_in_their_role(world: fakes.FakeWorld) -> None:
    person = session.require_person(
        request(cookie=f"tuntas={token_of(world, f'account-{sample_region.LIAISON.id}')}")
    )
    assert (person.actor.role, person.actor.agency) == ("liaison", "pupr")


@pytest.mark.parametrize("header", ["", "Bearer", "Basic abc", "Bearer nonsense", "Bearer ülk"])
def test_a_header_without_a_good_token_is_nobody_with_any_cookie(world: fakes.FakeWorld, header: str) -> None:
    cookie = f"tuntas={token_of(world, sample_region.CITIZEN.id)}"
    assert session.find_person(request(authorization=header, cookie=cookie)) is None


@pytest.mark.usefixtures("world")
def test_a_request_without_a_token_is_refused_as_signed_out() -> None:
    with pytest.raises(Refusal, match="signed_out"):
        session.require_person(request())


def test_every_character_of_a_token_counts(world: fakes.FakeWorld) -> None:
    token = token_of(world, sample_region.CITIZEN.id)
    for place in range(len(token)):
        altered = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        person = session.find_person(request(authorization=f"Bearer {altered}"))
        # The last character of base64 has spare bits: it may say the same.
        assert person is None or place == len(token) - 1


def test_a_session_lasts_twelve_hours_and_not_a_second_more(world: fakes.FakeWorld) -> None:
    token = token_of(world, sample_region.CITIZEN.id)
    asking = request(authorization=f"Bearer {token}")
    assert session.get_expiry(token) == world.clock() + session.SESSION_LENGTH
    world.clock.forward(hours=11, minutes=59, seconds=59)
    assert session.find_person(asking)
    world.clock.forward(seconds=1)
    assert session.find_person(asking) is None


def test_an_officer_who_moved_is_out_at_once(world: fakes.FakeWorld) -> None:
    asking = request(cookie=f"tuntas={token_of(world, f'account-{sample_region.LIAISON.id}')}")
    world.directory.put(sample_region.LIAISON.model_copy(update={"epoch": 2}))
    assert session.find_person(asking) is None


def test_an_officer_who_left_office_is_out_at_once(world: fakes.FakeWorld) -> None:
    asking = request(cookie=f"tuntas={token_of(world, f'account-{sample_region.LIAISON.id}')}")
    world.directory.put(sample_region.LIAISON.model_copy(update={"active": False}))
    assert session.find_person(asking) is None


def test_a_new_password_ends_the_sessions_before_it(world: fakes.FakeWorld) -> None:
    asking = request(cookie=f"tuntas={token_of(world, sample_region.CITIZEN.id)}")
    world.accounts.put(sample_region.CITIZEN.model_copy(update={"epoch": 2}))
    assert session.find_person(asking) is None


@pytest.mark.usefixtures("world")
def test_a_forms_token_is_no_session() -> None:
    token = session.create_csrf_token(sample_region.CITIZEN.id)
    assert session.find_person(request(authorization=f"Bearer {token}")) is None


@pytest.mark.usefixtures("world")
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    cookie = session.build_session_cookie("token")
    assert cookie == "tuntas=token; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax"
    assert session.build_cleared_cookie().startswith("tuntas=; Path=/; Max-Age=0")


def test_the_cookie_is_secure_where_the_address_is(world: fakes.FakeWorld) -> None:
    world.settings = world.settings.model_copy(update={"public_url": "https://lapor.example"})
    bootstrap.install(fakes.FakeApplication(world))
    assert session.build_session_cookie("token").endswith("; Secure")


def test_a_form_is_good_for_whom_it_was_made_and_for_a_working_day(world: fakes.FakeWorld) -> None:
    token = session.create_csrf_token("account-1")
    session.check_csrf(token, "account-1")
    world.clock.forward(hours=12)
    with pytest.raises(Refusal, match="form_expired"):
        session.check_csrf(token, "account-1")


@pytest.mark.parametrize("token", ["", "nonsense", "WzFd.abc"])
@pytest.mark.usefixtures("world")
def test_a_form_without_a_good_token_is_refused(token: str) -> None:
    with pytest.raises(Refusal, match="form_expired"):
        session.check_csrf(token, "account-1")


@pytest.mark.usefixtures("world")
def test_a_form_made_for_another_is_refused() -> None:
    with pytest.raises(Refusal, match="form_expired"):
        session.check_csrf(session.create_csrf_token("account-1"), "account-2")
