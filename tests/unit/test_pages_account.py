from collections.abc import Iterator

import pytest

from tests.fakes import ADMIN, CITIZEN, PASSWORD, FakeWorld
from tests.unit.pages_browser import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(FakeWorld()) as site:
        yield site


def test_a_citizen_registers_confirms_and_signs_in_to_where_they_were_going(site: Site) -> None:
    browser = site.browser()
    asked = browser.get("/lapor")
    register = next(link["href"] for link in asked.tags("a") if "/daftar" in link.get("href", ""))

    code = browser.send(
        browser.get(register), "/daftar", name="Rina Wati", login="0812-3456-7890", password=PASSWORD
    )
    assert code.value("/daftar/kode", "login") == ["+6281234567890"]
    door = browser.send(code, "/daftar/kode", ("act", "confirm"), code="123456")
    assert "Akun Anda siap" in door.words
    arrived = browser.send(door, "/masuk", login="081234567890", password=PASSWORD)

    assert arrived.path == "/lapor"
    assert "Masuk sebagai Rina Wati" in arrived.words


def test_a_login_never_stands_in_an_address(site: Site) -> None:
    browser = site.browser()
    page = browser.get("/daftar")

    answer = browser.send(
        page, "/daftar", name="Rina Wati", login="rina@example.com", password=PASSWORD, follow=False
    )

    assert answer.status == 303
    assert "rina" not in answer.headers["Location"]


def test_who_is_registered_already_is_told_at_the_field(site: Site) -> None:
    browser = site.browser()

    page = browser.send(
        browser.get("/daftar"), "/daftar", name="Siti", login=str(CITIZEN.email), password=PASSWORD
    )

    assert page.status == 409
    assert "sudah terdaftar" in page.words
    assert page.value("/daftar", "name") == ["Siti"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("login", "08", "alamat surel, atau nomor ponsel"),
        ("name", "R", "Isi nama Anda"),
        ("password", "pendek", "Kata sandi terlalu lemah"),
    ],
)
def test_each_mistake_in_registering_stands_at_its_field(
    site: Site, field: str, typed: str, said: str
) -> None:
    good = {"name": "Rina Wati", "login": "rina@example.com", "password": PASSWORD}
    browser = site.browser()

    page = browser.send(browser.get("/daftar"), "/daftar", **(good | {field: typed}))

    assert page.status == 422
    assert said in page.error_at(field)
    assert PASSWORD not in page.html


def test_a_wrong_code_is_told_and_a_new_one_can_be_sent(site: Site) -> None:
    browser = site.browser()
    code = browser.send(
        browser.get("/daftar"), "/daftar", name="Rina Wati", login="rina@example.com", password=PASSWORD
    )

    wrong = browser.send(code, "/daftar/kode", ("act", "confirm"), code="000000")
    again = browser.send(wrong, "/daftar/kode", ("act", "resend"))

    assert "Periksa enam angka" in wrong.error_at("code")
    assert "Kode baru sudah dikirim" in again.words
    assert site.world.provider.codes_sent == ["rina@example.com"] * 2


def test_who_has_not_confirmed_is_taken_to_the_code(site: Site) -> None:
    browser = site.browser()
    browser.send(browser.get("/daftar"), "/daftar", name="Rina", login="rina@example.com", password=PASSWORD)

    page = browser.send(browser.get("/masuk"), "/masuk", login="rina@example.com", password=PASSWORD)

    assert page.path == "/daftar/kode"
    assert page.value("/daftar/kode", "login") == ["rina@example.com"]


def test_a_wrong_password_is_refused_without_saying_which_part_is_wrong(site: Site) -> None:
    browser = site.browser()

    known = browser.send(browser.get("/masuk"), "/masuk", login=str(CITIZEN.email), password="x")
    unknown = browser.send(browser.get("/masuk"), "/masuk", login="nobody@example.com", password="x")

    assert known.status == unknown.status == 401
    assert "kata sandi salah" in known.words
    assert "kata sandi salah" in unknown.words
    assert "tuntas" not in browser.cookies


def test_officers_come_to_their_desk_and_citizens_to_their_reports(site: Site) -> None:
    officer, citizen = site.browser(), site.browser()

    desk = officer.send(officer.get("/masuk"), "/masuk", login=str(ADMIN.email), password=PASSWORD)
    own = citizen.send(citizen.get("/masuk"), "/masuk", login=str(CITIZEN.email), password=PASSWORD)

    assert desk.path == "/petugas"
    assert own.path == "/laporan"


@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example", "/\\evil.example", "evil"])
def test_nobody_is_sent_elsewhere_after_signing_in(site: Site, address: str) -> None:
    browser = site.browser()
    door = browser.get("/masuk")

    page = browser.send(
        door, "/masuk", login=str(CITIZEN.email), password=PASSWORD, lanjut=address, follow=False
    )

    assert page.headers["Location"] == "/laporan"


def test_signing_out_ends_the_session_in_this_browser(site: Site) -> None:
    browser = site.browser(CITIZEN)
    page = browser.get("/laporan")

    browser.send(page, "/keluar")

    assert browser.get("/laporan", follow=False).headers["Location"].startswith("/masuk?lanjut=")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/masuk", {"login": CITIZEN.email, "password": PASSWORD}),
        ("/daftar", {"login": "rina@example.com", "password": PASSWORD, "name": "Rina"}),
        ("/daftar/kode", {"login": "rina@example.com", "code": "123456"}),
    ],
)
@pytest.mark.parametrize("token", ["", "made-up"])
def test_a_form_without_our_token_does_nothing(
    site: Site, path: str, fields: dict[str, str], token: str
) -> None:
    browser = site.browser()

    page = browser.post(path, {**fields, "csrf": token})

    assert page.status == 403
    assert "tuntas" not in browser.cookies
    assert "rina@example.com" not in site.world.provider.ids


def test_a_form_of_one_guest_is_no_good_for_another(site: Site) -> None:
    one, other = site.browser(), site.browser()
    token = dict(one.get("/masuk").form("/masuk").fields)["csrf"]
    other.get("/masuk")

    page = other.post("/masuk", {"csrf": token, "login": CITIZEN.email, "password": PASSWORD})

    assert page.status == 403


def test_a_citizen_stays_signed_in_when_somebody_elses_page_posts_to_sign_out(site: Site) -> None:
    browser = site.browser(CITIZEN)

    assert browser.post("/keluar", {"csrf": ""}).status == 403
    assert browser.get("/laporan").status == 200


def test_too_many_tries_are_told_when_to_come_back(site: Site) -> None:
    browser = site.browser()
    door = browser.get("/masuk")
    for _ in range(20):
        browser.send(door, "/masuk", login=str(CITIZEN.email), password="x")

    page = browser.send(door, "/masuk", login=str(CITIZEN.email), password=PASSWORD)

    assert page.status == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "menit" in page.words
