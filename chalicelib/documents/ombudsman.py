"""The bundle for the Ombudsman: a ZIP with ``berkas.html`` for people and ``berkas.json`` for machines.

Both say the same, and need nothing from anywhere else. The same dossier makes the same bytes.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.domain.procedure.model import Text
from chalicelib.domain.time.deadlines import DerivationDay
from chalicelib.i18n.catalog import get_text, has_text
from chalicelib.i18n.dates import Language, format_date, format_deadline, format_time
from chalicelib.services.records.dossier import DeadlineHistory, Dossier, Requirement
from chalicelib.services.views.labels import format_derivation_day, format_moment, format_state
from chalicelib.services.views.models import Moment

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

PAGE = "berkas.html"
DATA = "berkas.json"

_TEMPLATES = Path(__file__).parent / "templates"
_FORMAT = "tuntas-ombudsman"
_FORMAT_VERSION = 1
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a ZIP of ours: the earliest it can say."""
_NOT_TOLD = {"acts", "tag", "forward_note", "children", "reporter_name"}
"""What a view has for its page alone; the reporter stands apart."""


@dataclass(frozen=True)
class _Speaking:
    """Puts a dossier's facts into the words of one language and the complaint's zone."""

    language: Language
    zone: str

    def words(self, both: Text) -> str:
        return both.get_words(self.language)

    def time(self, instant: datetime) -> str:
        return format_time(instant, ZoneInfo(self.zone), self.language)

    def deadline(self, due_at: datetime) -> str:
        return format_deadline(due_at, ZoneInfo(self.zone), self.language)

    def calendar_day(self, day: date) -> str:
        return format_date(day, self.language)

    def day(self, day: DerivationDay) -> str:
        return format_derivation_day(day, self.language)

    def moment(self, moment: Moment) -> str:
        return format_moment(moment, self.language)

    def clock(self, story: DeadlineHistory) -> str:
        if story.kind:
            kind = get_text(self.language, f"bundle.steps.{story.kind}")
            return f"{kind} ({self.words(story.does)})" if story.does else kind
        key = f"clocks.{story.name}"
        known = key if has_text(key) else f"bundle.clocks.{story.name}"
        return get_text(self.language, known if has_text(known) else "clocks.other")

    def requirement(self, one: Requirement) -> str:
        """What the bundle says to a requirement."""
        own = f"bundle.requirements.{one.key}_{one.status}"
        key = own if has_text(own) else f"bundle.statuses.{one.status}"
        return get_text(self.language, key, at=self.time(one.at) if one.at else "")


def render_excerpt(dossier: Dossier, language: Language) -> "Markup":
    """The document's content as HTML, to stand in a page below its heading."""
    from markupsafe import Markup

    # Our own template, which escapes whatever somebody wrote.
    return Markup(_render("_bundle.html", dossier, language))  # noqa: S704


def create_archive(dossier: Dossier) -> bytes:
    """The ZIP. Indonesian, for the Ombudsman reads it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        for name, content in ((PAGE, _render("bundle.html", dossier, "id")), (DATA, _data(dossier))):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, content)
    return packed.getvalue()


def _render(template: str, dossier: Dossier, language: Language) -> str:
    def say(key: str, /, **blanks: object) -> str:
        return get_text(language, key, **blanks)

    speaking = _Speaking(language, dossier.view.zone)
    state = format_state(dossier.view, language)
    given = {"d": dossier, "view": dossier.view, "t": say, "show": speaking, "state": state}
    given |= {"data_name": DATA, "masked": _is_masked(dossier)}
    return _environment().get_template(template).render(language=language, **given)


def _data(dossier: Dossier) -> str:
    content: dict[str, Any] = {
        "format": _FORMAT,
        "version": _FORMAT_VERSION,
        "as_of": dossier.as_of.isoformat(),
        "notes": {
            language: [get_text(language, f"bundle.notes.{note}") for note in _notes(dossier)]
            for language in ("id", "en")
        },
        "reporter": dossier.reporter.model_dump(mode="json") if dossier.reporter else None,
        "complaint": dossier.view.model_dump(mode="json", exclude=_NOT_TOLD),
        **dossier.model_dump(
            mode="json", include={"requirements", "deadlines", "evidence", "words", "events"}
        ),
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)


def _notes(dossier: Dossier) -> list[str]:
    return ["files", "chain", "words", *(["masked"] if _is_masked(dossier) else [])]


def _is_masked(dossier: Dossier) -> bool:
    return any(one.masked for one in dossier.events) or any(one.salt is None for one in dossier.words)


@cache
def _environment() -> "Environment":
    # Jinja is slow to import, and few invocations make a paper.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
