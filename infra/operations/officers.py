"""Who holds which post: officers who moved, are away or deputized, their Surat Tugas, agencies' successors.

`python -m infra.officers COMMAND --region REGION …` works on whatever the environment names: AWS, or the
local cloud. What lies on a desk goes to whoever is on duty there: at once where that changes today, else on
the day, by the daily reconciliation. A deputy acts by links and has no account.
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

Given = argparse.Namespace


class CannotDo(Exception):
    """What was asked cannot be done: one sentence says why. Nothing has changed."""


def show(parts: Application, region: Region, given: Given) -> None:
    """Print every officer of the region, or of one agency, and whether they are on duty."""
    if given.agency:
        _agency(parts, region, given.agency)
    today = parts.now().astimezone(ZoneInfo(region.zone)).date()
    for one in parts.directory.list_staff(region.slug):
        if given.agency in (None, one.agency):
            post = "/".join(part for part in (one.role, one.agency, one.unit) if part)
            print(f"{one.id}  {post}  {one.name}, {one.title}  {_state(one, today)}")


def move(parts: Application, region: Region, given: Given) -> None:
    """The officer has left their post: their links and sessions are dead for good."""
    officer = _officer(parts, region, given.officer)
    if officer.active:
        parts.directory.put(officer.model_copy(update={"active": False, "epoch": officer.epoch + 1}))
    _hand_over(parts, region)


def absent(parts: Application, region: Region, given: Given) -> None:
    """The officer is away for some days."""
    _check_order(given.first, given.last)
    days = {"absent_from": given.first, "absent_until": given.last}
    parts.directory.put(_officer(parts, region, given.officer).model_copy(update=days))
    _hand_over(parts, region)


def deputy(parts: Application, region: Region, given: Given) -> None:
    """Somebody stands in for the officer, under the title "Plt. …" or "Plh. …"."""
    _check_order(given.first, given.last)
    post = _officer(parts, region, given.officer)
    if post.acting_for:
        raise CannotDo(f"{post.id} stands in for {post.acting_for}: name that officer")
    acting = Officer(
        id=f"{post.id}-{given.acting_as.lower().rstrip('.')}-{given.first:%Y%m%d}",
        region=region.slug,
        role=post.role,
        agency=post.agency,
        unit=post.unit,
        name=given.name,
        title=f"{given.acting_as} {post.title}",
        email=given.email,
        phone=parse_phone(given.phone) if given.phone else None,
        language=post.language,
        acting_for=post.id,
        acting_as=given.acting_as,
        serves_from=given.first,
        serves_until=given.last,
    )
    if not acting.email and not acting.phone:
        raise CannotDo("a deputy is told by --email or --phone: give one of them")
    known = parts.directory.get_officer(region.slug, acting.id)
    if known:
        epoch = known.epoch if known.name == acting.name else known.epoch + 1
        acting = acting.model_copy(update={"epoch": epoch})
    parts.directory.put(acting)
    print(f"{acting.title} is {acting.id}")
    _hand_over(parts, region)


def assignment(parts: Application, region: Region, given: Given) -> None:
    """The officer has a Surat Tugas, which ends with its last day."""
    _check_order(given.dated, given.expires)
    letter = Assignment(number=given.number, dated=given.dated, expires=given.expires)
    parts.directory.put(_officer(parts, region, given.officer).model_copy(update={"assignment": letter}))
    _hand_over(parts, region)


def succeed(parts: Application, region: Region, given: Given) -> None:
    """The agency was renamed or merged: another has its categories and its open steps."""
    old, new = _agency(parts, region, given.old), _agency(parts, region, given.new)
    if old == new:
        raise CannotDo(f"{old.id} cannot succeed itself")
    if new.successor:
        raise CannotDo(f"{new.id} has a successor itself: {new.successor}")
    parts.directory.put(old.model_copy(update={"successor": new.id}))
    moved = [one for one in parts.directory.list_categories(region.slug) if one.agency == old.id]
    for category in moved:
        parts.directory.put(category.model_copy(update={"agency": new.id}))
    change = {"change": "successor", "region": region.slug, "agency": old.id, "successor": new.id}
    body = {"v": 1, **change, "id": f"successor.{region.slug}.{old.id}.{new.id}"}
    parts.queues.send("changes", body)
    # Another command, for what a process that did not know of it yet still forwarded to the old agency.
    parts.queues.send("changes", {**body, "id": f"{body['id']}.again"}, delay=FORGETTING_SECONDS)
    print(f"{len(moved)} categories are {new.id}'s now; its open steps follow")
    print("say the same in the directory file, or loading it will undo the categories")


def _hand_over(parts: Application, region: Region) -> None:
    duty = DutyRoster(parts.complaints, parts.directory, parts.officer_links, parts.queues, parts.now)
    done = duty.hand_over(region.slug)
    print(f"{done.links} links sent")
    for desk, steps in done.empty.items():
        where = "/".join(part for part in (desk.role, desk.agency, desk.unit) if part)
        print(f"nobody is on duty at {where}, where {steps} steps are open")


def _state(officer: Officer, today: date) -> str:
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


def _officer(parts: Application, region: Region, officer: str) -> Officer:
    found = parts.directory.get_officer(region.slug, officer)
    if found is None:
        raise CannotDo(f"{region.slug} has no officer {officer!r}")
    return found


def _agency(parts: Application, region: Region, agency: str) -> Agency:
    found = parts.directory.get_agency(region.slug, agency)
    if found is None:
        raise CannotDo(f"{region.slug} has no agency {agency!r}")
    return found


def _check_order(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise CannotDo(f"{last} is before {first}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2026-11-23") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.officers", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, does: Callable[[Application, Region, Given], None]) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=does.__doc__, description=does.__doc__)
        made.add_argument("--region", required=True)
        made.set_defaults(does=does)
        return made

    listing = command("list", show)
    listing.add_argument("--agency")
    moving = command("move", move)
    away = command("absent", absent)
    letter = command("assignment", assignment)
    for each in (moving, away, letter):
        each.add_argument("--officer", required=True)
    standing_in = command("deputy", deputy)
    standing_in.add_argument("--for", dest="officer", required=True)
    standing_in.add_argument("--name", required=True)
    standing_in.add_argument("--email")
    standing_in.add_argument("--phone")
    standing_in.add_argument("--as", dest="acting_as", choices=("Plt.", "Plh."), required=True)
    for each in (away, standing_in):
        each.add_argument("--from", dest="first", type=_day, required=True, help="the first day")
        each.add_argument("--until", dest="last", type=_day, help="the last day (default: open)")
    letter.add_argument("--number", required=True)
    letter.add_argument("--date", dest="dated", type=_day, required=True)
    letter.add_argument("--expires", type=_day, required=True, help="its last day")
    heir = command("succeed", succeed)
    heir.add_argument("old")
    heir.add_argument("new")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """The command line; the exit status."""
    given = _parser().parse_args(arguments)
    parts = application()
    try:
        region = parts.directory.get_region(given.region)
        if region is None:
            raise CannotDo(f"there is no region {given.region!r} in the directory")
        given.does(parts, region, given)
    except (CannotDo, PhoneError) as error:
        print(error, file=sys.stderr)
    except ValidationError as error:
        first = error.errors()[0]
        print(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
