"""What messages say: every template, in both languages, by e-mail and SMS."""

import re
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape

import pytest

from chalicelib.domain.directory import Agency
from chalicelib.domain.privacy import Identity
from chalicelib.domain.procedure import StepKind, known, load
from chalicelib.notify import contents, render
from chalicelib.notify.audience import REPORTER, Addressee
from chalicelib.notify.contents import CONFIDENTIAL_OFFICER, CONFIDENTIAL_REPORTER, Matter
from chalicelib.notify.errors import MessageRefused
from chalicelib.notify.mail import build
from chalicelib.notify.sms import SEGMENT, septets
from chalicelib.notify.teller import LINK_RENEWED
from tests import fakes
from tests.procedures import Life

LANGUAGES = ("id", "en")
NAMES = sorted(file.stem for file in (render.TEMPLATES / "id").glob("[!_]*.j2"))
OF_THE_REPORTER = (
    "answered",
    "closed-by-silence",
    CONFIDENTIAL_REPORTER,
    "forwarded",
    "government-reply",
    "in-progress",
    "received",
    "silence-reminder",
)
OF_OFFICERS = tuple(name for name in NAMES if name not in OF_THE_REPORTER)
STEP_OF = {
    "answered": StepKind.CONFIRM,
    "silence-reminder": StepKind.CONFIRM,
    "reply": StepKind.CONFIRM,
    "government-reply": StepKind.CONFIRM,
    "to-verify": StepKind.VERIFY,
    "received": StepKind.VERIFY,
    "to-review": StepKind.REVIEW,
}
"""At which step a template is sent; the others while the agency is to answer."""

LINK = "https://lapor.contoh.go.id/t/" + "Q" * 31
TITLE = "JUDUL-PENANDA <b>tebal</b>"
NAME = "NAMA-PENANDA"
AGENCY = Agency(id="pupr", region="kabupaten-contoh", name="Dinas PENANDA", kind="agency")
LONG_REGION = "Pemerintah Kabupaten Pangkajene dan Kepulauan Mahakam Ulu Selatan Raya"


def matter(template: str, confidential: bool = False, anonymous: bool = False, **changes: object) -> Matter:
    life = Life(load(known()[0])).to(STEP_OF.get(template, StepKind.RESPOND))
    update = {"confidential": confidential, "anonymous": anonymous, **changes}
    return Matter(
        event=life.events[-1],
        complaint=life.complaint.model_copy(update=update),
        procedure=life.procedure,
        region=fakes.REGION,
        agency=AGENCY,
        title=TITLE,
    )


def addressee(template: str, language: str, owner: bool = True) -> Addressee:
    if template in OF_THE_REPORTER:
        identity = Identity(account="a", name=NAME, email="siti@example.com", language=language)
        return Addressee(REPORTER, "reporter", template, owner=owner, identity=identity)
    officer = fakes.LIAISON.model_copy(update={"language": language, "name": NAME})
    return Addressee(officer.id, officer.role, template, owner=owner, officer=officer)


def everything_said(about: Matter, to: Addressee) -> str:
    """Subject, text, HTML and SMS."""
    template, language = contents.template_for(to, about.complaint), contents.language_of(to)
    said = contents.known(about, to, LINK)
    letter = render.letter(template, language, said)
    return "\n".join(
        (letter.subject, letter.text, letter.html, render.text_message(template, language, said))
    )


