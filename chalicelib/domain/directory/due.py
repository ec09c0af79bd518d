"""Answer questions about due dates, from a script or from an officer who checks a date."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from chalicelib.domain.directory import regions
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.time.deadlines import Days, OfficeMinutes, StandardTime, compute_due_at, derive
from chalicelib.domain.values.value import Value

DueAnswer = dict[str, Any]

# After 2100 no holidays are known, and the longest standard time takes some fifteen years.
_YEARS = range(2000, 2081)
_EXAMPLE = "2026-03-13T09:00+07:00"


class Unanswerable(ValueError):
    """A question without an answer; the message is one sentence that says why."""


class DueQuestion(Value):
    """The question when something is due that began at ``from`` (RFC 3339).

    It takes ``days`` of the kind, or ``minutes`` of office time. ``derivation`` asks for the count of the
    days too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    region: Annotated[str, Field(max_length=100)]
    kind: Literal["working", "calendar", "office_minutes"]
    days: Days | None = None
    minutes: OfficeMinutes | None = None
    since: Annotated[str, Field(alias="from", max_length=40)]
    derivation: bool = False

    @property
    def standard_time(self) -> StandardTime:
        """Return the standard time asked for. Raise Unanswerable where its unit does not fit the kind."""
        wanted = "minutes" if self.kind == "office_minutes" else "days"
        amounts = {"days": self.days, "minutes": self.minutes}
        if {name for name, amount in amounts.items() if amount is not None} != {wanted}:
            raise Unanswerable(f"kind {self.kind} takes {wanted} and nothing else")
        unit = self.kind if self.kind == "office_minutes" else f"{self.kind}_days"
        return _build_standard_time(unit, amounts[wanted])


def parse_question(question: str | bytes | dict[str, Any]) -> DueQuestion:
    """Return the question from JSON or from its values. Raise Unanswerable, which names the field."""
    try:
        if isinstance(question, dict):
            return DueQuestion.model_validate(question)
        return DueQuestion.model_validate_json(question)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Unanswerable(f"{where}: {first['msg']}" if where else first["msg"]) from error


def answer_question(question: DueQuestion) -> DueAnswer:
    """Return ``due_at`` in the region's zone, with what decided it. Raise Unanswerable."""
    region = _load_region(question.region)
    standard_time = question.standard_time
    began = _parse_instant(question.since)
    calendar = region.calendar
    answer: DueAnswer = {
        "region": region.slug,
        "kind": question.kind,
        "due_at": calendar.to_local(compute_due_at(began, standard_time, calendar)).isoformat(),
        "calendar_version": calendar.version,
    }
    if question.derivation:
        amounts = {"days": question.days, "minutes": question.minutes}
        answer |= {name: amount for name, amount in amounts.items() if amount is not None}
        answer |= {"from": calendar.to_local(began).isoformat(), "zone": region.zone}
        days = derive(began, standard_time, calendar, "as asked").days
        answer["derivation"] = [day.model_dump(mode="json", exclude_defaults=True) for day in days]
    return answer


def answer_lines(lines: Iterable[bytes]) -> Iterator[DueAnswer]:
    """Generate an answer for each line of JSON, in order; a failed line gives its ``error`` and ``line``."""
    for number, line in enumerate(lines, start=1):
        try:
            yield answer_question(parse_question(line))
        except Unanswerable as error:
            yield {"error": str(error), "line": number}


def _load_region(slug: str) -> Region:
    try:
        return regions.load(slug)
    except KeyError:
        raise Unanswerable(f"no region {slug} on file; there are {', '.join(regions.list_slugs())}") from None


def _parse_instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Unanswerable(f"from is no time; write it like {_EXAMPLE}") from None
    if instant.tzinfo is None:
        raise Unanswerable(f"from has no offset from UTC; write it like {_EXAMPLE}")
    if instant.year not in _YEARS:
        raise Unanswerable(f"from must lie in the years {_YEARS[0]} to {_YEARS[-1]}")
    return instant


@lru_cache
def _build_standard_time(unit: str, amount: int | None) -> StandardTime:
    return StandardTime.model_validate({unit: amount})
