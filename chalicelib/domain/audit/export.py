"""One complaint as a file that can be checked without us: what ``python -m chalicelib verify`` reads.

Nothing in it has to be believed: every field follows from the events, is covered by their hashes, or has a
hash of its own. So no field has a default, and there is none for when it was made or for whom.
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
"""The fields of events that may be withheld: who an anonymous reporter is, and others' tickets."""


class ProcedureFile(Value):
    """The procedure the complaint goes by: its file's text, and the SHA-256 of that."""

    id: str
    version: str
    sha256: str
    text: str


class CalendarRules(Value):
    """What a region says of its calendar beyond the national holidays: all that its version is made of."""

    zone: str
    closing_days: dict[date, str]
    extra_working_days: tuple[date, ...]
    office_hours: OfficeHours | None

    @classmethod
    def of(cls, region: Region, hours: OfficeHours | None) -> "CalendarRules":
        """The rules of a region, with an agency's own office hours where it has any."""
        return cls(
            zone=region.zone,
            closing_days=region.closing_days,
            extra_working_days=tuple(sorted(region.extra_working_days)),
            office_hours=hours or region.office_hours,
        )

    @property
    def calendar(self) -> Calendar:
        """The calendar with these rules."""
        return Calendar(self.zone, self.closing_days, frozenset(self.extra_working_days), self.office_hours)


class Export(Value):
    """A complaint with all its events.

    ``complaint`` is the snapshot without what is as by default, ``events`` each as it was stored. A field of
    an event that this reader may not see is ``MASKED``, and ``withheld`` names it under the event's number:
    then its hash shows no more than its place in the chain. ``words`` are those the reader wrote or got,
    with the salts by which the events' references to them can be computed. ``calendars`` are those still
    known, by version. ``proof`` is of the latest digest that covers the complaint.
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
    """The snapshot as exports have it: without what is as by default, so that growth changes no old one."""
    return complaint.model_dump(mode="json", exclude_defaults=True)


def withhold(body: dict[str, Any], secrets: frozenset[str]) -> dict[str, Any]:
    """An event's JSON with the fields masked that may be withheld and are one of the secrets."""
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
    """The JSON with every string masked that is one of the secrets."""
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
    """The fields of an event's JSON that are masked, sorted: ``actor.id``, ``fact.children``."""
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