def mime(template: str, language: str = "id", **about: object) -> EmailMessage:
    to = addressee(template, language)
    subject_matter = matter(template, **about)
    letter = render.letter(
        contents.template_for(to, subject_matter.complaint),
        contents.language_of(to),
        contents.known(subject_matter, to, LINK),
    )
    built = build(
        letter,
        ticket=subject_matter.complaint.ticket,
        sender="tuntas@contoh.go.id",
        sender_name="Pemerintah Kabupatén Contoh",
        to="pupr-1@contoh.go.id",
        at=datetime.fromisoformat("2026-11-23T03:00:00+00:00"),
    )
    parsed = message_from_bytes(built, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


every_template = pytest.mark.parametrize("template", NAMES)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def test_every_template_is_there_in_both_languages_with_the_same_blocks() -> None:
    def blocks(language: str) -> dict[str, set[str]]:
        files = (render.TEMPLATES / language).glob("*.j2")
        return {file.name: set(re.findall(r"{% block (\w+) %}", file.read_text())) for file in files}

    assert blocks("id") == blocks("en")


def test_every_template_says_what_a_message_needs() -> None:
    for name in NAMES:
        source = (render.TEMPLATES / "id" / f"{name}.j2").read_text()
        blocks = set(re.findall(r"{% block (\w+) %}", source))
        assert blocks >= {"subject", "body", "button", "sms"}, name
        assert ("status" in blocks) == (name in OF_THE_REPORTER) or name in {
            CONFIDENTIAL_REPORTER,
            "government-reply",
        }, name


def test_every_template_a_procedure_names_exists() -> None:
    for procedure in map(load, known()):
        rungs = [rung for ladder in procedure.ladders.values() for rung in ladder.rungs]
        named = {rung.template for rung in rungs if rung.template} | {n.template for n in procedure.notices}
        assert named | {LINK_RENEWED, CONFIDENTIAL_OFFICER, CONFIDENTIAL_REPORTER} <= set(NAMES)


@every_template
@every_language
def test_every_sms_is_one_segment_with_the_whole_link_even_for_a_long_region(
    template: str, language: str
) -> None:
    to = addressee(template, language)
    about = matter(template)
    for region in (fakes.REGION.name, LONG_REGION):
        for owner in (True, False):
            said = {**contents.known(about, to, LINK), "region_short": region, "owner": owner}
            text = render.text_message(template, language, said)
            assert septets(text) <= SEGMENT
            assert text.endswith(f" {LINK}")
            assert "..." not in text.removeprefix(text.split(":", 1)[0]), (
                "only the sender's name is shortened"
            )


@pytest.mark.parametrize("template", OF_OFFICERS)
@every_language
def test_an_officers_deadline_with_its_time_of_day_still_fits_whole(template: str, language: str) -> None:
    to, about = addressee(template, language), matter(template, ticket="ABCDE-22222A", zone="Asia/Makassar")
    step = about.complaint.step
    assert step
    wednesday_evening = step.due_at + timedelta(days=1, hours=-3, minutes=-13)
    timed = about.complaint.model_copy(update={"step": step.model_copy(update={"due_at": wednesday_evening})})
    said = contents.known(Matter(**{**vars(about), "complaint": timed}), to, LINK)
    assert "WITA" in str(said["deadline_short"])
    text = render.text_message(template, language, said)
    assert septets(text) <= SEGMENT
    rendered = (render.TEMPLATES / language / f"{template}.j2").read_text().partition("block sms")[2]
    if "deadline_short" in rendered:
        assert str(said["deadline_short"]) in text


@every_template
@every_language
def test_text_and_html_say_the_same_with_the_same_single_link(template: str, language: str) -> None:
    mail = mime(template, language)
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
    part = mime(template, language).get_body(("html",))
    assert part
    html = part.get_content()
    assert not re.search(r"<(img|link|script|style|iframe)|src=|url\(|@import", html)


@every_template
@every_language
def test_no_sentence_is_left_empty(template: str, language: str) -> None:
    for owner in (True, False):
        said = everything_said(matter(template), addressee(template, language, owner))
        assert "None" not in said
        assert not re.search(r" [,.;:]( |$)", said, re.MULTILINE), "a blank was filled with nothing"


@every_template
@every_language
def test_a_confidential_complaint_gives_away_nothing(template: str, language: str) -> None:
    about = matter(template, confidential=True)
    for owner in (True, False):
        said = everything_said(about, addressee(template, language, owner))
        for secret in ("PENANDA", about.complaint.ticket, about.complaint.category):
            assert secret not in said


def test_a_template_of_a_confidential_complaint_could_not_tell_more_if_it_tried() -> None:
    said = contents.known(matter("to-answer", confidential=True), addressee("to-answer", "id"), LINK)
    assert set(said) == {
        "region",
        "region_short",
        "link",
        "owner",
        "to",
        "deadline",
        "deadline_short",
        "step",
    }


@every_template
@every_language
@pytest.mark.parametrize("anonymous", [True, False])
def test_no_message_names_the_reporter(template: str, language: str, anonymous: bool) -> None:
    said = everything_said(matter(template, anonymous=anonymous), addressee(template, language))
    assert NAME not in said


@pytest.mark.parametrize("template", [n for n in NAMES if not n.startswith("confidential")])
@every_language
def test_other_complaints_are_known_by_number_and_title(template: str, language: str) -> None:
    letter = render.letter(
        template, language, contents.known(matter(template), addressee(template, language), LINK)
    )
    assert letter.subject.startswith("[CTH-22222A] ")
    assert "JUDUL-PENANDA" in letter.text


def test_an_erased_title_is_left_out() -> None:
    about = Matter(**{**vars(matter("to-answer")), "title": None})
    letter = render.letter("to-answer", "id", contents.known(about, addressee("to-answer", "id"), LINK))
    assert "Judul" not in letter.text


def test_markup_in_a_title_is_shown_not_obeyed() -> None:
    part = mime("to-answer").get_body(("html",))
    assert part
    assert "<b>tebal" not in part.get_content()
    assert "&lt;b&gt;tebal" in part.get_content()


def test_the_liaisons_mail_asks_with_the_full_date_and_the_sms_with_the_short_one() -> None:
    said = contents.known(matter("to-answer"), addressee("to-answer", "id"), LINK)
    letter = render.letter("to-answer", "id", said)
    assert letter.subject == "[CTH-22222A] Mohon jawaban paling lambat Selasa, 24 November 2026"
    assert "Batas waktu: Selasa, 24 November 2026" in letter.text
    assert "mohon dijawab paling lambat Selasa 24 Nov 2026" in render.text_message("to-answer", "id", said)


def test_an_answer_that_comes_back_is_asked_for_in_other_words() -> None:
    about = matter("to-answer")
    assert about.complaint.step
    again = about.complaint.step.model_copy(update={"visit": 2})
    about = Matter(**{**vars(about), "complaint": about.complaint.model_copy(update={"step": again})})
    text = render.letter("to-answer", "id", contents.known(about, addressee("to-answer", "id"), LINK)).text
    assert "kembali kepada Anda" in text


def test_a_confidential_complaints_sms_is_the_glossarys_line() -> None:
    about = matter("to-answer", confidential=True)
    said = contents.known(about, addressee("to-answer", "id"), LINK)
    assert render.text_message(CONFIDENTIAL_OFFICER, "id", said) == (
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
    about = matter("received")
    about = Matter(**{**vars(about), "region": about.region.model_copy(update={"name": name})})
    assert contents.known(about, addressee("received", "id"), LINK)["region_short"] == short


def test_a_mail_carries_the_headers_of_an_automatic_message_in_the_complaints_thread() -> None:
    mail = mime("to-answer")
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
    threads = {(m["References"], m["In-Reply-To"]) for m in (mime("to-answer"), mime("answered", "en"))}
    assert threads == {("<CTH-22222A@contoh.go.id>", "<CTH-22222A@contoh.go.id>")}


def test_a_name_with_line_ends_cannot_add_a_header() -> None:
    letter = render.Letter("Halo\r\nBcc: semua@contoh.go.id", "teks", "<p>teks</p>")
    built = build(
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
    letter = render.Letter("s", "t", "h")
    at = datetime.fromisoformat("2026-11-23T03:00:00+00:00")
    with pytest.raises(MessageRefused):
        build(letter, ticket="CTH-22222A", sender="t@contoh.go.id", sender_name="K", to=to, at=at)
