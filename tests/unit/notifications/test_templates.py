"""The words of messages: every template, in both languages, in the e-mail and the SMS."""

import re
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.directory.agencies import Agency
from chalicelib.domain.directory.officers import Assignment
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.identity import Identity
from chalicelib.i18n.dates import format_deadline, format_short_deadline
from chalicelib.notifications import content, rendering, staff_notices
from chalicelib.notifications.channels.channel import Letter
from chalicelib.notifications.channels.email import build_mime
from chalicelib.notifications.channels.gsm7 import SEGMENT, compose_segment, count_septets
from chalicelib.notifications.content import (
    CONFIDENTIAL_OFFICER,
    CONFIDENTIAL_REPORTER,
    OMBUDSMAN_BUNDLE,
    build_template_context,
    choose_template,
)
from chalicelib.notifications.message import REPORTER, Addressee
from chalicelib.notifications.notifier import LINK_RENEWED, OMBUDSMAN
from chalicelib.notifications.rendering import TemplateContext
from chalicelib.notifications.subject import MessageSubject
from chalicelib.services.delivery_errors import MessageRefused
from chalicelib.services.staff.duty import ASSIGNMENT_ENDS, DESK_EMPTY
from tests import fake_stores, procedures, sample_region
from tests.unit.notifications import scenes
from tests.unit.notifications.scenes import FOR_REPORTERS

LANGUAGES = ("id", "en")
NAMES = sorted(file.stem for file in (rendering.TEMPLATES / "id").glob("[!_]*.j2"))
OF_STAFF = (ASSIGNMENT_ENDS, DESK_EMPTY)
OF_COMPLAINTS = tuple(name for name in NAMES if name not in OF_STAFF)
OF_THE_REPORTER = tuple(name for name in NAMES if name in FOR_REPORTERS)
NUMBERLESS = (CONFIDENTIAL_OFFICER, CONFIDENTIAL_REPORTER, "to-inspect")
"""The templates that give away neither number nor title."""

LINK = "https://lapor.contoh.go.id/t/" + "Q" * 31
TITLE = "JUDUL-PENANDA <b>tebal</b>"
NAME = "NAMA-PENANDA"
DESK = {"role": "liaison", "agency": "pupr", "unit": None}
REASON = "ALASAN-PENANDA"
AGENCY = Agency(id="pupr", region="kabupaten-contoh", name="Dinas PENANDA", kind="agency")
OTHER_AGENCY = Agency(id="dlh", region="kabupaten-contoh", name="Badan PENANDA", kind="agency")
LONG_REGION = "Pemerintah Kabupaten Pangkajene dan Kepulauan Mahakam Ulu Selatan Raya"


def create_subject(template: str, **changes: object) -> MessageSubject:
    life, event = scenes.play_scene(template)
    return MessageSubject(
        event=event,
        complaint=life.complaint.model_copy(update={"confidential": False, **changes}),
        procedure=life.procedure,
        region=sample_region.REGION,
        agency=AGENCY,
        title=TITLE,
        other_agency=OTHER_AGENCY,
        new_region=sample_region.REGION.model_copy(update={"name": "Kota PENANDA"}),
        category=sample_region.CATEGORIES[0].model_copy(update={"name_id": "PENANDA", "name_en": "PENANDA"}),
        reason=REASON,
    )


def create_addressee(template: str, language: str, owner: bool = True) -> Addressee:
    if template == OMBUDSMAN_BUNDLE:
        return Addressee(OMBUDSMAN, OMBUDSMAN, template, office="ombudsman@example.go.id")
    if template in FOR_REPORTERS:
        identity = Identity(account="a", name=NAME, email="siti@example.com", language=language)
        return Addressee(REPORTER, "reporter", template, owner=owner, identity=identity)
    officer = sample_region.LIAISON.model_copy(update={"language": language, "name": NAME})
    return Addressee(officer.id, officer.role, template, owner=owner, officer=officer)


def build_context(
    template: str, language: str, owner: bool = True, link: str | None = LINK
) -> TemplateContext:
    """Build what a template is rendered with, be it about a complaint or about staff."""
    to = create_addressee(template, language, owner)
    if template in OF_STAFF:
        return build_staff_context(template, to)
    return build_template_context(create_subject(template), to, link)


