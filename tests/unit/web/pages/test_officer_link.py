from datetime import timedelta

import pytest

from chalicelib import bootstrap
from chalicelib.web import session
from chalicelib.workers import messages
from tests.decisions import decision
from tests.sample_region import ADMIN, CITIZEN, HEAD, LIAISON, SECOND_LIAISON
from tests.unit.web.pages.page_browser import Browser, Page, Site


@pytest.fixture
def browser(site: Site) -> Browser:
    return site.browser()


def forwarded(site: Site, **more: object) -> str:
    return site.forward(site.file(**more), note="Mohon segera")


def events(site: Site, ticket: str) -> int:
    return len(site.world.complaints.histories[ticket])


def decide(browser: Browser, page: Page, decision: str, **typed: str) -> Page:
    return browser.send(page, page.path.partition("?")[0], ("decision", decision), **typed)


def test_looking_changes_nothing_however_often(site: Site, browser: Browser) -> None:
    ticket = forwarded(site)
    link = site.link(LIAISON, ticket)
    before = repr(site.world.complaints)

    for _ in range(3):
        assert browser.get(link).status == 200

    assert repr(site.world.complaints) == before


def test_the_page_says_what_is_asked_and_by_when(site: Site, browser: Browser) -> None:
    page = browser.get(site.link(LIAISON, forwarded(site)))

    assert "Mohon jawab laporan ini paling lambat Selasa, 24 November 2026." in page.words
    assert "Mohon segera" in page.words
    assert "Ada lubang sedalam setengah meter." in page.words


def test_nothing_on_the_page_leads_or_loads_from_elsewhere(site: Site, browser: Browser) -> None:
    link = site.link(LIAISON, forwarded(site, uploads=(site.upload(),)))

    page = browser.get(link)

    addresses = [one["href"] for one in page.tags("a")] + [one["src"] for one in page.tags("img")]
    assert [one for one in addresses if not one.startswith((link, "#", "geo:"))] == []
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert browser.get(page.tags("img")[0]["src"]).headers["Location"].startswith("https://bucket.example/")


def test_an_admin_forwards_with_what_the_category_suggests(site: Site, browser: Browser) -> None:
    ticket = site.file()
    page = browser.get(site.link(ADMIN, ticket))
    assert dict(page.form(page.path).fields)["agency"] == "pupr"

    done = decide(browser, page, "forward", note="Mohon segera")

    assert site.state(ticket) == "forwarded"
    assert site.world.complaints.snapshots[ticket].agency == "pupr"
    assert "Langkah ini sudah selesai" in done.words


def test_an_admin_can_correct_category_class_and_privacy(site: Site, browser: Browser) -> None:
    ticket = site.file()
    page = browser.get(site.link(ADMIN, ticket))

    decide(
        browser, page, "forward",
        agency="dlh", category="sampah", complaint_class="aspiration", confidential="ya",
    )  # fmt: skip

    complaint = site.world.complaints.snapshots[ticket]
    assert (complaint.agency, complaint.category, complaint.complaint_class) == (
        "dlh",
        "sampah",
        "aspiration",
    )
    assert complaint.confidential


def test_an_agency_accepts_and_then_answers_with_proof(site: Site, browser: Browser) -> None:
    ticket = forwarded(site)
    link = site.link(LIAISON, ticket)

    accepted = decide(browser, browser.get(link), "accept")
    assert "Tercatat: laporan diterima" in accepted.words
    assert site.state(ticket) == "in_progress"
    with_photo = browser.get(f"{link}?key={site.upload()}")
    done = browser.send(with_photo, link, ("decision", "answer"), text="Sudah ditambal.")

    assert "Instansi mengirim jawaban kepada admin." in done.words
    assert site.state(ticket) == "answer_review"
    assert len(site.world.complaints.snapshots[ticket].answers[0].files) == 1


def offered(page: Page) -> list[str]:
    return [name for form in page.forms for _, name in form.buttons]


def test_a_superior_reminds_the_officer_through_a_link_once_an_hour(site: Site, browser: Browser) -> None:
    ticket = forwarded(site)
    link = site.link(HEAD, ticket)
    page = browser.get(link)
    done = browser.send(page, link, ("decision", "remind"))
    assert done.status == 200
    assert "Petugas yang memegang laporan diingatkan." in browser.get(link).words
    assert offered(browser.get(link)) == []
    again = browser.send(page, link, ("decision", "remind"))
    assert again.status == 200
    history = site.world.complaints.histories[ticket]
    assert [event.type for event in history].count("owner.reminded") == 1
    site.world.clock.instant += timedelta(hours=1)
    assert offered(browser.get(link)) == ["remind"]


