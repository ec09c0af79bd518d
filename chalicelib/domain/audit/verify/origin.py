"""What the file was made by: a procedure that is the one on file, calendars that are those of their names."""

from collections.abc import Iterator
from hashlib import sha256

from chalicelib.domain.audit.export import CalendarRules, Export
from chalicelib.domain.procedure.loading import find_procedure_file, parse_procedure
from chalicelib.domain.values.ticket import is_ticket


def find_problems(export: Export) -> Iterator[str]:
    """What is not as it is called."""
    if not is_ticket(export.ticket):
        yield f"ticket: {export.ticket} is no ticket number"
    yield from _check_procedure(export)
    used = set(_find_calendar_versions(export))
    for version, rules in export.calendars.items():
        if version not in used:
            yield f"calendars.{version}: no deadline was counted by it"
        yield from _check_calendar(version, rules)


def _check_procedure(export: Export) -> Iterator[str]:
    given = export.procedure
    if sha256(given.text.encode()).hexdigest() != given.sha256:
        yield "procedure.sha256: is not that of its text"
    try:
        parsed = parse_procedure(given.text)
    except ValueError:
        yield "procedure.text: is no procedure"
        return
    if (parsed.id, parsed.version) != (given.id, given.version):
        yield f"procedure: is called {given.id} {given.version}, and says {parsed.id} {parsed.version}"
    file = find_procedure_file(parsed.id, parsed.version)
    if file.is_file() and file.read_bytes() != given.text.encode():
        yield f"procedure.text: is not that of {file.name}, which is on file"


def _check_calendar(version: str, rules: CalendarRules) -> Iterator[str]:
    """The digest in a version covers the rules; before it stands the version of the national holidays."""
    try:
        made = rules.calendar.version
    except (KeyError, ValueError) as error:
        yield f"calendars.{version}: is no calendar: {error}"
        return
    if made.partition("+")[2] != version.partition("+")[2]:
        yield f"calendars.{version}: its rules are those of {made}"


def _find_calendar_versions(export: Export) -> Iterator[str]:
    for body in export.events:
        fact = body.get("fact")
        for part in fact.values() if isinstance(fact, dict) else ():
            if isinstance(part, dict) and "calendar_version" in part:
                yield str(part["calendar_version"])