def build_staff_context(template: str, to: Addressee) -> TemplateContext:
    letter = Assignment(number="800/1/2026", dated=date(2026, 1, 5), expires=date(2026, 12, 31))
    officer = to.officer.model_copy(update={"assignment": letter})
    directory = fake_stores.FakeDirectory(agency_list=[AGENCY], officer_list=[officer])
    about = {"about": officer.id} if template == ASSIGNMENT_ENDS else {"desk": DESK, "open": 3}
    procedure = load_procedure(list_procedure_ids()[0])
    return staff_notices.build_notice_context(
        {"id": officer.id, **about}, to, sample_region.REGION, procedure, directory, LINK
    )


def render_letter(template: str, language: str, context: TemplateContext) -> Letter:
    return rendering.render_message(template, language, context).letter


def render_sms(template: str, language: str, context: TemplateContext) -> str:
    parts = rendering.render_message(template, language, context).sms
    return compose_segment(parts.lead, parts.core, parts.link)


def render_everything(template: str, language: str, context: TemplateContext) -> str:
    """Render subject, text, HTML and SMS."""
    letter = render_letter(template, language, context)
    sms = render_sms(template, language, context)
    return f"{letter.subject}\n{letter.text}\n{letter.html}\n{sms}"


def render_for(about: MessageSubject, to: Addressee) -> str:
    """Render subject, text, HTML and SMS of the template that is really used."""
    template = choose_template(to, about.complaint)
    return render_everything(template, to.language, build_template_context(about, to, LINK))


