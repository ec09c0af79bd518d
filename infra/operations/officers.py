"""The holders of posts: officers who moved or are away, their deputies and Surat Tugas, agencies' successors.

`python -m infra officers COMMAND --region REGION …` works on the cloud that the environment names: AWS, or
the local cloud. The open steps of a desk go to the officers who are on duty there: at once where that changes
today, else on the day, through the daily reconciliation. A deputy acts with links and has no account.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from chalicelib.bootstrap import Application, application
from chalicelib.domain.directory.agencies import Agency
from chalicelib.domain.directory.officers import Assignment, Officer
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.values.phone import PhoneError, parse_phone
from chalicelib.services.staff.calendars import FORGETTING_SECONDS
from chalicelib.services.staff.duty import DutyRoster
from infra.operations.command_line import parse_day, print_first_fault

Options = argparse.Namespace


class CannotDo(Exception):
    """The command is impossible: one sentence says why. Nothing has changed."""


def show(app: Application, region: Region, options: Options) -> None:
    """Print every officer of the region, or of one agency, and whether they are on duty."""
    if options.agency:
        _get_agency(app, region, options.agency)
    today = app.now().astimezone(ZoneInfo(region.zone)).date()
    for officer in app.directory.list_staff(region.slug):
        if options.agency in (None, officer.agency):
            post = "/".join(part for part in (officer.role, officer.agency, officer.unit) if part)
            state = _format_state(officer, today)
            print(f"{officer.id}  {post}  {officer.name}, {officer.title}  {state}")


def move(app: Application, region: Region, options: Options) -> None:
    """Mark the officer as gone from their post, which ends their links and sessions for good."""
    officer = _get_officer(app, region, options.officer)
    if officer.active:
        app.directory.put(officer.model_copy(update={"active": False, "epoch": officer.epoch + 1}))
    _hand_over(app, region)


def mark_absent(app: Application, region: Region, options: Options) -> None:
    """Mark the officer as away for some days."""
    _check_order(options.first, options.last)
    days = {"absent_from": options.first, "absent_until": options.last}
    app.directory.put(_get_officer(app, region, options.officer).model_copy(update=days))
    _hand_over(app, region)


def add_deputy(app: Application, region: Region, options: Options) -> None:
    """Add a deputy for the officer, under the title "Plt. …" or "Plh. …"."""
    _check_order(options.first, options.last)
    post = _get_officer(app, region, options.officer)
    if post.acting_for:
        raise CannotDo(f"{post.id} stands in for {post.acting_for}: name that officer")
    acting = Officer(
        id=f"{post.id}-{options.acting_as.lower().rstrip('.')}-{options.first:%Y%m%d}",
        region=region.slug,
        role=post.role,
        agency=post.agency,
        unit=post.unit,
        name=options.name,
        title=f"{options.acting_as} {post.title}",
        email=options.email,
        phone=parse_phone(options.phone) if options.phone else None,
        language=post.language,
        acting_for=post.id,
        acting_as=options.acting_as,
        serves_from=options.first,
        serves_until=options.last,
    )
    if not acting.email and not acting.phone:
        raise CannotDo("a deputy is told by --email or --phone: give one of them")
    stored = app.directory.get_officer(region.slug, acting.id)
    if stored:
        epoch = stored.epoch if stored.name == acting.name else stored.epoch + 1
        acting = acting.model_copy(update={"epoch": epoch})
    app.directory.put(acting)
    print(f"{acting.title} is {acting.id}")
    _hand_over(app, region)


def record_assignment(app: Application, region: Region, options: Options) -> None:
    """Record the officer's Surat Tugas, which ends with its last day."""
    _check_order(options.dated, options.expires)
    letter = Assignment(number=options.number, dated=options.dated, expires=options.expires)
    app.directory.put(_get_officer(app, region, options.officer).model_copy(update={"assignment": letter}))
    _hand_over(app, region)


