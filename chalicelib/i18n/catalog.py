"""Every sentence people read, by language and key; one TOML file a language, with the same keys."""

import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from chalicelib.i18n.dates import Language

LANGUAGES: tuple[Language, ...] = ("id", "en")
"""Indonesian is the language of everybody who has not chosen."""

_FOLDER = Path(__file__).parent


def text(language: Language, key: str, /, **blanks: object) -> str:
    """The sentence of a dotted key ("refusals.key_reused.title") with its ``{blanks}`` filled.

    Raises ``KeyError`` for a key that is not in the catalogue, and for a blank that was not given.
    """
    sentence = sentences(language)[key]
    return sentence.format(**blanks) if "{" in sentence else sentence


def has(key: str) -> bool:
    """Whether the catalogue has a sentence of that key."""
    return key in sentences(LANGUAGES[0])


@cache
def sentences(language: Language) -> MappingProxyType[str, str]:
    """Every sentence of a language by its dotted key."""
    tree = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return MappingProxyType(dict(_flat(tree, "")))


def _flat(tree: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in tree.items():
        key = f"{prefix}{name}"
        found += _flat(value, f"{key}.") if isinstance(value, dict) else [(key, value)]
    return found
