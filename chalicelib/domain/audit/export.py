"""The export of one complaint, a file that ``python -m chalicelib verify`` checks without the system.

Nothing in it has to be trusted: every field follows from the events, is covered by their hashes, or has its
own hash. So no field has a default, and no field says when or for whom the export was made.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from chalicelib.domain.audit.digest import Proof
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.time.hours import OfficeHours
from chalicelib.domain.values.masking import MASKED
from chalicelib.domain.values.sealed_text import SealedText
from chalicelib.domain.values.value import Value

FORMAT: Literal["tuntas-export/1"] = "tuntas-export/1"

WITHHELD = frozenset(
    {
        "actor.id",
        "fact.child",
        "fact.children",
        "fact.origin",
        "fact.parent",
        "fact.reporter",
        "fact.ticket",
    }
)
"""The fields of events that may be withheld: the ids of an anonymous reporter, and others' tickets."""


class ProcedureFile(Value):
    """The procedure of the complaint: the text of its file, and the SHA-256 of that text."""

    id: str
    version: str
    sha256: str
    text: str


class CalendarRules(Value):
    """A region's own calendar rules, without the national holidays: all that its version depends on."""

    zone: str
    closing_days: dict[date, str]
    extra_working_days: tuple[date, ...]
    office_hours: OfficeHours | None

    @classmethod
    def of(cls, region: Region, hours: OfficeHours | None) -> "CalendarRules":
        """Return the rules of a region, with an agency's own office hours where it has any."""
        return cls(
            zone=region.zone,
            closing_days=region.closing_days,
            extra_working_days=tuple(sorted(region.extra_working_days)),
            office_hours=hours or region.office_hours,
        )

    @property
    def calendar(self) -> Calendar:
        """Return the calendar with these rules."""
        return Calendar(self.zone, self.closing_days, frozenset(self.extra_working_days), self.office_hours)


class Export(Value):
    """A complaint with all its events.

    ``complaint`` is the snapshot without default values, ``events`` has each event as it was stored. A field
    of an event that this reader may not see is ``MASKED``, and ``withheld`` names it under the event's seq:
    the hash of such an event only shows its place in the chain. ``words`` are the texts that the reader wrote
    or received, with the salts from which the events' references to them can be computed. ``calendars`` are
    those still available, by version. ``proof`` is for the latest digest that covers the complaint.
    """

    format: Literal["tuntas-export/1"]
    ticket: str
    procedure: ProcedureFile
    calendars: dict[str, CalendarRules]
    complaint: dict[str, Any]
    events: tuple[dict[str, Any], ...]
    withheld: dict[int, tuple[str, ...]]
    words: tuple[SealedText, ...]
    proof: Proof | None


def dump_snapshot(complaint: Complaint) -> dict[str, Any]:
    """Return the snapshot without default values, so that new fields do not change old exports."""
    return complaint.model_dump(mode="json", exclude_defaults=True)


def withhold(body: dict[str, Any], secrets: frozenset[str]) -> dict[str, Any]:
    """Return an event's JSON with every field masked that may be withheld and is one of the secrets."""
    return {
        part: {
            name: mask_secrets(value, secrets) if f"{part}.{name}" in WITHHELD else value
            for name, value in inner.items()
        }
        if isinstance(inner, dict)
        else inner
        for part, inner in body.items()
    }


def mask_secrets(tree: Any, secrets: frozenset[str]) -> Any:
    """Return the JSON with every string masked that is one of the secrets."""
    match tree:
        case str():
            return MASKED if tree in secrets else tree
        case dict():
            return {name: mask_secrets(value, secrets) for name, value in tree.items()}
        case list():
            return [mask_secrets(value, secrets) for value in tree]
        case _:
            return tree


def list_masked_fields(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the masked fields of an event's JSON, sorted: ``actor.id``, ``fact.children``."""
    return tuple(
        sorted(
            f"{part}.{name}"
            for part in ("actor", "fact")
            for name, value in body[part].items()
            if _has_mask(value)
        )
    )


def _has_mask(tree: Any) -> bool:
    match tree:
        case dict():
            return any(_has_mask(value) for value in tree.values())
        case list():
            return any(_has_mask(value) for value in tree)
        case _:
            return bool(tree == MASKED)
