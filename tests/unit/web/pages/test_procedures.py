from chalicelib.domain.procedure.loading import list_procedure_ids
from tests.sample_region import ADMIN, CITIZEN, LIAISON, OTHER_CITIZEN, OTHER_LIAISON
from tests.unit.web.pages.page_browser import Page, Site


def here(page: Page) -> list[str]:
    return [one["data-mark"] for one in page.tags("g") if one.get("data-state") == "here"]


def test_anybody_finds_every_procedure_and_its_flowchart(site: Site) -> None:
    browser = site.browser()
    assert "/prosedur" in [one.get("href") for one in browser.get("/").tags("a")]
    addresses = [one.get("href") for one in browser.get("/prosedur").tags("a")]
    for name in list_procedure_ids():
        assert f"/prosedur/{name}" in addresses
        page = browser.get(f"/prosedur/{name}")
        assert page.status == 200
        assert "Kelengkapan Waktu Output" in page.words
        assert here(page) == []


def test_a_procedure_that_is_not_on_file_is_not_found(site: Site) -> None:
    assert site.browser().get("/prosedur/entah").status == 404


def test_a_reporter_sees_where_their_complaint_stands(site: Site) -> None:
    ticket = site.forward(site.file(), note="Catatan internal")
    browser = site.browser(CITIZEN)
    (link,) = [
        one["href"]
        for one in browser.get(f"/laporan/{ticket}").tags("a")
        if "prosedur" in one.get("href", "")
    ]
    page = browser.get(link)
    assert here(page) == ["4"]
    assert ticket in page.words
    assert "Catatan internal" not in page.html


def test_an_officer_sees_where_a_complaint_of_theirs_stands(site: Site) -> None:
    ticket = site.file()
    browser = site.browser(ADMIN)
    (link,) = [
        one["href"]
        for one in browser.get(f"/petugas/laporan/{ticket}").tags("a")
        if "prosedur" in one.get("href", "")
    ]
    assert here(browser.get(link)) == ["3"]
    assert here(browser.get(f"/laporan/{ticket}/prosedur")) == ["3"], "the reporters' address leads there"


def test_nobody_sees_where_the_complaint_of_another_stands(site: Site) -> None:
    ticket = site.forward(site.file(), note="Catatan")
    assert site.browser(OTHER_CITIZEN).get(f"/laporan/{ticket}/prosedur").status == 404
    assert site.browser(CITIZEN).get(f"/petugas/laporan/{ticket}/prosedur").status == 403
    assert site.browser(OTHER_LIAISON).get(f"/petugas/laporan/{ticket}/prosedur").status == 403
    assert site.browser(LIAISON).get(f"/petugas/laporan/{ticket}/prosedur").status == 200


def test_the_api_draws_a_procedure_in_the_language_that_is_asked_for(site: Site) -> None:
    browser = site.browser()
    page = browser.get("/api/v1/procedures/sp4n-national/flowchart.svg?lang=en")
    assert page.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert page.html.startswith("<svg ")
    assert "Carried out by" in page.html
    assert "Pelaksana" in browser.get("/api/v1/procedures/sp4n-national/flowchart.svg?lang=id").html
    assert browser.get("/api/v1/procedures/entah/flowchart.svg").status == 404
