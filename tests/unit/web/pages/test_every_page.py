"""What holds for every page: both languages, escaping, landmarks, headers, size."""

import re
from collections.abc import Callable

import pytest

from chalicelib.web.pages.officer_link import find_closing_event
from tests.decisions import decision
from tests.sample_region import ADMIN, CITIZEN, LIAISON
from tests.unit.web.pages.page_browser import Browser, Page, Site

ATTACK = "<script>alert('1')</script>\"><img src=x onerror=alert(2)>{{ 7*7 }}"


def answered(site: Site, text: str = "Sudah ditambal.", **more: object) -> str:
    ticket = site.file(uploads=(site.upload(),), **more)
    site.forward(ticket, note=text)
    site.decide(
        ticket, LIAISON, decision("answer", text=text, uploads=(site.upload("incoming/two/file.jpg"),))
    )
    site.publish(ticket)
    return ticket


def waiting_for_answer(site: Site, **more: object) -> str:
    return site.forward(site.file(**more))


def in_review(site: Site, text: str = "Sudah ditambal.", **more: object) -> str:
    ticket = waiting_for_answer(site, **more)
    site.decide(ticket, LIAISON, decision("answer", text=text))
    return ticket


def to_complete(site: Site) -> str:
    ticket = site.file()
    site.decide(ticket, ADMIN, decision("ask", missing=("photo", "place")))
    return ticket


PAGES: dict[str, Callable[[Site, str], Page]] = {
    "home": lambda site, lang: site.browser(languages=lang).get("/"),
    "sign in": lambda site, lang: site.browser(languages=lang).get("/masuk"),
    "register": lambda site, lang: site.browser(languages=lang).get("/daftar"),
    "code": lambda site, lang: site.browser(languages=lang).get("/daftar/kode"),
    "forgot": lambda site, lang: site.browser(languages=lang).get("/lupa"),
    "new password": lambda site, lang: site.browser(languages=lang).get("/lupa/kode"),
    "photos": lambda site, lang: site.browser(CITIZEN, lang).get("/lapor"),
    "form": lambda site, lang: site.browser(CITIZEN, lang).get("/lapor?langkah=2&daerah=kabupaten-contoh"),
    "own list": lambda site, lang: site.file() and site.browser(CITIZEN, lang).get("/laporan"),
    "received": lambda site, lang: site.browser(CITIZEN, lang).get(f"/laporan/{site.file()}"),
    "answered": lambda site, lang: site.browser(CITIZEN, lang).get(f"/laporan/{answered(site)}"),
    "to complete": lambda site, lang: site.browser(CITIZEN, lang).get(f"/laporan/{to_complete(site)}"),
    "withdrawal": lambda site, lang: site.browser(CITIZEN, lang).get(f"/laporan/{site.file()}/cabut"),
    "inbox": lambda site, lang: site.file() and site.browser(ADMIN, lang).get("/petugas"),
    "to forward": lambda site, lang: site.browser(ADMIN, lang).get(f"/petugas/laporan/{site.file()}"),
    "to answer": lambda site, lang: site.browser(LIAISON, lang).get(
        f"/petugas/laporan/{waiting_for_answer(site)}"
    ),
    "to review": lambda site, lang: site.browser(ADMIN, lang).get(f"/petugas/laporan/{in_review(site)}"),
    "link": lambda site, lang: site.browser(languages=lang).get(site.link(ADMIN, site.file())),
    "link done": lambda site, lang: done_link(site, site.browser(languages=lang)),
    "unknown link": lambda site, lang: site.browser(languages=lang).get("/t/abcdefghijklmnopqrstuv"),
    "unknown ticket": lambda site, lang: site.browser(CITIZEN, lang).get("/laporan/CTH-AAAAAA"),
}


def done_link(site: Site, browser: Browser) -> Page:
    ticket = site.file()
    link = site.link(ADMIN, ticket)
    site.forward(ticket)
    return browser.get(link)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_can_be_read_in_both_languages(site: Site, name: str, language: str) -> None:
    page = PAGES[name](site, language)

    assert page.status in (200, 404)
    assert page.tags("html") == [{"lang": language}]
    assert page.headers["Content-Language"] == language
    other = {"id": "English", "en": "Bahasa Indonesia"}[language]
    assert other in page.words


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_one_heading_one_main_part_and_a_label_for_each_field(site: Site, name: str) -> None:
    page = PAGES[name](site, "id")

    assert len(page.tags("h1")) == 1
    assert [main["id"] for main in page.tags("main")] == ["content"]
    assert "#content" in [link.get("href") for link in page.tags("a")]
    labelled = {label["for"] for label in page.tags("label")}
    fields = [
        one
        for one in (*page.tags("input"), *page.tags("select"), *page.tags("textarea"))
        if one.get("type") != "hidden"
    ]
    assert [one for one in fields if one["id"] not in labelled] == []
    assert [one for one in page.tags("img") if "alt" not in one] == []
    assert sorted({one for one in page.ids if page.ids.count(one) > 1}) == []


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_points_to_by_id_is_on_it(site: Site, name: str) -> None:
    page = PAGES[name](site, "id")

    for tag in ("input", "select", "textarea", "section"):
        for one in page.tags(tag):
            named = one.get("aria-describedby", "").split() + one.get("aria-labelledby", "").split()
            assert [one for one in named if one not in page.ids] == []
    anchors = [link["href"][1:] for link in page.tags("a") if link.get("href", "").startswith("#")]
    assert [anchor for anchor in anchors if anchor not in page.ids] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_one_small_response_that_loads_nothing_else_but_pictures(site: Site, name: str) -> None:
    page = PAGES[name](site, "id")

    assert len(page.html.encode()) < 50_000
    assert page.tags("iframe") == []
    assert [one for one in page.tags("script") if "src" in one] == []
    assert [one["href"] for one in page.tags("link")] == ["data:,"]
    assert [one for one in page.tags("img") if not one["src"].startswith("/")] == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_runs_or_shows_what_is_not_ours(site: Site, name: str) -> None:
    page = PAGES[name](site, "id")

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert not re.search(r"\son[a-z]+=|\sstyle=", page.html)