def build_mail(template: str, language: str = "id") -> EmailMessage:
    letter = render_letter(template, language, build_context(template, language))
    built = build_mime(
        letter,
        ticket=procedures.TICKET,
        sender="tuntas@contoh.go.id",
        sender_name="Pemerintah Kabupatén Contoh",
        to="pupr-1@contoh.go.id",
        at=datetime.fromisoformat("2026-11-23T03:00:00+00:00"),
    )
    parsed = message_from_bytes(built, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


every_template = pytest.mark.parametrize("template", NAMES)
every_complaints_template = pytest.mark.parametrize("template", OF_COMPLAINTS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def test_every_template_is_there_in_both_languages_with_the_same_blocks() -> None:
    def blocks(language: str) -> dict[str, set[str]]:
        files = (rendering.TEMPLATES / language).glob("*.j2")
        return {file.name: set(re.findall(r"{% block (\w+) %}", file.read_text())) for file in files}

    assert blocks("id") == blocks("en")


def test_every_template_has_the_blocks_that_a_message_needs() -> None:
    for name in NAMES:
        source = (rendering.TEMPLATES / "id" / f"{name}.j2").read_text()
        blocks = set(re.findall(r"{% block (\w+) %}", source))
        assert blocks >= {"subject", "body", "sms"}, name
        assert "status" not in blocks or name in FOR_REPORTERS, name


def test_every_template_a_procedure_names_exists() -> None:
    for procedure in map(load_procedure, list_procedure_ids()):
        rungs = [rung for ladder in procedure.ladders.values() for rung in ladder.rungs]
        named = {rung.template for rung in rungs if rung.template} | {n.template for n in procedure.notices}
        assert named | {LINK_RENEWED, CONFIDENTIAL_OFFICER, CONFIDENTIAL_REPORTER} <= set(NAMES)


@every_template
@every_language
def test_every_sms_is_one_segment_with_the_whole_link_even_for_a_long_region(
    template: str, language: str
) -> None:
    for region in (sample_region.REGION.name, LONG_REGION):
        for owner in (True, False):
            context = {**build_context(template, language, owner), "region_short": region}
            text = render_sms(template, language, context)
            assert count_septets(text) <= SEGMENT
            assert text.endswith(f" {LINK}")
            assert "..." not in text.removeprefix(text.split(":", 1)[0]), (
                "only the sender's name is shortened"
            )


@pytest.mark.parametrize("template", OF_COMPLAINTS)
@every_language
def test_a_deadline_with_its_time_of_day_still_fits_whole(template: str, language: str) -> None:
    wednesday_evening = datetime.fromisoformat("2026-11-25T20:47:00+08:00")
    short = format_short_deadline(wednesday_evening, ZoneInfo("Asia/Makassar"), language)
    context = {**build_context(template, language), "ticket": "ABCDE-22222A"}
    asks_for_it = context["deadline"] and "deadline_short" in read_sms_block(template, language)
    text = render_sms(template, language, {**context, "deadline_short": short})
    assert count_septets(text) <= SEGMENT
    assert (short in text) == bool(asks_for_it)


@every_language
def test_an_sms_to_the_longest_title_keeps_what_is_asked(language: str) -> None:
    context = {**build_context("to-answer", language), "to": "Kepala Subbagian Umum dan Kepegawaian " * 5}
    text = render_sms("to-answer", language, context)
    assert count_septets(text) <= SEGMENT
    assert str(context["deadline_short"]) in text
    assert text.endswith(f" {LINK}")


def read_sms_block(template: str, language: str) -> str:
    return (rendering.TEMPLATES / language / f"{template}.j2").read_text().partition("block sms")[2]


@every_template
@every_language
def test_text_and_html_say_the_same_with_the_same_single_link(template: str, language: str) -> None:
    mail = build_mail(template, language)
    text_part, html_part = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text_part
    assert html_part
    text, html = text_part.get_content(), html_part.get_content()
    assert re.findall(r'href="([^"]+)"', html) == [LINK]
    assert re.findall(r"https?://\S+", text) == [LINK]
    flat = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    for line in (line for line in text.splitlines() if line.strip() and line.strip() != "--"):
        for piece in line.rstrip(":").split(": ", 1):
            assert " ".join(piece.split()) in flat


@every_template
@every_language
def test_no_mail_loads_anything_from_anywhere(template: str, language: str) -> None:
    part = build_mail(template, language).get_body(("html",))
    assert part
    html = part.get_content()
    assert not re.search(r"<(img|link|script|style|iframe)|src=|url\(|@import", html)


@every_template
@every_language
def test_no_sentence_is_left_empty(template: str, language: str) -> None:
    for owner, link in product((True, False), (LINK, None) if template in OF_THE_REPORTER else (LINK,)):
        text = render_everything(template, language, build_context(template, language, owner, link))
        assert "None" not in text
        assert not re.search(r" [,.;:]( |$)", text, re.MULTILINE), "a blank was filled with nothing"


@every_complaints_template
@every_language
def test_a_message_still_reads_well_when_what_surrounds_the_complaint_is_gone(
    template: str, language: str
) -> None:
    gone = dict.fromkeys(("agency", "title", "other_agency", "new_region", "category", "reason"))
    about = MessageSubject(**{**vars(create_subject(template)), **gone})
    text = render_for(about, create_addressee(template, language))
    assert "None" not in text
    assert not re.search(r" [,.;:]( |$)", text, re.MULTILINE)


@every_complaints_template
@every_language
def test_a_confidential_complaint_gives_away_nothing(template: str, language: str) -> None:
    about = create_subject(template, confidential=True)
    for owner in (True, False):
        text = render_for(about, create_addressee(template, language, owner))
        secrets = ("PENANDA", about.complaint.ticket, about.complaint.category)
        known_by_number = secrets[:1] if template == OMBUDSMAN_BUNDLE else secrets
        for secret in known_by_number:
            assert secret not in text


def test_a_template_of_a_confidential_complaint_could_not_tell_more_if_it_tried() -> None:
    context = build_template_context(
        create_subject("to-answer", confidential=True), create_addressee("to-answer", "id"), LINK
    )
    assert set(context) == {
        "region",
        "region_short",
        "link",
        "owner",
        "deputy",
        "ticket",
        "to",
        "deadline",
        "deadline_short",
        "step",
    }
    assert context["ticket"] is None


@every_complaints_template
@every_language
@pytest.mark.parametrize("anonymous", [True, False])
def test_no_message_names_the_reporter(template: str, language: str, anonymous: bool) -> None:
    text = render_for(create_subject(template, anonymous=anonymous), create_addressee(template, language))
    assert NAME not in text


@pytest.mark.parametrize("template", [n for n in OF_COMPLAINTS if n not in (*NUMBERLESS, OMBUDSMAN_BUNDLE)])
@every_language
def test_other_complaints_are_known_by_number_and_title(template: str, language: str) -> None:
    letter = render_letter(
        template,
        language,
        build_template_context(create_subject(template), create_addressee(template, language), LINK),
    )
    assert letter.subject.startswith("[CTH-22222A] ")
    assert "JUDUL-PENANDA" in letter.text


def test_an_erased_title_is_left_out() -> None:
    about = MessageSubject(**{**vars(create_subject("to-answer")), "title": None})
    letter = render_letter(
        "to-answer", "id", build_template_context(about, create_addressee("to-answer", "id"), LINK)
    )
    assert "Judul" not in letter.text


def test_markup_in_a_title_is_shown_not_obeyed() -> None:
    part = build_mail("to-answer").get_body(("html",))
    assert part
    assert "<b>tebal" not in part.get_content()
    assert "&lt;b&gt;tebal" in part.get_content()


def test_the_liaisons_mail_asks_with_the_full_date_and_the_sms_with_the_short_one() -> None:
    context = build_template_context(create_subject("to-answer"), create_addressee("to-answer", "id"), LINK)
    letter = render_letter("to-answer", "id", context)
    assert letter.subject == "[CTH-22222A] Mohon jawaban paling lambat Selasa, 24 November 2026"
    assert "Batas waktu: Selasa, 24 November 2026" in letter.text
    assert "mohon dijawab paling lambat Selasa 24 Nov 2026" in render_sms("to-answer", "id", context)


def test_an_answer_that_comes_back_is_asked_for_in_other_words() -> None:
    about = create_subject("to-answer")
    assert about.complaint.step
    life = scenes.reach_confirmation(about.procedure)
    life.do(procedures.DISPUTE, procedures.REPORTER)
    about = MessageSubject(**{**vars(about), "complaint": life.complaint})
    text = render_letter(
        "to-answer", "id", build_template_context(about, create_addressee("to-answer", "id"), LINK)
    ).text
    assert "kembali kepada Anda" in text


def test_a_confidential_complaints_sms_is_the_glossarys_line() -> None:
    about = create_subject("to-answer", confidential=True)
    context = build_template_context(about, create_addressee("to-answer", "id"), LINK)
    assert render_sms(CONFIDENTIAL_OFFICER, "id", context) == (
        "Ada satu laporan yang perlu Anda tangani paling lambat Selasa 24 Nov 2026. Buka tautan ini: " + LINK
    )


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Pemerintah Kabupaten Contoh", "Pemkab Contoh"),
        ("Kota Contoh", "Pemkot Contoh"),
        ("Provinsi Contoh Timur", "Pemprov Contoh Timur"),
        ("Badan Contoh", "Badan Contoh"),
    ],
)
def test_an_sms_calls_the_government_as_everybody_does(name: str, short: str) -> None:
    about = create_subject("received")
    about = MessageSubject(**{**vars(about), "region": about.region.model_copy(update={"name": name})})
    assert build_template_context(about, create_addressee("received", "id"), LINK)["region_short"] == short


