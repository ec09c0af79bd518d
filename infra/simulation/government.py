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
    """A standard time was to be tried where there is none, or it makes no sense; the message says why."""


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
        """The region's working days as they are now."""
        return self.region.calendar

    @property
    def agencies(self) -> tuple[str, ...]:
        """Those that a complaint can be sent to."""
        return tuple(self.successors.get(one, one) for one in (*LARGE, *SMALL, BY_LETTER))

    def staffed(self, _role: str, agency: str | None, _unit: str | None) -> bool:
        """Whether posts other than the liaison's are filled there."""
        return agency in (*LARGE, HEIR)

    def units_of(self, agency: str | None) -> tuple[str, ...]:
        """The Bidang and Seksi of an agency."""
        return UNITS if agency in (*LARGE, HEIR) else ()

    def trying(self, name: str, amount: int) -> "Government":
        """The same government with another standard time for a step or an envelope, in the unit it has now.

        ``NoSuchStep`` where it has none of that name.
        """
        timed: tuple[Step | OverallDeadline, ...] = (*self.on_file.steps, *self.on_file.overall_deadlines)
        found = next((one for one in timed if one.name == name), None)
        if found is None or found.standard_time is None:
            raise NoSuchStep(f"{self.on_file.id} has no standard time of its own for {name}")
        ((unit, _),) = found.standard_time.model_dump(exclude_none=True).items()
        try:
            tried = found.model_copy(update={"standard_time": StandardTime.model_validate({unit: amount})})
        except ValidationError as error:
            raise NoSuchStep(f"{name}={amount}: {error.errors()[0]['msg']}") from None
        procedure = self.on_file.model_copy(
            update={
                "steps": tuple(tried if one is found else one for one in self.on_file.steps),
                "overall_deadlines": tuple(
                    tried if one is found else one for one in self.on_file.overall_deadlines
                ),
            }
        )
        return replace(self, procedure=procedure, successors={})


def governments(procedure: str | None = None) -> list[Government]:
    """The governments on file, or those that handle complaints by one procedure."""
    on_file = [regions.load(slug) for slug in regions.list_slugs()]
    chosen = [region for region in on_file if procedure in (None, region.procedure)]
    return [
        Government(region, load_procedure(region.procedure), load_procedure(region.procedure))
        for region in chosen
    ]


@cache
def officer(role: str, region: str, agency: str | None = None, unit: str | None = None) -> Actor:
    """Somebody who holds that post."""
    if role == Role.CENTRAL_ADMIN:
        return Actor(role=role, id=role)
    if role in REGIONAL_ROLES:
        return Actor(role=role, id=f"{role}-{region}", region=region)
    return Actor(role=role, id=f"{role}-{agency}", region=region, agency=agency, unit=unit)
