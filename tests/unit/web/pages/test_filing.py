import pytest

from chalicelib.domain.procedure.model import Role
from tests.sample_region import ADMIN, AGENCIES, CATEGORIES, REGION, officer
from tests.unit.web.pages.page_browser import Browser, Page, Site

INSPECTOR = officer("inspektur", Role.INSPECTORATE)
FORM = f"/lapor?langkah=2&daerah={REGION.slug}"
GOOD = {
    "category": "jalan-rusak",
    "title": "Lubang di depan pasar",
    "narrative": "Ada lubang sedalam setengah meter.\nSudah dua motor jatuh.",
    "address": "Jl. Raya Contoh",
}


def fill(browser: Browser, page: Page | None = None, **more: str) -> Page:
    return browser.send(page or browser.get(FORM), "/lapor", **(GOOD | more))


def test_who_is_not_signed_in_is_taken_to_the_door_and_back(site: Site) -> None:
    page = site.browser().get("/lapor?daerah=kabupaten-contoh", follow=False)

    assert page.status == 303
    assert page.headers["Location"] == "/masuk?lanjut=%2Flapor%3Fdaerah%3Dkabupaten-contoh"


def test_a_complaint_is_filed_with_a_photo_without_any_script(site: Site, browser: Browser) -> None:
    first = browser.get("/lapor")
    upload = dict(first.form("bucket.example/").fields)
    assert first.form("bucket.example/").method == "post"
    assert upload["Content-Type"] == "image/jpeg"
    key = site.upload()
    # What the bucket sends the browser back to.
    back = browser.get(f"/lapor?bucket=b&key={key.replace('/', '%2F')}&etag=e")
    second = browser.get(f"{FORM}&foto={back.value('/lapor', 'foto')[0]}")

    filed = fill(browser, second)

    assert filed.status == 200
    assert filed.path.startswith("/laporan/CTH-")
    assert "Laporan Anda sudah terkirim" in filed.words
    assert "Sudah dua motor jatuh." in filed.words
    assert len(site.world.files.taken) == 1
    assert filed.tags("img")[0]["src"].startswith(filed.path.split("?")[0] + "/berkas/")


def test_an_emergency_is_pointed_elsewhere_before_filing(browser: Browser) -> None:
    page = browser.get("/lapor")

    assert "112" in page.words
    assert "110" in page.words


def test_several_photos_are_kept_on_the_way_and_one_can_be_left_out(browser: Browser) -> None:
    page = browser.get("/lapor?foto=incoming/one/file.jpg&key=incoming/two/file.jpg")

    assert page.value("/lapor", "foto") == ["incoming/one/file.jpg", "incoming/two/file.jpg"]
    back = page.value("bucket.example/", "success_action_redirect")[0]
    assert back.count("foto=") == 2
    links = [one["href"] for one in page.tags("a") if "foto=" in one.get("href", "")]
    without_first = next(link for link in links if "one" not in link)
    assert browser.get(without_first).value("/lapor", "foto") == ["incoming/two/file.jpg"]


def test_after_five_photos_there_is_no_form_for_a_sixth(browser: Browser) -> None:
    page = browser.get("/lapor?" + "&".join(f"foto=incoming/{n}/file.jpg" for n in range(5)))

    assert [form for form in page.forms if "bucket.example" in form.action] == []
    assert "Sudah 5 berkas" in page.words


def test_each_kind_of_file_has_a_form_that_takes_just_that(browser: Browser) -> None:
    page = browser.get("/lapor?jenis=pdf")

    assert page.value("bucket.example/", "Content-Type") == ["application/pdf"]
    assert [one["accept"] for one in page.tags("input") if one.get("type") == "file"] == ["application/pdf"]


def test_the_bucket_is_the_only_other_place_the_page_may_post_to(browser: Browser) -> None:
    assert (
        "form-action 'self' https://bucket.example;"
        in browser.get("/lapor").headers["Content-Security-Policy"]
    )


def test_categories_stand_under_what_gathers_them(browser: Browser) -> None:
    page = browser.get(FORM)

    offered = {one["value"] for one in page.tags("option")}
    assert offered >= {one.code for one in CATEGORIES if one.code != "jalan"}
    assert "jalan" not in offered
    assert [one["label"] for one in page.tags("optgroup")] == ["Jalan"]


