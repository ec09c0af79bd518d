"""A government's written procedure (SOP) as data: one TOML file a procedure.

A procedure has *steps*, the stretches in which exactly one owner must act, and *rows*, the lines of
the printed table. A step carries the rows it works off; a row is done when its event happens. What
the source does not say is marked with a ``decision`` beside it, so that nobody takes ours for theirs.
"""

import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from chalicelib.domain.deadlines import StandardTime
from chalicelib.domain.model import Value

SOPS = Path(__file__).parent.parent / "sops"

Language = Literal["id", "en"]


class StepKind(StrEnum):
    """The kinds of routing step; each has a queue of its own."""

    RECORD = "record"
    VERIFY = "verify"
    CONSULT = "consult"
    RESPOND = "respond"
    REVIEW = "review"
    DELIVER = "deliver"
    CONFIRM = "confirm"


class Role(StrEnum):
    """Who can own a step or be told; the procedure gives each its own title."""

    REPORTER = "reporter"
    SYSTEM = "system"
    CENTRAL_ADMIN = "central_admin"
    REGIONAL_ADMIN = "regional_admin"
    COORDINATOR = "coordinator"
    PPID = "ppid"
    INSPECTORATE = "inspectorate"
    LIAISON = "liaison"
    SECRETARIAT = "secretariat"
    HEAD = "head"
    UNIT = "unit"


REGIONAL_ROLES = frozenset({Role.REGIONAL_ADMIN, Role.COORDINATOR, Role.PPID, Role.INSPECTORATE})
"""Roles of a whole region: their officers sit at no agency's desk."""
AGENCY_ROLES = frozenset({Role.LIAISON, Role.SECRETARIAT, Role.HEAD, Role.UNIT})
"""Roles within one agency; a unit's officers sit at their Bidang's or Seksi's desk."""

ACTS: Mapping[StepKind, frozenset[str]] = {
    StepKind.RECORD: frozenset({"record"}),
    StepKind.VERIFY: frozenset({"forward"}),
    StepKind.RESPOND: frozenset({"answer"}),
    StepKind.REVIEW: frozenset({"publish", "send_back"}),
    StepKind.DELIVER: frozenset({"deliver"}),
    StepKind.CONFIRM: frozenset({"satisfied", "not_satisfied", "silence"}),
}
"""The acts by which a step of each kind ends; a procedure names where each one leads.

``consult`` has no acts yet: no procedure that can be run today has such a row.
"""

ENDS = frozenset({"resolved"})
"""The states in which a complaint is finished."""


class Text(Value):
    """The same words in Indonesian and English."""

    id: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def within(self, language: Language) -> str:
        """The words in one language."""
        return self.id if language == "id" else self.en


class Law(Value):
    """A legal basis as printed in the procedure; ``replaced_by`` names what is in force today."""

    text: str
    replaced_by: str | None = None


class Header(Value):
    """The printed head of the procedure. Blank in the source is blank here."""

    government: str
    office: str
    number: str = ""
    made: str = ""
    revised: str = ""
    effective: str = ""
    approved_by: str = ""
    legal_basis: tuple[Law, ...] = Field(min_length=1)
    qualification: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    warning: str = ""
    recording: str = ""


class RoleTitle(Value):
    """What this government calls a role, and which role stands above it when time runs out."""

    title: Text
    superior: Role | None = None
    decision: Text | None = None


class Row(Value):
    """One printed row: its time as printed. ``done_by`` is the event after which the row is worked off."""

    number: int = Field(ge=1)
    actor: Text
    does: Text
    needs: Text | None = None
    standard_time: Text | None = None
    output: Text | None = None
    done_by: str
    decision: Text | None = None


class Rung(Value):
    """A moment on the way to a deadline, and what happens then.

    Exactly one of ``part`` (0..1 of the time gone; 1 is the deadline) and ``further_working_days``
    (after the deadline) says when. ``tell`` are roles, or "owner" and "superior" of the step.
    ``late_level`` marks the complaint late; ``act`` ends the step by itself.
    """

    name: str = Field(pattern=r"^[a-z0-9-]{1,20}$")
    part: float | None = Field(default=None, gt=0, le=1)
    further_working_days: int | None = Field(default=None, ge=1)
    tell: tuple[str, ...] = ()
    template: str | None = None
    sms: bool = False
    late_level: int | None = Field(default=None, ge=1, le=3)
    act: str | None = None


class Ladder(Value):
    """The rungs of a deadline, in order of time."""

    rungs: tuple[Rung, ...] = Field(min_length=1)
    decision: Text | None = None


class Step(Value):
    """A stretch in which one owner must act.

    ``standard_time`` is the owner's time, ``legal_basis`` where it comes from, ``ladder`` what the
    clock does while it runs. A step of the system has a standard time but no ladder: an alarm watches it.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")
    kind: StepKind
    owner: str
    standard_time: StandardTime
    legal_basis: str = Field(min_length=1)
    ladder: str | None = None
    exits: Mapping[str, str]
    rows: tuple[Row, ...] = ()
    decision: Text | None = None


class Filing(Value):
    """What a citizen must give, which step opens then, and the rows that filing works off."""

    requires: tuple[Literal["place", "photo"], ...] = ()
    opens: str
    rows: tuple[Row, ...] = Field(min_length=1)


class Notice(Value):
    """Who is told when an event happens, with which template."""

    when: str
    to: str
    template: str


class Procedure(Value):
    """One procedure, whole. Its file is the only place that knows a government's rules."""

    id: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    version: str = Field(min_length=1)
    title: Text
    header: Header
    roles: Mapping[str, RoleTitle]
    filing: Filing
    steps: tuple[Step, ...] = Field(min_length=1)
    ladders: Mapping[str, Ladder]
    notices: tuple[Notice, ...]

    def step(self, name: str) -> Step:
        """The step of that name; ``KeyError`` where there is none (the linter proves there is)."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def ladder_of(self, step: Step) -> Ladder | None:
        """The ladder of a step's clock; the system's steps have none."""
        return self.ladders[step.ladder] if step.ladder else None

    def rows(self) -> Iterator[tuple[Row, Step | None]]:
        """Every printed row with the step that works it off (``None`` for filing itself)."""
        for row in self.filing.rows:
            yield row, None
        for step in self.steps:
            for row in step.rows:
                yield row, step

    def rows_done_by(self, event: str) -> tuple[int, ...]:
        """The numbers of the rows that an event works off."""
        return tuple(row.number for row, _ in self.rows() if row.done_by == event)

    @property
    def last_row(self) -> int:
        """The number of the row with which the government's own procedure ends."""
        return max(row.number for row, _ in self.rows())


@lru_cache
def load(procedure_id: str, version: str | None = None, folder: Path = SOPS) -> Procedure:
    """The procedure of that id from ``chalicelib/sops``: today's, or the version a complaint was filed under.

    A version that is replaced moves to ``earlier/<id>@<version>.toml``, for complaints end under the
    procedure they began under. ``FileNotFoundError`` where there is none.
    """
    today = read(folder / f"{procedure_id}.toml")
    if version in (None, today.version):
        return today
    return read(folder / "earlier" / f"{procedure_id}@{version}.toml")


def read(path: Path) -> Procedure:
    """The procedure in the file; pydantic's ``ValidationError`` where it is not one."""
    return Procedure.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def known() -> tuple[str, ...]:
    """The ids of every procedure on file."""
    return tuple(sorted(path.stem for path in SOPS.glob("*.toml")))
