"""The register numbers (*nomor agenda*) in the agencies' books."""

import random
import time
from collections.abc import Iterator
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite
from typing_extensions import override

from chalicelib.aws.dynamodb.complaint_items import build_case_key
from chalicelib.aws.dynamodb.table import (
    InstantAttribute,
    Item,
    find_item,
    get_connection,
    is_conflict,
    query_prefix,
)
from chalicelib.domain.values.errors import Conflict
from chalicelib.services.ports import RegisterNumber, RegisterNumbers

_TRIES = 12
_LONGEST_FIRST_PAUSE = 0.05
"""Maximum seconds of a writer's first wait for another one; it doubles with each retry, up to eight times."""

_AGENDA = "AGENDA#"


class RegisterLineItem(Item):
    """A book's line: pk ``AGENDA#<region>#<agency>#<year>``, sk ``<number, six digits>``. Never deleted."""

    ticket = UnicodeAttribute()
    at = InstantAttribute()

    @staticmethod
    def build_partition(region: str, agency: str, year: int) -> str:
        """Return the partition key of a year's book."""
        return f"{_AGENDA}{region}#{agency}#{year}"


class RegisterNumberItem(Item):
    """A complaint's number at an agency: pk ``CASE#<ticket>``, sk ``AGENDA#<agency>``."""

    region = UnicodeAttribute()
    year = NumberAttribute()
    number = NumberAttribute()
    at = InstantAttribute()

    def to_register_number(self) -> RegisterNumber:
        return RegisterNumber(
            region=self.region,
            agency=self.sk.removeprefix(_AGENDA),
            year=int(self.year),
            number=int(self.number),
            ticket=self.pk.removeprefix(build_case_key("")),
            at=self.at,
        )


class TableRegisterNumbers(RegisterNumbers):
    """The numbers in the table, as ``ports.RegisterNumbers``.

    No counter is stored: the next number follows the last line. One transaction writes the line and the
    complaint's own item, each only where it does not exist yet. Of two writers one gets the number and the
    other tries again, so that there is never a gap, even after a crash.
    """

    @override
    def assign(self, region: str, agency: str, year: int, ticket: str, at: datetime) -> RegisterNumber:
        for attempt in range(_TRIES):
            existing = find_item(RegisterNumberItem, build_case_key(ticket), f"{_AGENDA}{agency}")
            if existing:
                return existing.to_register_number()
            entry = RegisterNumber(
                region, agency, year, _find_last_number(region, agency, year) + 1, ticket, at
            )
            if _try_write(entry):
                return entry
            time.sleep(random.uniform(0, _LONGEST_FIRST_PAUSE * 2 ** min(attempt, 3)))  # noqa: S311 (no secret)
        raise Conflict

    @override
    def list_for_complaint(self, ticket: str) -> list[RegisterNumber]:
        numbers = [
            item.to_register_number()
            for item in query_prefix(RegisterNumberItem, build_case_key(ticket), _AGENDA)
        ]
        return sorted(numbers, key=lambda number: number.at)

    @override
    def list_book(self, region: str, agency: str, year: int) -> Iterator[RegisterNumber]:
        lines = RegisterLineItem.query(
            RegisterLineItem.build_partition(region, agency, year), consistent_read=True
        )
        return (RegisterNumber(region, agency, year, int(line.sk), line.ticket, line.at) for line in lines)


def _find_last_number(region: str, agency: str, year: int) -> int:
    newest = RegisterLineItem.query(
        RegisterLineItem.build_partition(region, agency, year),
        consistent_read=True,
        scan_index_forward=False,
        limit=1,
    )
    return next((int(line.sk) for line in newest), 0)


def _try_write(entry: RegisterNumber) -> bool:
    """Write the number. Return False where another writer has, or is writing, this number or complaint."""
    book = RegisterLineItem.build_partition(entry.region, entry.agency, entry.year)
    line = RegisterLineItem(book, f"{entry.number:06}", ticket=entry.ticket, at=entry.at)
    own = RegisterNumberItem(
        build_case_key(entry.ticket),
        f"{_AGENDA}{entry.agency}",
        region=entry.region,
        year=entry.year,
        number=entry.number,
        at=entry.at,
    )
    try:
        with TransactWrite(connection=get_connection()) as transaction:
            for item in (line, own):
                transaction.save(item, condition=Item.pk.does_not_exist())
    except TransactWriteError as error:
        if is_conflict(error):
            return False
        raise
    return True
