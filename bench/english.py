"""Judge whether names and docstrings begin with a verb, with the word lists of english.toml."""

import re
import tomllib
from pathlib import Path

WORDS: dict[str, str] = tomllib.loads(Path(__file__).with_name("english.toml").read_text("utf-8"))

VERBS = frozenset(WORDS["verbs"].split())

NOUNS_TOO = frozenset(WORDS["nouns_too"].split())
"""Verbs that are nouns as well: what follows decides."""

AFTER_A_NOUN = frozenset(WORDS["after_a_noun"].split())
"""After one of these the word before was a noun: "Count of days", "Record that was paused"."""

PARTICIPLES = frozenset(WORDS["participles"].split())
NOT_PARTICIPLES = frozenset(WORDS["not_participles"].split())

Word = re.compile(r"[A-Za-z]+(?:[-'’][A-Za-z]+)*")


def first_word(name: str) -> str:
    """Return the first word of an identifier: `send` of `_send_mail`."""
    return name.strip("_").split("_")[0].lower()


def is_verb(word: str) -> bool:
    return word.lower() in VERBS


def is_participle(word: str) -> bool:
    """Tell whether a word is a past participle; `read` and `set`, which may be either form, are not."""
    word = word.lower()
    return word in PARTICIPLES or (word.endswith("ed") and len(word) > 3 and word not in NOT_PARTICIPLES)


def begins_with_verb(docstring: str) -> bool:
    """Tell whether a docstring begins with a verb in the imperative ("Return the…")."""
    words = Word.findall(docstring.strip().lower())
    if not words or not is_verb(words[0]):
        return False
    return not (len(words) > 1 and words[0] in NOUNS_TOO and words[1] in AFTER_A_NOUN)


def count_words(docstring: str) -> int:
    return len(docstring.split())