@pytest.mark.parametrize(
    ("field", "typed", "at", "said"),
    [
        ("title", "", "title", "Bagian ini belum diisi"),
        ("narrative", "", "narrative", "Bagian ini belum diisi"),
        ("narrative", "x" * 4001, "narrative", "tulisan Anda 4001"),
        ("category", "nothing", "category", "Kategori tidak dikenal"),
        ("address", "", "address", "Lokasi belum diisi"),
        ("address", "x" * 301, "address", "paling banyak 300"),
        ("about_agency", "nothing", "about_agency", "Instansi tidak dikenal"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    site: Site, browser: Browser, field: str, typed: str, at: str, said: str
) -> None:
    page = fill(browser, **{field: typed}, anonymous="ya")

    assert page.status == 422
    assert said in page.error_at(at)
    kept = dict(page.form("/lapor").fields)
    assert {name: kept[name] for name in GOOD if name not in (field, "category")} == {
        name: said for name, said in GOOD.items() if name not in (field, "category")
    }
    assert kept["anonymous"] == "ya"
    assert page.tags("title")
    assert page.words.strip().startswith("Ada yang perlu diperbaiki")
    assert site.world.complaints.snapshots == {}


@pytest.mark.parametrize(
    ("latitude", "longitude", "said"),
    [
        ("108,55", "-6,70", "tertukar"),
        ("52.5", "13.4", "tidak berada di Indonesia"),
        ("-6.7", "", "Isi lintang dan bujur"),
        ("di sana", "108.5", "Isi dengan angka"),
    ],
)
def test_a_point_that_cannot_be_is_told_at_the_point(
    browser: Browser, latitude: str, longitude: str, said: str
) -> None:
    page = fill(browser, latitude=latitude, longitude=longitude)

    assert page.status == 422
    assert said in page.error_at("latitude")
    assert "open" in page.tags("details")[0]


def test_a_point_may_be_written_with_commas(browser: Browser) -> None:
    page = fill(browser, latitude="-6,70", longitude="108,55", address="")

    assert page.path.startswith("/laporan/")
    assert "-6.70000, 108.55000" in page.words


def test_an_upload_that_is_gone_is_told_and_the_words_are_kept(browser: Browser) -> None:
    page = browser.send(browser.get(f"{FORM}&foto=incoming/gone/file.jpg"), "/lapor", **GOOD)

    assert page.status == 422
    assert "Unggah lagi" in page.words
    assert page.value("/lapor", "narrative") == [GOOD["narrative"]]
    assert any(link.get("href") == "#f-photos" for link in page.tags("a"))
    assert "f-photos" in page.ids


def test_a_form_sent_twice_files_one_complaint(site: Site, browser: Browser) -> None:
    form = browser.get(FORM)

    first, second = fill(browser, form), fill(browser, form)

    assert first.path == second.path
    assert len(site.world.complaints.snapshots) == 1


def test_a_form_sent_again_with_other_words_is_refused_with_a_fresh_key(site: Site, browser: Browser) -> None:
    form = browser.get(FORM)
    fill(browser, form)

    page = fill(browser, form, title="Yang lain")

    assert page.status == 422
    assert page.value("/lapor", "key") != form.value("/lapor", "key")
    assert len(site.world.complaints.snapshots) == 1


def test_a_refused_form_keeps_its_key(browser: Browser) -> None:
    form = browser.get(FORM)

    assert fill(browser, form, title="").value("/lapor", "key") == form.value("/lapor", "key")


@pytest.mark.parametrize("token", ["", "made-up"])
def test_without_our_token_nothing_is_filed(site: Site, browser: Browser, token: str) -> None:
    page = browser.post("/lapor", GOOD | {"region": REGION.slug, "csrf": token})

    assert page.status == 403
    assert page.value("/lapor", "title") == [GOOD["title"]]
    assert site.world.complaints.snapshots == {}


def test_the_session_of_a_form_must_be_the_senders_own(site: Site, browser: Browser) -> None:
    token = dict(site.browser(ADMIN).get("/petugas").form("/keluar").fields)["csrf"]

    assert browser.post("/lapor", GOOD | {"region": REGION.slug, "csrf": token}).status == 403


def test_who_was_signed_out_while_writing_gets_their_words_back(site: Site, browser: Browser) -> None:
    form = browser.get(FORM)
    site.world.clock.forward(hours=13)

    page = fill(browser, form)

    assert page.status == 401
    assert "Sudah dua motor jatuh." in page.words
    assert "Masuk di tab baru" in page.words
    assert site.world.complaints.snapshots == {}


def test_officers_do_not_file(site: Site) -> None:
    assert site.browser(ADMIN).get("/lapor").status == 403


def test_a_region_that_is_not_served_is_asked_for_again(browser: Browser) -> None:
    page = browser.get("/lapor?langkah=2&daerah=negeri-dongeng")

    assert "Langkah 1 dari 2" in page.words


def test_what_is_anonymous_and_confidential_is_filed_as_such(site: Site, browser: Browser) -> None:
    fill(browser, anonymous="ya", confidential="ya")

    [complaint] = site.world.complaints.snapshots.values()
    assert complaint.anonymous
    assert complaint.confidential


def test_an_emergency_is_still_recorded_and_marked(site: Site, browser: Browser) -> None:
    assert "laporan ini tidak memanggil bantuan" in browser.get(FORM).words

    page = fill(browser, emergency="ya")

    assert "Ditandai keadaan darurat" in page.words
    [complaint] = site.world.complaints.snapshots.values()
    assert complaint.emergency


def test_a_report_about_officers_says_before_filing_who_will_read_it(browser: Browser) -> None:
    page = browser.get(FORM)

    assert "laporan hanya dibaca Inspektorat" in page.words
    offered = {one["value"] for one in page.tags("option")}
    assert {one.id for one in AGENCIES} <= offered


def test_a_report_about_officers_in_fear_of_them_goes_to_the_inspectorate_alone(
    site: Site, browser: Browser
) -> None:
    site.world.directory.put(INSPECTOR)

    page = fill(browser, about_agency="pupr", anonymous="ya", confidential="ya")

    [complaint] = site.world.complaints.snapshots.values()
    assert complaint.protected
    assert "Hanya pelapor dan Inspektorat" in page.words
    assert site.browser(ADMIN).get(f"/petugas/laporan/{complaint.ticket}").status == 404


def test_where_nobody_could_receive_it_such_a_report_is_refused_with_the_words_kept(
    site: Site, browser: Browser
) -> None:
    page = fill(browser, about_agency="pupr", anonymous="ya", confidential="ya")

    assert page.status == 422
    assert page.error_at("about_agency")
    assert page.value("/lapor", "narrative") == [GOOD["narrative"]]
    assert page.value("/lapor", "about_agency") == ["pupr"]
    assert site.world.complaints.snapshots == {}


def test_an_agency_that_another_has_followed_is_not_offered(site: Site, browser: Browser) -> None:
    site.world.directory.put(AGENCIES[0].model_copy(update={"successor": "dlh"}))

    offered = {one["value"] for one in browser.get(FORM).tags("option")}

    assert "pupr" not in offered
    assert "dlh" in offered
