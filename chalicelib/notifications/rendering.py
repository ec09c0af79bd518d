"""From a template and what is known to the words people read.

One file per template and language, with blocks: ``subject``, ``body`` (paragraphs, an empty line between),
``button``, ``sms`` (what must be said on one line; a line before it is a lead that may be shortened or left
out; the link follows by itself, and a last sentence that ends in a colon leads to it) and, in citizens'
messages, ``status``. Whatever a template does not say for itself is in ``_common``: there are also words that
others use as ``where`` (one reads and writes) and ``handler`` (whoever answers), and ``ask``, what is said to
a reporter who has no page to be linked to. The text and the HTML mail are laid out from the same blocks, so
that both say the same; templates write plain text, and only the layout makes HTML of it, escaping everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from chalicelib.i18n.dates import Language
from chalicelib.notifications.channels import sms

TEMPLATES = Path(__file__).parent / "templates"

Known = Mapping[str, str | int | bool | None]
"""What a template may use, by name: see :func:`chalicelib.notify.contents.known`."""


@dataclass(frozen=True)
class Letter:
    """An e-mail's words."""

    subject: str
    text: str
    html: str


def letter(template: str, language: Language, known: Known) -> Letter:
    """The e-mail; ``jinja2.UndefinedError`` where the template asks for something that is not known."""
    known = _with_phrases(template, language, known)

    def say(block: str) -> str:
        return _block(template, language, block, known)

    facts = [line.split(": ", 1) for line in _lines(say("facts"))]
    said = f"{say('opening')}\n\n{say('body')}"
    paragraphs = [" ".join(part.split()) for part in said.split("\n\n") if part.strip()]
    link = known["link"]
    if link is None:
        paragraphs.append(say("ask"))
    footer = _lines(say("footer"))
    text = "\n\n".join(
        [
            say("salutation"),
            *paragraphs,
            *(["\n".join(f"{label}: {value}" for label, value in facts)] if facts else []),
            *([f"{say('button')}:\n{link}"] if link else []),
            "-- \n" + "\n".join(footer),
        ]
    )
    html = (
        _environment()
        .get_template("layout.html")
        .render(
            language=language,
            region=known["region"],
            salutation=say("salutation"),
            paragraphs=paragraphs,
            facts=facts,
            button=say("button"),
            link=link,
            copy=say("copy"),
            footer=footer,
        )
    )
    prefix = say("prefix")
    return Letter(f"{prefix} {say('subject')}".strip(), text + "\n", html)


def text_message(template: str, language: Language, known: Known) -> str:
    """The SMS: one GSM-7 segment with the whole link, or how to ask where there is none."""
    known = _with_phrases(template, language, known)
    *lead, core = _lines(_block(template, language, "sms", known))
    link = known["link"]
    if link is None:
        core = f"{_without_pointer(core)} {_block(template, language, 'ask_sms', known)}"
    return sms.compose(" ".join(lead), core, str(link or ""))


def _without_pointer(core: str) -> str:
    if not core.endswith(":"):
        return core
    said, ends, _ = core.rpartition(". ")
    return f"{said}." if ends else f"{core[:-1]}."


def _with_phrases(template: str, language: Language, known: Known) -> Known:
    for name in ("where", "handler", "status"):
        known = {**known, name: _block(template, language, name, known)}
    return known


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _block(template: str, language: Language, block: str, known: Known) -> str:
    found = _template(language, template)
    if block not in found.blocks:
        found = _template(language, "_common")
    context = found.new_context(dict(known))
    return "".join(found.blocks[block](context)).strip()


def _template(language: Language, name: str) -> Template:
    return _environment().get_template(f"{language}/{name}.j2")


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