def test_a_deputy_answers_through_a_link_of_their_own_until_somebody_is_back(
    site: Site, browser: Browser
) -> None:
    first, second = forwarded(site), forwarded(site)
    links = [site.link(HEAD, ticket) for ticket in (first, second)]
    away = {"absent_from": site.world.clock().date()}
    assert offered(browser.get(links[0])) == ["remind"]
    for one in (LIAISON, SECOND_LIAISON):
        site.world.directory.put(one.model_copy(update=away))
    done = decide(browser, browser.get(links[0]), "answer", text="Sudah ditambal.")
    assert HEAD.title in done.words
    assert site.state(first) == "answer_review"
    site.world.directory.put(LIAISON)
    assert offered(browser.get(links[1])) == ["remind"]


def test_photos_come_back_to_the_link_they_were_sent_from(site: Site, browser: Browser) -> None:
    link = site.link(LIAISON, forwarded(site))

    back = browser.get(link).value("bucket.example/", "success_action_redirect")

    assert back == [f"http://localhost:8000{link}"]


def test_an_answer_is_published_or_sent_back(site: Site, browser: Browser) -> None:
    published, returned = forwarded(site), forwarded(site)
    for ticket in (published, returned):
        site.answer(ticket)

    decide(browser, browser.get(site.link(ADMIN, published)), "publish")
    page = browser.get(site.link(ADMIN, returned))
    refused = decide(browser, page, "send_back", reason="")
    decide(browser, page, "send_back", reason="Kapan dikerjakan?")

    assert site.world.complaints.snapshots[published].published_answers
    assert refused.status == 422
    assert refused.error_at("send_back-reason")
    assert site.state(returned) == "in_progress"
    again = browser.get(site.link(LIAISON, returned))
    assert "Kapan dikerjakan?" in again.words


def test_the_second_officer_sees_who_has_done_it_and_when(site: Site, browser: Browser) -> None:
    ticket = forwarded(site)
    first, second = site.link(LIAISON, ticket), site.link(SECOND_LIAISON, ticket)
    decide(browser, browser.get(first), "answer", text="Sudah ditambal.")

    page = browser.get(second)

    assert page.status == 200
    assert "Langkah ini sudah selesai" in page.words
    assert "Oleh Jabatan pupr-1" in page.words
    assert "Pada Senin, 23 November 2026 pukul 10.00 WIB" in page.words
    assert page.forms == []


def test_a_link_that_is_done_shows_the_complaint_no_more(site: Site, browser: Browser) -> None:
    ticket = forwarded(site, uploads=(site.upload(),))
    link = site.link(LIAISON, ticket)
    picture = browser.get(link).tags("img")[0]["src"]
    decide(browser, browser.get(link), "answer", text="Sudah ditambal.")

    assert "setengah meter" not in browser.get(link).html
    assert "Sudah ditambal." not in browser.get(link).html
    assert browser.get(picture).status == 410


def test_a_decision_on_a_step_that_is_done_changes_nothing_and_gives_the_words_back(
    site: Site, browser: Browser
) -> None:
    ticket = forwarded(site)
    link = site.link(SECOND_LIAISON, ticket)
    page = browser.get(link)
    site.answer(ticket)
    before = events(site, ticket)

    late = decide(browser, page, "answer", text="Kami juga sudah.")

    assert late.status == 409
    assert "Oleh Jabatan pupr-1" in late.words
    assert "Kami juga sudah." in late.words
    assert events(site, ticket) == before


def test_what_has_changed_meanwhile_is_told_and_what_was_typed_is_kept(site: Site, browser: Browser) -> None:
    ticket = forwarded(site)
    page = browser.get(site.link(SECOND_LIAISON, ticket))
    site.decide(ticket, LIAISON, decision("accept"))

    stale = decide(browser, page, "answer", text="Jawaban kami")

    assert stale.status == 412
    assert "Yang berubah sementara itu" in stale.words
    assert (
        "Instansi menerima laporan dan mulai memprosesnya. (SKPD / instansi vertikal · Jabatan pupr-1)"
        in (stale.words)
    )
    assert "Jawaban kami" in [value for form in stale.forms for name, value in form.fields if name == "text"]
    decide(browser, stale, "answer")
    assert site.state(ticket) == "answer_review"


def test_an_empty_answer_is_told_at_its_field(site: Site, browser: Browser) -> None:
    ticket = forwarded(site)

    page = decide(browser, browser.get(site.link(LIAISON, ticket)), "answer", text=" ")

    assert page.status == 422
    assert "Bagian ini wajib diisi." in page.error_at("answer-text")
    assert site.state(ticket) == "forwarded"


@pytest.mark.parametrize("token", ["", "made-up"])
def test_without_our_token_nothing_is_decided(site: Site, browser: Browser, token: str) -> None:
    ticket = forwarded(site)
    link = site.link(LIAISON, ticket)
    before = events(site, ticket)
    tag = site.world.complaints.snapshots[ticket].tag

    page = browser.post(link, {"decision": "answer", "text": "Jawaban", "tag": tag, "csrf": token})

    assert page.status == 403
    assert "Jawaban" in page.words
    assert events(site, ticket) == before


