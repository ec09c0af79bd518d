"""Check the origin: the procedure is the one on file, and each calendar is the one its version names."""

from collections.abc import Iterator
from hashlib import sha256

from chalicelib.domain.audit.export import CalendarRules, Export
from chalicelib.domain.procedure.loading import find_procedure_file, parse_procedure
from chalicelib.domain.values.ticket import is_ticket


def find_problems(export: Export) -> Iterator[str]:
    """Generate what is not what its name says."""
    if not is_ticket(export.ticket):
        yield f"ticket: {export.ticket} is not a ticket number"
    yield from _check_procedure(export)
    used = set(_find_calendar_versions(export))
    for version, rules in export.calendars.items():
        if version not in used:
            yield f"calendars.{version}: no deadline was counted with it"
        yield from _check_calendar(version, rules)


def _check_procedure(export: Export) -> Iterator[str]:
    procedure = export.procedure
    if sha256(procedure.text.encode()).hexdigest() != procedure.sha256:
        yield "procedure.sha256: is not the hash of its text"
    try:
        parsed = parse_procedure(procedure.text)
    except ValueError:
        yield "procedure.text: is not a procedure"
        return
    if (parsed.id, parsed.version) != (procedure.id, procedure.version):
        yield (
            f"procedure: is named {procedure.id} {procedure.version}, "
            f"but its text is {parsed.id} {parsed.version}"
        )
    file = find_procedure_file(parsed.id, parsed.version)
    if file.is_file() and file.read_bytes() != procedure.text.encode():
        yield f"procedure.text: is not the text of {file.name}, which is on file"


def _check_calendar(version: str, rules: CalendarRules) -> Iterator[str]:
    """Check the rules against the digest in a version; the part before it names the national holidays."""
    try:
        computed = rules.calendar.version
    except (KeyError, ValueError) as error:
        yield f"calendars.{version}: is not a calendar: {error}"
        return
    if computed.partition("+")[2] != version.partition("+")[2]:
        yield f"calendars.{version}: its rules are those of {computed}"


def _find_calendar_versions(export: Export) -> Iterator[str]:
    for body in export.events:
        event = body.get("fact")
        for part in event.values() if isinstance(event, dict) else ():
            if isinstance(part, dict) and "calendar_version" in part:
                yield str(part["calendar_version"])