def test_a_mail_carries_the_headers_of_an_automatic_message_in_the_complaints_thread() -> None:
    mail = build_mail("to-answer")
    assert mail["From"].addresses[0].display_name == "Pemerintah Kabupatén Contoh"
    assert mail["From"].addresses[0].addr_spec == "tuntas@contoh.go.id"
    assert mail["To"] == "pupr-1@contoh.go.id"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Tuntas-Ticket"] == "CTH-22222A"
    assert mail["Date"].datetime == datetime.fromisoformat("2026-11-23T03:00:00+00:00")
    assert mail["Message-ID"] is None
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert {part.get_content_charset() for part in mail.iter_parts()} == {"utf-8"}


def test_all_mails_of_a_complaint_refer_to_the_same_message() -> None:
    threads = {
        (m["References"], m["In-Reply-To"]) for m in (build_mail("to-answer"), build_mail("answered", "en"))
    }
    assert threads == {("<CTH-22222A@contoh.go.id>", "<CTH-22222A@contoh.go.id>")}


def test_a_name_with_line_ends_cannot_add_a_header() -> None:
    letter = Letter("Halo\r\nBcc: semua@contoh.go.id", "teks", "<p>teks</p>")
    built = build_mime(
        letter,
        ticket="CTH-22222A",
        sender="tuntas@contoh.go.id",
        sender_name="Kabupaten\r\nBcc: semua@contoh.go.id",
        to="pupr-1@contoh.go.id",
        at=datetime.fromisoformat("2026-11-23T03:00:00+00:00"),
    )
    mail = message_from_bytes(built, policy=policy.default)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Halo Bcc: semua@contoh.go.id"


@pytest.mark.parametrize(
    "to",
    ["", "siti", "siti@", "a@b\r\nBcc: c@d", "siti@contoh.go.id, budi@contoh.go.id", "sití@contoh.go.id"],
)
def test_what_is_no_single_address_is_refused(to: str) -> None:
    letter = Letter("s", "t", "h")
    at = datetime.fromisoformat("2026-11-23T03:00:00+00:00")
    with pytest.raises(MessageRefused):
        build_mime(letter, ticket="CTH-22222A", sender="t@contoh.go.id", sender_name="K", to=to, at=at)


