"""Render templates: from a template and its context to the words people read.

One file per template and language, with blocks: ``subject``, ``body`` (paragraphs, an empty line between),
``button``, ``sms`` and, in citizens' messages, ``status``. The last line of ``sms`` is what must be said; a
line before it is a lead that may be shortened or left out. The link follows by itself, and a last sentence
that ends in a colon leads to it. The blocks that a template does not have come from ``_common``. There are
also phrases that other blocks use: ``where`` (where to read and write), ``handler`` (the agency that answers)
and ``ask`` (for a reporter who has no page to be linked to). The text and the HTML mail are laid out from the
same blocks, so that both say the same. Templates write plain text; only the layout makes HTML of it, and
escapes everything.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from chalicelib.i18n.dates import Language
from chalicelib.notifications.channels.channel import Letter, RenderedMessage, SmsParts
from chalicelib.notifications.channels.email import to_one_line

TEMPLATES = Path(__file__).parent / "templates"

TemplateContext = Mapping[str, str | int | bool | None]
"""The values that a template may use, by name: see :func:`content.build_template_context`."""


def render_message(template: str, language: Language, context: TemplateContext) -> RenderedMessage:
    """Render a message. Raise ``jinja2.UndefinedError`` for a name that the context does not have."""
    context = _add_phrases(template, language, context)
    return RenderedMessage(
        _render_letter(template, language, context), _render_sms(template, language, context)
    )


def _render_letter(template: str, language: Language, context: TemplateContext) -> Letter:
    def render(block: str) -> str:
        return _render_block(template, language, block, context)

    details = [
        (label, value) for label, _, value in (line.partition(": ") for line in _split(render("facts")))
    ]
    paragraphs = _split_paragraphs(f"{render('opening')}\n\n{render('body')}")
    link = context["link"]
    if link is None:
        paragraphs.append(render("ask"))
    footer = _split(render("footer"))
    text = _lay_out_text(
        [render("salutation"), *paragraphs], details, f"{render('button')}:\n{link}" if link else None, footer
    )
    html = (
        _get_environment()
        .get_template("layout.html")
        .render(
            language=language,
            region=context["region"],
            salutation=render("salutation"),
            paragraphs=paragraphs,
            facts=details,
            button=render("button"),
            link=link,
            copy=render("copy"),
            footer=footer,
        )
    )
    return Letter(f"{render('prefix')} {render('subject')}".strip(), text, html)


def _render_sms(template: str, language: Language, context: TemplateContext) -> SmsParts:
    """Render the SMS: with the link, or with how to ask where there is no link."""
    *lead, core = _split(_render_block(template, language, "sms", context))
    link = context["link"]
    if link is None:
        core = f"{_remove_pointer(core)} {_render_block(template, language, 'ask_sms', context)}"
    return SmsParts(" ".join(lead), core, str(link or ""))


def _lay_out_text(
    paragraphs: Sequence[str], details: Sequence[tuple[str, str]], link: str | None, footer: Sequence[str]
) -> str:
    parts = [
        *paragraphs,
        *(["\n".join(f"{label}: {value}" for label, value in details)] if details else []),
        *([link] if link else []),
        "-- \n" + "\n".join(footer),
    ]
    return "\n\n".join(parts) + "\n"


def _remove_pointer(core: str) -> str:
    """Remove the words that lead to a link."""
    if not core.endswith(":"):
        return core
    sentences, stop, _ = core.rpartition(". ")
    return f"{sentences}." if stop else f"{core[:-1]}."


def _add_phrases(template: str, language: Language, context: TemplateContext) -> TemplateContext:
    for name in ("where", "handler", "status"):
        context = {**context, name: _render_block(template, language, name, context)}
    return context


def _split(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _split_paragraphs(text: str) -> list[str]:
    return [to_one_line(paragraph) for paragraph in text.split("\n\n") if paragraph.strip()]


def _render_block(template: str, language: Language, block: str, context: TemplateContext) -> str:
    source = _load_template(language, template)
    if block not in source.blocks:
        source = _load_template(language, "_common")
    return "".join(source.blocks[block](source.new_context(dict(context)))).strip()


def _load_template(language: Language, name: str) -> Template:
    return _get_environment().get_template(f"{language}/{name}.j2")


@lru_cache
def _get_environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
