"""An SMS is one segment with any names in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.notifications.channels.gsm7 import SEGMENT, compose_segment, count_septets, transliterate

LINK = "https://lapor.contoh.go.id/t/" + "Q" * 31


def test_the_link_of_these_tests_is_sixty_characters_long() -> None:
    assert len(LINK) == 60


def test_a_character_of_the_extension_counts_twice() -> None:
    assert count_septets("a€") == 3
    assert count_septets("{}[]~^|\\") == 16


def test_a_character_outside_the_alphabet_is_refused_not_sent_at_double_price() -> None:
    with pytest.raises(ValueError, match="U\\+201C"):
        count_septets("“")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("“Pasar” – ‘Jumat’ …", "\"Pasar\" - 'Jumat' ..."),
        ("Jalan\u00a0Raya\u2011Baru", "Jalan Raya-Baru"),
        ("Kâbupaten Çianjur", "Kabupaten Çianjur"),
        ("selesai 🎉 sekarang", "selesai sekarang"),
        ("dua\r\nbaris", "dua baris"),
    ],
)
def test_typographic_signs_become_plain_ones(written: str, sent: str) -> None:
    assert transliterate(written) == sent


def test_everything_is_kept_where_there_is_room() -> None:
    assert (
        compose_segment("Pemkab Contoh:", "laporan baru.", "http://a.id/1")
        == "Pemkab Contoh: laporan baru. http://a.id/1"
    )


def test_a_long_lead_is_cut_between_words_and_keeps_its_mark() -> None:
    lead = "Yth. Pejabat Penghubung Dinas Pekerjaan Umum dan Tata Ruang serta Permukiman,"
    core = "laporan CRB-7K3M9X mohon dijawab paling lambat Rabu 25 Nov 2026. Buka:"
    text = compose_segment(lead, core, LINK)
    assert text == f"Yth. Pejabat Penghubung..., {core} {LINK}"


def test_a_lead_of_which_nothing_useful_would_be_left_goes_and_the_sentence_begins_without_it() -> None:
    core = "laporan CRB-7K3M9X terlambat, batas waktu Rabu 25 Nov 2026 pukul 14.00 WITA. Mohon ditangani:"
    assert compose_segment("Pemerintah Kabupaten Contoh:", core, LINK) == f"L{core[1:]} {LINK}"


def test_the_core_is_cut_last_and_the_link_never() -> None:
    text = compose_segment("Pemkab Contoh:", "kata " * 60, LINK)
    assert count_septets(text) <= SEGMENT
    assert text.startswith("Kata kata")
    assert text.endswith(f"... {LINK}")


def test_a_first_letter_without_a_capital_in_the_alphabet_gets_a_plain_one() -> None:
    assert compose_segment("", "òmbudsman:", LINK) == f"Ombudsman: {LINK}"


def test_a_link_that_does_not_fit_one_sms_is_an_error() -> None:
    with pytest.raises(ValueError, match="longer than one SMS"):
        compose_segment("", "", "https://contoh.go.id/" + "x" * 150)


@given(lead=st.text(max_size=120), core=st.text(max_size=250), rest=st.text(alphabet="aZ09_-~", max_size=60))
def test_any_words_make_one_segment_with_the_whole_link(lead: str, core: str, rest: str) -> None:
    link = f"https://contoh.go.id/{rest}"
    text = compose_segment(lead, core, link)
    assert count_septets(text) <= SEGMENT
    assert text.endswith(link)
    assert compose_segment(lead, core, link) == text