def test_the_style_and_the_script_are_those_that_the_policy_allows(site: Site) -> None:
    from base64 import b64encode
    from hashlib import sha256

    page = site.browser().get("/")

    for tag in ("style", "script"):
        found = re.search(rf"<{tag}>(.*?)</{tag}>", page.html, re.DOTALL)
        assert found
        digest = b64encode(sha256(found[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "seen_by",
    [
        lambda site, ticket: site.browser(CITIZEN).get(f"/laporan/{ticket}"),
        lambda site, ticket: site.browser(CITIZEN).get("/laporan"),
        lambda site, ticket: site.browser(ADMIN).get(f"/petugas/laporan/{ticket}"),
        lambda site, ticket: site.browser(ADMIN).get("/petugas"),
        lambda site, ticket: site.browser().get(site.link(ADMIN, ticket)),
    ],
    ids=["reporter", "own list", "admin", "inbox", "link"],
)
def test_what_people_write_is_shown_and_never_run(site: Site, seen_by: Callable[[Site, str], Page]) -> None:
    ticket = in_review(site, text=ATTACK, title=ATTACK[:100], narrative=ATTACK)

    page = seen_by(site, ticket)

    assert "alert(" in page.words
    assert "{{ 7*7 }}" in page.words
    assert "onerror" not in {name for one in page.tags("img") for name in one}
    assert len(page.tags("script")) == 1


def test_a_title_that_is_typed_again_after_a_refusal_is_not_run_either(site: Site) -> None:
    browser = site.browser(CITIZEN)
    form = browser.get("/lapor?langkah=2&daerah=kabupaten-contoh")

    page = browser.send(form, "/lapor", title=ATTACK, narrative=ATTACK, category="sampah")

    assert page.value("/lapor", "title") == [ATTACK]
    assert page.value("/lapor", "narrative") == [ATTACK]
    assert len(page.tags("script")) == 1


def test_the_language_is_changed_by_a_link_and_stays(site: Site) -> None:
    browser = site.browser(CITIZEN)
    page = browser.get("/lapor?langkah=2&daerah=kabupaten-contoh")
    switch = next(link["href"] for link in page.tags("a") if link.get("hreflang") == "en")

    assert browser.get(switch).tags("h1")
    assert browser.get(switch).tags("html") == [{"lang": "en"}]
    assert "What happened?" in browser.get(switch).words
    assert browser.get("/laporan").tags("html") == [{"lang": "en"}]


def test_pages_know_of_a_stage_before_their_path(site: Site) -> None:
    site.world.settings = site.world.settings.model_copy(update={"public_url": "https://api.example/live"})
    vars(site.world.app)["settings"] = site.world.settings

    page = site.browser(CITIZEN).get("/lapor")

    assert "/live/laporan" in [link["href"] for link in page.tags("a")]
    assert page.form("/live/keluar")
    back = page.value("bucket.example/", "success_action_redirect")
    assert back == ["https://api.example/live/lapor"]
    assert site.browser().get("/petugas", follow=False).headers["Location"].startswith("/live/masuk?")


def test_an_error_nobody_foresaw_is_a_page_that_tells_nothing_of_it(site: Site) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret words")

    ticket = site.file()
    vars(site.world.app.reader)["read"] = broken

    page = site.browser(CITIZEN).get(f"/laporan/{ticket}")

    assert page.status == 500
    assert "Terjadi kesalahan pada layanan kami" in page.words
    assert "secret words" not in page.html


def test_a_step_ended_by_the_last_deed_before_the_next_one_opened(site: Site) -> None:
    ticket = site.forward(site.file())
    site.decide(ticket, LIAISON, decision("accept"))
    history = site.world.complaints.list_events(ticket)

    verified = find_closing_event(history, "verify", 1)

    assert verified is not None
    assert verified.type == "complaint.forwarded"
    assert find_closing_event(history, "verify", 2) is None