# Sentences that only some complaints have.


def render_text(template: str, **about: object) -> str:
    return render_letter(
        template,
        "id",
        build_template_context(create_subject(template, **about), create_addressee(template, "id"), LINK),
    ).text


def test_asking_to_complete_names_what_is_missing_until_when_and_where() -> None:
    text = render_text("completion-asked")
    assert "masih kurang: foto, lokasi kejadian." in text
    assert "di halaman laporan paling lambat Rabu, 23 Desember 2026" in text
    assert f"Catatan petugas: {REASON}" in text
    assert LINK in text


def test_a_reminder_names_what_is_missing_still() -> None:
    assert "foto, lokasi kejadian" in render_text("completion-reminder")
    assert "foto, lokasi kejadian" in render_text("items-reminder")


def test_handing_over_names_body_address_and_reason() -> None:
    text = render_text("handed-over")
    for piece in ("PT PLN", "Jalan Listrik 1", REASON):
        assert piece in text


def test_a_reason_that_is_very_long_is_read_whole_on_the_page() -> None:
    about = MessageSubject(**{**vars(create_subject("archived")), "reason": "alasan " * 600})
    text = render_letter(
        "archived", "id", build_template_context(about, create_addressee("archived", "id"), LINK)
    ).text
    assert "alasan…" in text
    assert len(text) < content.LONGEST_REASON + 1_500


def test_filing_away_says_why_and_an_earlier_answer_may_be_objected_to() -> None:
    text = render_text("archived")
    assert "karena tidak memuat hal yang dapat ditangani" in text
    assert "kirimlah laporan baru" in text
    life = scenes.begin(load_procedure(list_procedure_ids()[0]))
    life.do(
        procedures.ARCHIVE.model_copy(update={"reason": "already_handled", "earlier": scenes.PARENT}),
        life.owner,
    )
    about = MessageSubject(
        **{**vars(create_subject("archived")), "complaint": life.complaint, "event": life.events[-1]}
    )
    text = render_letter(
        "archived", "id", build_template_context(about, create_addressee("archived", "id"), LINK)
    ).text
    assert f"pada laporan {scenes.PARENT}" in text
    assert "Bila Anda keberatan" in text


def test_a_duplicates_reporter_reads_whose_answer_it_is() -> None:
    assert "digabungkan dengan laporan itu" in render_text("merged")
    life = scenes.inherit(load_procedure(list_procedure_ids()[0]))
    about = MessageSubject(
        **{**vars(create_subject("answered")), "complaint": life.complaint, "event": life.events[-3]}
    )
    text = render_letter(
        "answered", "id", build_template_context(about, create_addressee("answered", "id"), LINK)
    ).text
    assert f"laporan {scenes.PARENT}, tempat laporan Anda digabungkan" in text


def test_an_answer_that_is_a_plan_says_until_when() -> None:
    life = scenes.answer_with_plan(load_procedure(list_procedure_ids()[0]))
    about = MessageSubject(
        **{**vars(create_subject("answered")), "complaint": life.complaint, "event": life.events[-2]}
    )
    text = render_letter(
        "answered", "id", build_template_context(about, create_addressee("answered", "id"), LINK)
    ).text
    assert "akan dilaksanakan paling lambat Jumat, 18 Desember 2026" in text


def test_a_message_about_a_moved_deadline_has_both_dates_and_the_reason() -> None:
    text = render_text("deadline-moved")
    assert "dari Selasa, 24 November 2026 menjadi Rabu, 25 November 2026" in text
    assert "karena hari kerja dan hari libur berubah" in text


def test_a_letter_is_received_on_the_day_it_came_not_when_it_was_typed_in() -> None:
    assert "kami terima pada Jumat, 20 November 2026" in render_text("tanda-terima")


def test_a_reminder_of_a_clock_over_several_steps_has_that_clocks_date() -> None:
    house = scenes.find_procedure_with(Role.UNIT)
    life = scenes.reach_disposition(house)
    life.reach("half", "coordination")
    now = {"complaint": life.complaint, "event": life.events[-1], "procedure": house}
    about = MessageSubject(**{**vars(create_subject("reminder")), **now})
    context = build_template_context(about, create_addressee("reminder", "id", owner=False), LINK)
    due = format_deadline(life.clock_of("coordination").due_at, ZoneInfo(life.complaint.zone), "id")
    assert context["deadline"] == due
    assert context["holder"] == AGENCY.name


