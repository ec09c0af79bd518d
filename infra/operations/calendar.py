"""A region's calendar: its days off, and what a decree changes about one of them.

`python -m infra.calendar --region REGION COMMAND …` works on whatever the environment names: AWS, or the
local cloud. A change is stored with its history, and every open deadline is counted anew; what was late stays
late. The same change given again changes nothing, and has the deadlines counted once more.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from chalicelib.bootstrap import Application, application
from chalicelib.domain.directory.calendar_change import DayChange
from chalicelib.domain.time.calendar import Day
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.domain.values.errors import Refusal
from chalicelib.i18n.catalog import get_text
from chalicelib.i18n.dates import format_deadline

Given = argparse.Namespace


def show(parts: Application, given: Given) -> None:
    """Print the days of a year that are no ordinary working days, and the latest changes."""
    found = parts.calendars.get_year(given.region, given.year)
    for day in found.days:
        print(f"{day.date}  {_said(day)}")
    print(f"version {found.region.calendar.version}")
    for entry in found.changes:
        change = entry.change
        what = "working" if change.working else f"off: {change.name}"
        when = entry.at.astimezone(ZoneInfo(found.region.zone)).isoformat(timespec="minutes")
        versions = f"{entry.old_version} -> {entry.new_version}"
        print(f"{entry.number}. {change.day} {what} ({change.decree}), {when}, {entry.by.id}, {versions}")


def add(parts: Application, given: Given) -> None:
    """The day is off."""
    said = {"day": given.day, "working": False, "name": given.name, "decree": given.decree}
    _change(parts, given, DayChange.model_validate(said))


def remove(parts: Application, given: Given) -> None:
    """The day is worked after all: a closing day is taken back, any other becomes an extra working day."""
    said = {"day": given.day, "working": True, "decree": given.decree}
    _change(parts, given, DayChange.model_validate(said))


def _change(parts: Application, given: Given, change: DayChange) -> None:
    if given.dry_run:
        _preview(parts, given.region, change)
        return
    entry = parts.calendars.change(given.region, change, SYSTEM)
    print(f"change {entry.number}: {entry.old_version} -> {entry.new_version}")
    print("the open deadlines are being counted anew")


def _preview(parts: Application, region: str, change: DayChange) -> None:
    found = parts.calendars.preview(region, change)
    zone = ZoneInfo(found.region.zone)
    print(f"{change.day}: {_said(found.before)} -> {_said(found.after)}")
    for move in found.moves:
        old, new = format_deadline(move.old, zone, "en"), format_deadline(move.new, zone, "en")
        print(f"{move.ticket}  {move.clock}  {old} -> {new}")
    print(f"{len(found.moves)} open deadlines would move; nothing was changed")


def _said(day: Day) -> str:
    estimated = " (estimated)" if day.estimated else ""
    return f"{day.reason} {day.name or ''}".rstrip() + estimated


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{given!r} is no date like 2026-12-28") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.calendar", description=__doc__)
    parser.add_argument("--region", required=True)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, does: Callable[[Application, Given], None]) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=does.__doc__, description=does.__doc__)
        made.set_defaults(does=does)
        return made

    command("show", show).add_argument("--year", help="default: the one that runs there")
    adding = command("add", add)
    removing = command("remove", remove)
    adding.add_argument("--name", required=True, help="what the day off is called")
    for each in (adding, removing):
        each.add_argument("day", type=_day, metavar="DAY", help="as 2026-12-28")
        each.add_argument("--decree", required=True, help='its kind and number, as "SK Bupati 12/2026"')
        each.add_argument("--dry-run", action="store_true", help="only say which open deadlines would move")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """The command line; the exit status."""
    given = _parser().parse_args(arguments)
    try:
        given.does(application(), given)
    except Refusal as refusal:
        sentences = (f"refusals.{refusal.code}.{part}" for part in ("title", "detail"))
        print(". ".join(get_text("en", key, **refusal.details) for key in sentences), file=sys.stderr)
        return 1
    except ValidationError as error:
        first = error.errors()[0]
        print(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
