"""A region's calendar: its days off, and the changes that decrees make to single days.

`python -m infra calendar --region REGION COMMAND …` works on the cloud that the environment names: AWS, or
the local cloud. A change is stored with its history, and every open deadline is recomputed; what was late
stays late. The same change given again changes nothing, and has the deadlines recomputed once more.
"""

import argparse
import sys
from collections.abc import Callable
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from chalicelib.bootstrap import Application, application
from chalicelib.domain.directory.calendar_change import DayChange
from chalicelib.domain.time.calendar import Day
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.domain.values.errors import Refusal
from chalicelib.i18n.catalog import get_text
from chalicelib.i18n.dates import format_deadline
from infra.operations.command_line import parse_day, print_first_fault

Options = argparse.Namespace


def show(app: Application, options: Options) -> None:
    """Print the days of a year that are no ordinary working days, and the latest changes."""
    year = app.calendars.get_year(options.region, options.year)
    for day in year.days:
        print(f"{day.date}  {_format_day(day)}")
    print(f"version {year.region.calendar.version}")
    for entry in year.changes:
        change = entry.change
        what = "working" if change.working else f"off: {change.name}"
        when = entry.at.astimezone(ZoneInfo(year.region.zone)).isoformat(timespec="minutes")
        versions = f"{entry.old_version} -> {entry.new_version}"
        print(f"{entry.number}. {change.day} {what} ({change.decree}), {when}, {entry.by.id}, {versions}")


def add(app: Application, options: Options) -> None:
    """Take the day off."""
    change = {"day": options.day, "working": False, "name": options.name, "decree": options.decree}
    _change(app, options, DayChange.model_validate(change))


def remove(app: Application, options: Options) -> None:
    """Make the day a working day: cancel a closing day, or add an extra working day."""
    change = {"day": options.day, "working": True, "decree": options.decree}
    _change(app, options, DayChange.model_validate(change))


def _change(app: Application, options: Options, change: DayChange) -> None:
    if options.dry_run:
        _preview(app, options.region, change)
        return
    entry = app.calendars.change(options.region, change, SYSTEM)
    print(f"change {entry.number}: {entry.old_version} -> {entry.new_version}")
    print("the open deadlines are being counted again")


def _preview(app: Application, region: str, change: DayChange) -> None:
    preview = app.calendars.preview(region, change)
    zone = ZoneInfo(preview.region.zone)
    print(f"{change.day}: {_format_day(preview.before)} -> {_format_day(preview.after)}")
    for move in preview.moves:
        old, new = format_deadline(move.old, zone, "en"), format_deadline(move.new, zone, "en")
        print(f"{move.ticket}  {move.clock}  {old} -> {new}")
    print(f"{len(preview.moves)} open deadlines would move; nothing was changed")


def _format_day(day: Day) -> str:
    estimated = " (estimated)" if day.estimated else ""
    return f"{day.reason} {day.name or ''}".rstrip() + estimated


def _create_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra calendar", description=__doc__)
    parser.add_argument("--region", required=True)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add_command(name: str, run: Callable[[Application, Options], None]) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        return command

    add_command("show", show).add_argument("--year", help="default: the current year there")
    adding = add_command("add", add)
    removing = add_command("remove", remove)
    adding.add_argument("--name", required=True, help="the name of the day off")
    for each in (adding, removing):
        each.add_argument("day", type=parse_day, metavar="DAY", help="as 2026-12-28")
        each.add_argument("--decree", required=True, help='its kind and number, as "SK Bupati 12/2026"')
        each.add_argument(
            "--dry-run", action="store_true", help="only list the open deadlines that would move"
        )
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    options = _create_parser().parse_args(arguments)
    try:
        options.run(application(), options)
    except Refusal as refusal:
        sentences = (f"refusals.{refusal.code}.{part}" for part in ("title", "detail"))
        print(". ".join(get_text("en", key, **refusal.details) for key in sentences), file=sys.stderr)
        return 1
    except ValidationError as error:
        print_first_fault(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