def test_an_agencys_answer_is_due_when_its_rows_together_are_not_when_the_first_one_is() -> None:
    house = scenes.find_procedure_with(Role.UNIT)
    life = scenes.forward(house)
    now = {"complaint": life.complaint, "event": life.events[-1], "procedure": house}
    about = MessageSubject(**{**vars(create_subject("forwarded")), **now})
    context = build_template_context(about, create_addressee("forwarded", "id"), LINK)
    due = format_deadline(life.clock_of("coordination").due_at, ZoneInfo(life.complaint.zone), "id")
    assert context["answer_by"] == due
    assert f"menyiapkan jawaban paling lambat {due}" in render_letter("forwarded", "id", context).text


def test_officers_are_not_told_the_reporters_own_deadline_as_theirs() -> None:
    assert "Batas waktu" not in render_text("reply")


def test_a_deputy_reads_why_they_are_told() -> None:
    to = Addressee(**{**vars(create_addressee("to-answer", "id")), "deputy": True})
    text = render_letter(
        "to-answer", "id", build_template_context(create_subject("to-answer"), to, LINK)
    ).text
    assert "sedang tidak bertugas; karena itu Anda yang kami kabari" in text


@pytest.mark.parametrize("template", OF_THE_REPORTER)
@every_language
def test_a_reporter_without_an_account_reads_no_link_but_the_number_and_how_to_ask(
    template: str, language: str
) -> None:
    context = build_context(template, language, link=None)
    context = {**context, "ticket": procedures.TICKET, "region_short": LONG_REGION}
    letter, sms = (
        render_letter(template, language, context),
        render_sms(template, language, context),
    )
    for text in (letter.text, letter.html, sms):
        assert procedures.TICKET in text
        assert "://" not in text
    assert ("telepon" if language == "id" else "telephone") in sms
    assert count_septets(sms) <= SEGMENT
    assert not sms.endswith(":")
    assert ("datangi" if language == "id" else "visit") in letter.text
    assert "halaman laporan" not in letter.text
    assert "report's page" not in letter.text


def test_a_confidential_reporter_without_an_account_asks_by_number_alone() -> None:
    about = create_subject("handed-over", confidential=True)
    context = build_template_context(about, create_addressee("handed-over", "id"), None)
    assert context["ticket"] == procedures.TICKET
    assert "PENANDA" not in render_everything(CONFIDENTIAL_REPORTER, "id", context)


def test_of_a_protected_report_the_inspectorate_reads_no_title_name_content_or_agency() -> None:
    life, event = scenes.play_scene("to-inspect")
    about = MessageSubject(
        **{**vars(create_subject("to-inspect")), "complaint": life.complaint, "event": event}
    )
    inspector = sample_region.officer("inspektur", Role.INSPECTORATE)
    to = Addressee(inspector.id, inspector.role, "to-inspect", owner=True, officer=inspector)
    text = render_for(about, to)
    assert life.complaint.protected
    for secret in ("PENANDA", procedures.TICKET, "pupr", life.complaint.category):
        assert secret not in text


def test_the_notice_of_an_ending_surat_tugas_differs_for_its_officer_and_the_supervisor() -> None:
    to = create_addressee(ASSIGNMENT_ENDS, "id")
    mine = build_staff_context(ASSIGNMENT_ENDS, to)
    assert (
        "Surat Tugas Anda berakhir Kamis, 31 Desember 2026"
        in render_letter(ASSIGNMENT_ENDS, "id", mine).subject
    )
    others = render_letter(ASSIGNMENT_ENDS, "id", {**mine, "mine": False})
    assert sample_region.LIAISON.title in others.subject
    assert "800/1/2026" in others.text


def test_an_empty_desk_is_called_by_its_title_and_agency() -> None:
    context = build_staff_context(DESK_EMPTY, create_addressee(DESK_EMPTY, "id"))
    assert (
        context["desk"]
        == f"{load_procedure(list_procedure_ids()[0]).roles['liaison'].title.id}, {AGENCY.name}"
    )


@every_language
def test_a_notice_about_the_inspectorates_empty_desk_does_not_tell_what_waits(language: str) -> None:
    to = create_addressee(DESK_EMPTY, language)
    text = render_everything(
        DESK_EMPTY,
        language,
        {**build_staff_context(DESK_EMPTY, to), "open": None},
    )
    assert "None" not in text
    assert not {"menunggu", "waiting"} & set(text.replace(",", " ").split())
