"""The texts that people read: one TOML file for each language, with the same keys in each."""

import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from chalicelib.i18n.dates import Language

LANGUAGES: tuple[Language, ...] = ("id", "en")
"""Indonesian comes first: it is the language of everybody who has not chosen one."""

_FOLDER = Path(__file__).parent


def get_text(language: Language, key: str, /, **values: object) -> str:
    """Return the text of a dotted key ("refusals.key_reused.title") with its ``{placeholders}`` filled.

    Raises ``KeyError`` for an unknown key and for a placeholder without a value.
    """
    text = get_texts(language)[key]
    return text.format(**values) if "{" in text else text


def has_text(key: str) -> bool:
    return key in get_texts(LANGUAGES[0])


@cache
def get_texts(language: Language) -> MappingProxyType[str, str]:
    """Return every text of a language by its dotted key."""
    tree = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return MappingProxyType(dict(_collect_texts(tree, "")))


def _collect_texts(tree: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    texts: list[tuple[str, str]] = []
    for name, value in tree.items():
        key = f"{prefix}{name}"
        texts += _collect_texts(value, f"{key}.") if isinstance(value, dict) else [(key, value)]
    return texts