def set_successor(app: Application, region: Region, options: Options) -> None:
    """Give the categories and open steps of an agency that was renamed or merged to another agency."""
    old, new = _get_agency(app, region, options.old), _get_agency(app, region, options.new)
    if old == new:
        raise CannotDo(f"{old.id} cannot succeed itself")
    if new.successor:
        raise CannotDo(f"{new.id} has a successor itself: {new.successor}")
    app.directory.put(old.model_copy(update={"successor": new.id}))
    categories = [entry for entry in app.directory.list_categories(region.slug) if entry.agency == old.id]
    for category in categories:
        app.directory.put(category.model_copy(update={"agency": new.id}))
    change = {"change": "successor", "region": region.slug, "agency": old.id, "successor": new.id}
    body = {"v": 1, **change, "id": f"successor.{region.slug}.{old.id}.{new.id}"}
    app.queues.send("changes", body)
    # Again, later: a process that did not know the successor may still have forwarded to the old agency.
    app.queues.send("changes", {**body, "id": f"{body['id']}.again"}, delay=FORGETTING_SECONDS)
    print(f"{len(categories)} categories are {new.id}'s now; its open steps follow")
    print("say the same in the directory file, or loading it will undo the categories")


def _hand_over(app: Application, region: Region) -> None:
    duty = DutyRoster(app.complaints, app.directory, app.officer_links, app.queues, app.now)
    handed_over = duty.hand_over(region.slug)
    print(f"{handed_over.links} links sent")
    for desk, steps in handed_over.empty.items():
        place = "/".join(part for part in (desk.role, desk.agency, desk.unit) if part)
        print(f"nobody is on duty at {place}, where {steps} steps are open")


def _format_state(officer: Officer, today: date) -> str:
    if officer.is_on_duty(today):
        return "on duty"
    if not officer.active:
        return "moved"
    if officer.assignment and officer.assignment.expires < today:
        return f"Surat Tugas ended on {officer.assignment.expires}"
    if officer.serves_from and today < officer.serves_from:
        return f"serves from {officer.serves_from}"
    if officer.serves_until and officer.serves_until < today:
        return f"served until {officer.serves_until}"
    return f"away until {officer.absent_until or 'further notice'}"


def _get_officer(app: Application, region: Region, officer: str) -> Officer:
    stored = app.directory.get_officer(region.slug, officer)
    if stored is None:
        raise CannotDo(f"{region.slug} has no officer {officer!r}")
    return stored


def _get_agency(app: Application, region: Region, agency: str) -> Agency:
    stored = app.directory.get_agency(region.slug, agency)
    if stored is None:
        raise CannotDo(f"{region.slug} has no agency {agency!r}")
    return stored


def _check_order(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise CannotDo(f"{last} is before {first}")


def _create_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra officers", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add_command(
        name: str, run: Callable[[Application, Region, Options], None]
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        command.add_argument("--region", required=True)
        command.set_defaults(run=run)
        return command

    listing = add_command("list", show)
    listing.add_argument("--agency")
    moving = add_command("move", move)
    away = add_command("absent", mark_absent)
    letter = add_command("assignment", record_assignment)
    for each in (moving, away, letter):
        each.add_argument("--officer", required=True)
    deputizing = add_command("deputy", add_deputy)
    deputizing.add_argument("--for", dest="officer", required=True)
    deputizing.add_argument("--name", required=True)
    deputizing.add_argument("--email")
    deputizing.add_argument("--phone")
    deputizing.add_argument("--as", dest="acting_as", choices=("Plt.", "Plh."), required=True)
    for each in (away, deputizing):
        each.add_argument("--from", dest="first", type=parse_day, required=True, help="the first day")
        each.add_argument("--until", dest="last", type=parse_day, help="the last day (default: open)")
    letter.add_argument("--number", required=True)
    letter.add_argument("--date", dest="dated", type=parse_day, required=True)
    letter.add_argument("--expires", type=parse_day, required=True, help="its last day")
    heir = add_command("succeed", set_successor)
    heir.add_argument("old")
    heir.add_argument("new")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    options = _create_parser().parse_args(arguments)
    app = application()
    try:
        region = app.directory.get_region(options.region)
        if region is None:
            raise CannotDo(f"there is no region {options.region!r} in the directory")
        options.run(app, region, options)
    except (CannotDo, PhoneError) as error:
        print(error, file=sys.stderr)
    except ValidationError as error:
        print_first_fault(error)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
