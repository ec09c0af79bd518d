import pytest

from tests.sample_region import ADMIN, CITIZEN, PASSWORD
from tests.unit.web.pages.page_browser import Browser, Page, Site

NEW_PASSWORD = " teh manis di sore hari "


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


def test_a_login_is_never_part_of_an_address(site: Site) -> None:
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
        ("/lupa", {"login": CITIZEN.email}),
        ("/lupa/kode", {"login": CITIZEN.email, "act": "resend"}),
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
    assert site.world.provider.reset_codes_sent == []


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


def asked_for_code(browser: Browser, login: object, start: str = "/masuk") -> Page:
    """The page for the code, come to by the link on the sign-in page."""
    door = browser.get(start)
    forgot = next(link["href"] for link in door.tags("a") if "/lupa" in link.get("href", ""))
    return browser.send(browser.get(forgot), "/lupa", login=str(login))


def test_who_forgot_their_password_sets_another_and_goes_on_to_where_they_were_going(site: Site) -> None:
    browser = site.browser()
    code = asked_for_code(browser, CITIZEN.email, "/lapor")
    assert code.path.startswith("/lupa/kode?")
    assert code.value("/lupa/kode", "login") == [CITIZEN.email]

    door = browser.send(code, "/lupa/kode", ("act", "reset"), code="654321", password=NEW_PASSWORD)
    assert "Kata sandi baru Anda berlaku" in door.words
    arrived = browser.send(door, "/masuk", login=str(CITIZEN.email), password=NEW_PASSWORD)

    assert arrived.path == "/lapor"
    assert "daftar" not in browser.cookies


def test_an_officers_other_browser_is_signed_out_by_a_reset(site: Site) -> None:
    elsewhere, browser = site.browser(ADMIN), site.browser()
    assert elsewhere.get("/petugas").status == 200

    code = asked_for_code(browser, ADMIN.email)
    browser.send(code, "/lupa/kode", ("act", "reset"), code="654321", password=NEW_PASSWORD)

    assert elsewhere.get("/petugas", follow=False).headers["Location"].startswith("/masuk")


def test_a_login_whose_password_was_forgotten_is_never_part_of_an_address(site: Site) -> None:
    browser = site.browser()

    sent = browser.send(browser.get("/lupa"), "/lupa", login=str(CITIZEN.email), follow=False)
    code = browser.get("/lupa/kode")
    again = browser.send(code, "/lupa/kode", ("act", "resend"), follow=False)
    done = browser.send(
        code, "/lupa/kode", ("act", "reset"), code="654321", password=NEW_PASSWORD, follow=False
    )

    assert [page.status for page in (sent, again, done)] == [303] * 3
    assert "siti" not in "".join(page.headers["Location"] for page in (sent, again, done))


def test_an_unknown_login_gets_the_same_pages_as_a_known_one(site: Site) -> None:
    seen = []
    for login in (str(CITIZEN.email), "x@example.com"):
        browser = site.browser()
        code = asked_for_code(browser, login)
        again = browser.send(code, "/lupa/kode", ("act", "resend"))
        wrong = browser.send(again, "/lupa/kode", ("act", "reset"), code="000000", password=NEW_PASSWORD)
        seen.append([(page.status, page.path, page.words) for page in (code, again, wrong)])

    assert seen[0] == seen[1]
    assert site.world.provider.reset_codes_sent == [CITIZEN.email] * 2


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"code": "000000"}, "code", "Periksa enam angka"),
        ({"code": ""}, "code", "Periksa enam angka"),
        ({"password": "pendek"}, "password", "Kata sandi terlalu lemah"),
        ({"login": "08"}, "login", "alamat surel, atau nomor ponsel"),
    ],
)
def test_each_mistake_in_setting_a_password_stands_at_its_field(
    site: Site, typed: dict[str, str], field: str, said: str
) -> None:
    browser = site.browser()
    code = asked_for_code(browser, CITIZEN.email)

    good = {"code": "654321", "password": NEW_PASSWORD}
    page = browser.send(code, "/lupa/kode", ("act", "reset"), **(good | typed))

    assert page.status == 422
    assert said in page.error_at(field)
    assert NEW_PASSWORD not in page.html
    assert site.world.provider.passwords[str(CITIZEN.email)] == PASSWORD


def test_a_login_that_is_none_is_told_where_the_code_is_asked_for(site: Site) -> None:
    page = asked_for_code(site.browser(), "08")

    assert page.status == 422
    assert "alamat surel, atau nomor ponsel" in page.error_at("login")


def test_the_code_of_a_registration_cannot_be_left_out(site: Site) -> None:
    browser = site.browser()
    code = browser.send(
        browser.get("/daftar"), "/daftar", name="Rina Wati", login="rina@example.com", password=PASSWORD
    )

    page = browser.send(code, "/daftar/kode", ("act", "confirm"))

    assert "Periksa enam angka" in page.error_at("code")


@pytest.mark.parametrize("act", ["reset", "resend"])
def test_codes_for_a_password_are_limited_like_those_of_a_registration(site: Site, act: str) -> None:
    browser = site.browser()
    code = asked_for_code(browser, CITIZEN.email)
    pages = [
        browser.send(code, "/lupa/kode", ("act", act), code="000000", password=NEW_PASSWORD)
        for _ in range(11)
    ]

    assert pages[0].status != 429
    assert pages[-1].status == 429
    assert int(pages[-1].headers["Retry-After"]) > 0
    assert len(site.world.provider.reset_codes_sent) <= 5
