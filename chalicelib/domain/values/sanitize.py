"""Text as people see it: without the characters that only machines do.

A NUL breaks XML and spreadsheets, a bidirectional override shows a file or a name backwards, half a surrogate
pair cannot be stored at all. None of them is anybody's word.
"""

import re

from pydantic import BeforeValidator

_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def plain(text: str) -> str:
    """The text with ``\\n`` for every line end, and without characters that nobody sees."""
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))


def on_one_line(text: str) -> str:
    """The same with every run of white space as one space."""
    return " ".join(plain(text).split())


def _line(given: object) -> object:
    return on_one_line(given) if isinstance(given, str) else given


def _lines(given: object) -> object:
    return plain(given) if isinstance(given, str) else given


OneLine = BeforeValidator(_line)
"""What a field of one line is given is brought ``on_one_line`` before it is measured."""
Lines = BeforeValidator(_lines)
"""The same with its lines kept: browsers send each line end as two characters, and count it as one."""
