"""Remove invisible characters from text that people enter.

A NUL breaks XML and spreadsheets, a bidirectional override shows a file name or a name backwards, and half a
surrogate pair cannot be stored at all. Nobody types them on purpose.
"""

import re

from pydantic import BeforeValidator

_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean_text(text: str) -> str:
    """Return the text with ``\\n`` for every line end, and without invisible characters."""
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))


def clean_line(text: str) -> str:
    """Return the text on one line: as ``clean_text`` does, with every run of white space as one space."""
    return " ".join(clean_text(text).split())


def _clean_line_field(value: object) -> object:
    return clean_line(value) if isinstance(value, str) else value


def _clean_text_field(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value


OneLine = BeforeValidator(_clean_line_field)
"""A validator for fields of one line: it cleans the text before its length is checked."""
Lines = BeforeValidator(_clean_text_field)
"""The same for fields of several lines: browsers send a line end as two characters and count it as one."""
