"""Check the origin: the procedure is the one on file, and each calendar is the one its version names."""

from collections.abc import Iterator
from hashlib import sha256

from chalicelib.domain.audit.export import CalendarRules, Export
from chalicelib.domain.procedure.loading import load_procedure, parse_procedure
from chalicelib.domain.procedure.model import Procedure
from chalicelib.domain.values.ticket import is_ticket


def find_problems(export: Export) -> Iterator[str]:
    """Generate the problems of the ticket, the procedure and the calendars."""
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
    on_file = _find_procedure_on_file(parsed)
    if on_file and on_file != parsed:
        yield f"procedure.text: is not the text of {parsed.id} {parsed.version}, which is on file"


def _find_procedure_on_file(procedure: Procedure) -> Procedure | None:
    """Return the procedure of that name that is on file here.

    Only what the two say is compared. Their texts may differ in comments and order: before procedures
    extended a base, exports carried the file as somebody had written it.
    """
    try:
        return load_procedure(procedure.id, procedure.version)
    except OSError:
        return None


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
