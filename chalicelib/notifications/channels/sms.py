"""One SMS is one segment: 160 septets of the GSM 7-bit alphabet (3GPP TS 23.038).

A single character outside the alphabet would turn the whole message into UCS-2, 70 characters a segment, and
SMS is by far the dearest part of a complaint.
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


def septets(text: str) -> int:
    """How many septets the text takes; ValueError where it has a character outside the alphabet."""
    total = 0
    for character in text:
        if character not in _BASIC and character not in _EXTENSION:
            raise ValueError(f"U+{ord(character):04X} is not in the GSM 7-bit alphabet")
        total += 2 if character in _EXTENSION else 1
    return total


def transliterate(text: str) -> str:
    """The nearest text in the GSM 7-bit alphabet, on one line; what has no near character is left out."""
    letters: list[str] = []
    for character in text.translate(_REPLACED):
        plain = character if _known(character) else unicodedata.normalize("NFKD", character)
        letters.extend(letter for letter in plain if _known(letter))
    return " ".join("".join(" " if letter in "\n\r\f" else letter for letter in letters).split())


def compose(lead: str, core: str, link: str) -> str:
    """One segment of ``lead core link``; the link may be empty.

    The link is never touched. What does not fit goes in this order: words off the end of the lead, the whole
    lead, words off the end of the core. Raises ValueError for a link that cannot stand in an SMS by itself.
    """
    room = SEGMENT - septets(link) - 1
    if room < 0:
        raise ValueError("the link alone is longer than one SMS")
    lead, core = transliterate(lead), transliterate(core)
    mark = lead[-1:] if lead[-1:] in (":", ",") else ""
    left = _shortened(lead.removesuffix(mark), room - septets(core) - septets(mark) - 1, fewest=2)
    if left:
        return f"{left}{mark} {core} {link}".strip()
    # Transliterated again: the alphabet has some small letters (ò) without their capitals.
    words = _shortened(transliterate(core[:1].upper() + core[1:]), room)
    return f"{words} {link}".strip()


def _known(character: str) -> bool:
    return character in _BASIC or character in _EXTENSION


def _shortened(text: str, room: int, fewest: int = 1) -> str:
    """The text within ``room`` septets, cut between words; empty where under ``fewest`` would be left."""
    if septets(text) <= room:
        return text
    words = text.split()
    while words and septets(" ".join(words) + _CUT) > room:
        words.pop()
    return " ".join(words) + _CUT if len(words) >= fewest else ""
