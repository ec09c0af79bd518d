"""One SMS is one segment: 160 septets of the GSM 7-bit alphabet (3GPP TS 23.038).

A single character outside the alphabet would turn the whole message into UCS-2, 70 characters a segment, and
SMS costs by far the most of all that a complaint costs.
"""

import unicodedata

SEGMENT = 160
"""Septets in one segment."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("^{}\\[~]|€\f")
_REPLACED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
        "•": "*",
        "×": "x",
    }
)
_CUT = "..."


def count_septets(text: str) -> int:
    """Count the septets of a text. Raise ValueError for a character outside the alphabet."""
    total = 0
    for character in text:
        if character not in _BASIC and character not in _EXTENSION:
            raise ValueError(f"U+{ord(character):04X} is not in the GSM 7-bit alphabet")
        total += 2 if character in _EXTENSION else 1
    return total


def transliterate(text: str) -> str:
    """Return the nearest text in the GSM 7-bit alphabet, on one line, without what has no near character."""
    letters: list[str] = []
    for character in text.translate(_REPLACED):
        plain = character if _is_in_alphabet(character) else unicodedata.normalize("NFKD", character)
        letters.extend(letter for letter in plain if _is_in_alphabet(letter))
    return " ".join("".join(" " if letter in "\n\r\f" else letter for letter in letters).split())


def compose_segment(lead: str, core: str, link: str) -> str:
    """Return one segment of ``lead core link``; the link may be empty.

    The link is never touched. What does not fit is removed in this order: words off the end of the lead, the
    whole lead, words off the end of the core. Raise ValueError for a link that is longer than one SMS.
    """
    room = SEGMENT - count_septets(link) - 1
    if room < 0:
        raise ValueError("the link alone is longer than one SMS")
    lead, core = transliterate(lead), transliterate(core)
    mark = lead[-1:] if lead[-1:] in (":", ",") else ""
    short_lead = _shorten(
        lead.removesuffix(mark), room - count_septets(core) - count_septets(mark) - 1, fewest=2
    )
    if short_lead:
        return f"{short_lead}{mark} {core} {link}".strip()
    # Transliterated again: the alphabet has some small letters (ò) without their capitals.
    words = _shorten(transliterate(core[:1].upper() + core[1:]), room)
    return f"{words} {link}".strip()


def _is_in_alphabet(character: str) -> bool:
    return character in _BASIC or character in _EXTENSION


def _shorten(text: str, room: int, fewest: int = 1) -> str:
    """Cut the text between words to ``room`` septets; return nothing where under ``fewest`` would be left."""
    if count_septets(text) <= room:
        return text
    words = text.split()
    while words and count_septets(" ".join(words) + _CUT) > room:
        words.pop()
    return " ".join(words) + _CUT if len(words) >= fewest else ""
