"""Texts are stored without invisible characters."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from chalicelib.domain.complaint.fields import NewPlace
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.sanitize import clean_line, clean_text
from chalicelib.domain.values.sealed_text import LONGEST_TEXT
from chalicelib.services.complaints.assisted_filing import OnBehalf
from chalicelib.services.complaints.sealed_text import seal
from tests.decisions import decision
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN
from tests.world import DRAFT, citizen, decide, recorded

HOSTILE = "Lubang\r\nBcc: x@example.com\x00\x07\u202e besar\u2028\ud800\ufeff"
LINES = "Lubang\nBcc: x@example.com besar\n"
LINE = "Lubang Bcc: x@example.com besar"


def test_lines_stay_and_what_nobody_sees_goes():
    assert (clean_text(HOSTILE), clean_line(HOSTILE)) == (LINES, LINE)


@pytest.mark.parametrize("said", ["Jalan\tRaya", "naïve – “kutip” 😀", "\u0915\u094d\u200d\u0937"])
def test_what_people_type_stays(said):
    assert clean_text(said) == said


def test_words_are_sealed_plain_and_a_title_on_one_line():
    assert seal("narrative", HOSTILE).text == LINES.strip()
    assert seal("title", HOSTILE).text == LINE
    with pytest.raises(Refusal, match="text_empty"):
        seal("title", "\x00\u202e\ufeff")


def test_every_text_that_is_kept_outside_the_words_is_plain_too():
    request = decision("hand_over", body=HOSTILE, address=HOSTILE, reason=HOSTILE)
    assert (request.body, request.address) == (LINE, LINE)
    assert NewPlace(address=HOSTILE).address == LINE
    assert OnBehalf(name=HOSTILE, address=HOSTILE, relation=HOSTILE).name == LINE


def test_a_text_of_many_lines_is_measured_as_the_browser_counts_it():
    assert len(decision("reply", text="a\r\n" * (LONGEST_TEXT // 2)).text) < LONGEST_TEXT
    with pytest.raises(ValidationError):
        decision("reply", text="a" * (LONGEST_TEXT + 1))


def test_nothing_hostile_reaches_a_mail_or_the_page():
    world = FakeWorld()
    ticket = recorded(world, replace(DRAFT, title=HOSTILE, narrative=HOSTILE)).ticket
    decide(world, ticket, ADMIN, "hand_over", body=HOSTILE, address=HOSTILE, reason=HOSTILE)
    for event in world.complaints.list_events(ticket):
        world.app.notifier.notify(ticket, event.seq)
    view = world.app.reader.read(ticket, citizen())
    assert (view.title, view.handover.body) == (LINE, LINE)
    mails = b"".join(part for sent in world.mailer.sent for part in sent if isinstance(part, bytes))
    assert mails
    assert b"\x00" not in mails
    assert b"\nBcc:" not in mails.partition(b"\r\n\r\n")[0]
