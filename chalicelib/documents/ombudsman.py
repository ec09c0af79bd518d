"""The bundle for the Ombudsman: a ZIP with ``berkas.html`` for people and ``berkas.json`` for machines.

Both have the same content, and need no other file. The same dossier makes the same bytes.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.domain.procedure.model import Text
from chalicelib.domain.time.deadlines import DerivationDay
from chalicelib.i18n.catalog import get_text, has_text
from chalicelib.i18n.dates import Language, format_date, format_deadline, format_time
from chalicelib.services.records.dossier import DeadlineHistory, Dossier, Requirement
from chalicelib.services.views.labels import format_derivation_day, format_moment, format_state
from chalicelib.services.views.models import TimelineEntry

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

PAGE = "berkas.html"
DATA = "berkas.json"

_TEMPLATES = Path(__file__).parent / "templates"
_FORMAT = "tuntas-ombudsman"
_FORMAT_VERSION = 1
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the ZIP: the earliest that the format has."""
_PAGE_FIELDS = {"acts", "tag", "forward_note", "children", "reporter_name"}
"""The fields of a view for its page alone; the reporter has a place of their own."""


@dataclass(frozen=True)
class _BundleFormatter:
    """The formatter of one language and the complaint's time zone. Templates call it ``show``."""

    language: Language
    zone: str

    def get_words(self, both: Text) -> str:
        return both.get_words(self.language)

    def format_time(self, instant: datetime) -> str:
        return format_time(instant, ZoneInfo(self.zone), self.language)

    def format_deadline(self, due_at: datetime) -> str:
        return format_deadline(due_at, ZoneInfo(self.zone), self.language)

    def format_date(self, day: date) -> str:
        return format_date(day, self.language)

    def format_derivation_day(self, day: DerivationDay) -> str:
        return format_derivation_day(day, self.language)

    def format_moment(self, moment: TimelineEntry) -> str:
        return format_moment(moment, self.language)

    def name_clock(self, history: DeadlineHistory) -> str:
        if history.kind:
            kind = get_text(self.language, f"bundle.steps.{history.kind}")
            return f"{kind} ({self.get_words(history.does)})" if history.does else kind
        for key in (f"clocks.{history.name}", f"bundle.clocks.{history.name}"):
            if has_text(key):
                return get_text(self.language, key)
        return get_text(self.language, "clocks.other")

    def explain_requirement(self, requirement: Requirement) -> str:
        """Return the bundle's sentence about a requirement."""
        own = f"bundle.requirements.{requirement.key}_{requirement.status}"
        key = own if has_text(own) else f"bundle.statuses.{requirement.status}"
        return get_text(self.language, key, at=self.format_time(requirement.at) if requirement.at else "")


def render_excerpt(dossier: Dossier, language: Language) -> "Markup":
    """Return the document's content as HTML, for a page that has its own heading."""
    from markupsafe import Markup

    # Our own template escapes all values.
    return Markup(_render("_bundle.html", dossier, language))  # noqa: S704


def create_archive(dossier: Dossier) -> bytes:
    """Return the ZIP, in Indonesian for the Ombudsman."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        for name, content in ((PAGE, _render("bundle.html", dossier, "id")), (DATA, _render_data(dossier))):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, content)
    return packed.getvalue()


def _render(template: str, dossier: Dossier, language: Language) -> str:
    return (
        _load_environment()
        .get_template(template)
        .render(
            d=dossier,
            view=dossier.view,
            t=partial(get_text, language),
            show=_BundleFormatter(language, dossier.view.zone),
            state=format_state(dossier.view, language),
            data_name=DATA,
            masked=_is_masked(dossier),
            language=language,
        )
    )


def _render_data(dossier: Dossier) -> str:
    content: dict[str, Any] = {
        "format": _FORMAT,
        "version": _FORMAT_VERSION,
        "as_of": dossier.as_of.isoformat(),
        "notes": {
            language: [get_text(language, f"bundle.notes.{note}") for note in _list_notes(dossier)]
            for language in ("id", "en")
        },
        "reporter": dossier.reporter.model_dump(mode="json") if dossier.reporter else None,
        "complaint": dossier.view.model_dump(mode="json", exclude=_PAGE_FIELDS),
        **dossier.model_dump(
            mode="json", include={"requirements", "deadlines", "evidence", "words", "events"}
        ),
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)


def _list_notes(dossier: Dossier) -> list[str]:
    return ["files", "chain", "words", *(["masked"] if _is_masked(dossier) else [])]


def _is_masked(dossier: Dossier) -> bool:
    return any(event.masked for event in dossier.events) or any(text.salt is None for text in dossier.words)


@cache
def _load_environment() -> "Environment":
    # Jinja is slow to import, and few invocations make a document.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
