"""A government in the simulator: its procedure, calendar, agencies and officers."""

from dataclasses import dataclass, field, replace
from functools import cache

from pydantic import ValidationError

from chalicelib.domain.directory import regions
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import REGIONAL_ROLES, OverallDeadline, Procedure, Role, Step
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.time.deadlines import StandardTime
from chalicelib.domain.values.actor import Actor

INSPECTORATE = "inspectorate"
BY_LETTER = "vertical-office"
LARGE = ("agency-1", "agency-2", "agency-3", "agency-4")
"""Agencies with a head, a secretariat and units."""
SMALL = ("agency-5", "agency-6")
"""Agencies in which the liaison does what nobody else is appointed for."""
RENAMED, HEIR = "agency-4", "agency-7"
UNITS = ("unit-1", "unit-2")


class NoSuchStep(ValueError):
    """The standard time to try has no step or makes no sense; the message says why."""


@dataclass
class Government:
    """A region and its procedure. ``region`` changes by decree; ``on_file`` is the procedure as it is today.

    People work at the pace of ``on_file`` also where ``procedure`` tries another standard time: a shorter
    deadline alone makes nobody faster.
    """

    region: Region
    procedure: Procedure
    on_file: Procedure
    successors: dict[str, str] = field(default_factory=dict)

    @property
    def calendar(self) -> Calendar:
        """Return the region's working days as they are now."""
        return self.region.calendar

    @property
    def agencies(self) -> tuple[str, ...]:
        """Return the agencies to which a complaint can be forwarded."""
        return tuple(self.successors.get(agency, agency) for agency in (*LARGE, *SMALL, BY_LETTER))

    def is_staffed(self, _role: str, agency: str | None, _unit: str | None) -> bool:
        """Return whether the agency has officers in posts other than the liaison's."""
        return agency in (*LARGE, HEIR)

    def list_units(self, agency: str | None) -> tuple[str, ...]:
        """Return the Bidang and Seksi of an agency."""
        return UNITS if agency in (*LARGE, HEIR) else ()

    def with_standard_time(self, name: str, amount: int) -> "Government":
        """Return the same government, in which a step or overall deadline has another time in its unit.

        Raises ``NoSuchStep`` where it has none of that name.
        """
        timed: tuple[Step | OverallDeadline, ...] = (*self.on_file.steps, *self.on_file.overall_deadlines)
        today = next((entry for entry in timed if entry.name == name), None)
        if today is None or today.standard_time is None:
            raise NoSuchStep(f"{self.on_file.id} has no standard time of its own for {name}")
        ((unit, _),) = today.standard_time.model_dump(exclude_none=True).items()
        try:
            tried = today.model_copy(update={"standard_time": StandardTime.model_validate({unit: amount})})
        except ValidationError as error:
            raise NoSuchStep(f"{name}={amount}: {error.errors()[0]['msg']}") from None
        procedure = self.on_file.model_copy(
            update={
                "steps": tuple(tried if step is today else step for step in self.on_file.steps),
                "overall_deadlines": tuple(
                    tried if deadline is today else deadline for deadline in self.on_file.overall_deadlines
                ),
            }
        )
        return replace(self, procedure=procedure, successors={})


def load_governments(procedure: str | None = None) -> list[Government]:
    """Load the governments on file, or those that follow one procedure."""
    on_file = [regions.load(slug) for slug in regions.list_slugs()]
    chosen = [region for region in on_file if procedure in (None, region.procedure)]
    return [
        Government(region, load_procedure(region.procedure), load_procedure(region.procedure))
        for region in chosen
    ]


@cache
def get_officer(role: str, region: str, agency: str | None = None, unit: str | None = None) -> Actor:
    """Return somebody who holds that post."""
    if role == Role.CENTRAL_ADMIN:
        return Actor(role=role, id=role)
    if role in REGIONAL_ROLES:
        return Actor(role=role, id=f"{role}-{region}", region=region)
    return Actor(role=role, id=f"{role}-{agency}", region=region, agency=agency, unit=unit)