def test_a_form_of_one_link_is_no_good_on_another(site: Site, browser: Browser) -> None:
    ticket = forwarded(site)
    theirs = browser.get(site.link(SECOND_LIAISON, ticket))
    token = dict(theirs.form(theirs.path).fields)["csrf"]
    tag = site.world.complaints.snapshots[ticket].tag

    page = browser.post(site.link(LIAISON, ticket), {"decision": "accept", "tag": tag, "csrf": token})

    assert page.status == 403


def test_without_the_state_it_was_made_on_a_decision_is_refused(site: Site, browser: Browser) -> None:
    ticket = forwarded(site)

    page = decide(browser, browser.get(site.link(LIAISON, ticket)), "accept", tag="")

    assert page.status == 428
    assert site.state(ticket) == "forwarded"


def test_an_altered_link_says_what_to_do(site: Site, browser: Browser) -> None:
    link = site.link(LIAISON, forwarded(site))

    page = browser.get(link[:-1] + ("A" if link[-1] != "A" else "B"))

    assert page.status == 404
    assert "Salin seluruh tautan" in page.words
    assert page.forms == []


def test_an_expired_link_says_what_to_do(site: Site, browser: Browser) -> None:
    link = site.link(LIAISON, forwarded(site))
    site.world.clock.forward(days=100)

    assert browser.get(link).status == 410
    assert "Tautan sudah tidak berlaku" in browser.get(link).words
    assert browser.post(link, {"decision": "accept"}).status == 410


def test_a_fresh_link_can_be_asked_for_and_goes_to_the_address_on_file(site: Site, browser: Browser) -> None:
    ticket = forwarded(site)
    link = site.link(LIAISON, ticket)
    site.world.clock.forward(days=100)

    page = browser.send(browser.get(link), f"{link}/baru")

    assert page.status == 202
    assert "Tautan baru sedang dikirim" in page.words
    (message,) = site.world.queues.to("messages")
    bootstrap.install(site.world.app)
    messages.notify(message)
    messages.notify(message)
    (mail,) = [mime.decode() for to, mime, _ in site.world.mailer.sent if to == LIAISON.email]
    fresh = site.world.app.officer_links.get_secret(LIAISON, site.world.complaints.snapshots[ticket])
    assert f"/t/{fresh}" in mail
    assert link not in mail
    assert browser.get(f"/t/{fresh}").status == 200
    assert browser.get(link).status == 410


def test_no_fresh_link_is_offered_for_a_step_that_is_done(site: Site, browser: Browser) -> None:
    ticket = forwarded(site)
    link = site.link(LIAISON, ticket)
    site.answer(ticket)
    site.world.clock.forward(days=100)

    assert browser.get(link).forms == []
    browser.post(f"{link}/baru", {"csrf": session.create_csrf_token("nobody")})
    assert site.world.queues.to("messages") == []


def test_a_fresh_link_is_not_sent_without_the_form(site: Site, browser: Browser) -> None:
    link = site.link(LIAISON, forwarded(site))
    site.world.clock.forward(days=100)

    assert browser.post(f"{link}/baru", {}).status == 403
    assert site.world.queues.to("messages") == []


def test_the_link_of_an_officer_who_has_moved_is_dead(site: Site, browser: Browser) -> None:
    link = site.link(LIAISON, forwarded(site))
    site.world.directory.put(LIAISON.model_copy(update={"epoch": 2}))

    page = browser.get(link)

    assert page.status == 410
    assert "berpindah tugas" in page.words


def test_nothing_of_an_anonymous_reporter_reaches_an_officer(site: Site, browser: Browser) -> None:
    ticket = site.file(anonymous=True)
    pages = [browser.get(site.link(ADMIN, ticket)), site.browser(ADMIN).get(f"/petugas/laporan/{ticket}")]
    site.forward(ticket)
    pages += [
        browser.get(site.link(LIAISON, ticket)),
        site.browser(LIAISON).get(f"/petugas/laporan/{ticket}"),
    ]

    for page in pages:
        assert "Pelapor Anonim" in page.words
        for known in (CITIZEN.name, CITIZEN.email, CITIZEN.phone, CITIZEN.id):
            assert str(known) not in page.html


def test_guessing_links_is_limited(browser: Browser) -> None:
    for number in range(61):
        page = browser.get(f"/t/guess-{number:016d}")

    assert page.status == 429


def test_a_late_answer_is_still_taken_and_said_to_be_late(site: Site, browser: Browser) -> None:
    ticket = forwarded(site)
    link = site.link(LIAISON, ticket)
    site.world.clock.forward(days=5)

    page = browser.get(link)
    decide(browser, page, "answer", text="Maaf terlambat.")

    assert "Terlambat" in page.words
    assert site.world.complaints.snapshots[ticket].answers[0].late
