"""The agencies' books: who has which *nomor agenda*."""

import random
import time
from collections.abc import Iterator
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite
from typing_extensions import override

from chalicelib.aws.dynamodb.complaint_items import case_key
from chalicelib.aws.dynamodb.table import InstantAttribute, Item, connection, find, under
from chalicelib.domain.values.errors import Conflict
from chalicelib.services.ports import RegisterNumber, RegisterNumbers

_TRIES = 12
_LONGEST_FIRST_PAUSE = 0.05
"""Seconds a writer waits, at most, for another to have written; then twice as long, up to eight times."""

_AGENDA = "AGENDA#"


class RegisterLineItem(Item):
    """A line of a book, for good: pk ``AGENDA#<region>#<agency>#<year>``, sk ``<number, six digits>``."""

    ticket = UnicodeAttribute()
    at = InstantAttribute()

    @staticmethod
    def partition(region: str, agency: str, year: int) -> str:
        """The partition of a year's book."""
        return f"{_AGENDA}{region}#{agency}#{year}"


class RegisterNumberItem(Item):
    """A complaint's number at an agency: pk ``CASE#<ticket>``, sk ``AGENDA#<agency>``."""

    region = UnicodeAttribute()
    year = NumberAttribute()
    number = NumberAttribute()
    at = InstantAttribute()

    def to_register_number(self) -> RegisterNumber:
        """The number it holds."""
        return RegisterNumber(
            region=self.region,
            agency=self.sk.removeprefix(_AGENDA),
            year=int(self.year),
            number=int(self.number),
            ticket=self.pk.removeprefix(case_key("")),
            at=self.at,
        )


class TableRegisterNumbers(RegisterNumbers):
    """``ports.RegisterNumbers``.

    No counter is kept: the next number follows the last line, and one transaction writes the line and the
    complaint's own item, each only where it is not there. Of two writers one gets the number and the other
    looks again, so that there is never a gap, whatever fails half-way.
    """

    @override
    def assign(self, region: str, agency: str, year: int, ticket: str, at: datetime) -> RegisterNumber:
        for attempt in range(_TRIES):
            known = find(RegisterNumberItem, case_key(ticket), f"{_AGENDA}{agency}")
            if known:
                return known.to_register_number()
            entry = RegisterNumber(region, agency, year, _last(region, agency, year) + 1, ticket, at)
            if _written(entry):
                return entry
            time.sleep(random.uniform(0, _LONGEST_FIRST_PAUSE * 2 ** min(attempt, 3)))  # noqa: S311 (no secret)
        raise Conflict

    @override
    def list_for_complaint(self, ticket: str) -> list[RegisterNumber]:
        numbers = [item.to_register_number() for item in under(RegisterNumberItem, case_key(ticket), _AGENDA)]
        return sorted(numbers, key=lambda one: one.at)

    @override
    def list_book(self, region: str, agency: str, year: int) -> Iterator[RegisterNumber]:
        lines = RegisterLineItem.query(RegisterLineItem.partition(region, agency, year), consistent_read=True)
        return (RegisterNumber(region, agency, year, int(line.sk), line.ticket, line.at) for line in lines)


def _last(region: str, agency: str, year: int) -> int:
    newest = RegisterLineItem.query(
        RegisterLineItem.partition(region, agency, year),
        consistent_read=True,
        scan_index_forward=False,
        limit=1,
    )
    return next((int(line.sk) for line in newest), 0)


def _written(entry: RegisterNumber) -> bool:
    """Whether it was; not where somebody else has written, or is writing, the number or the complaint's."""
    book = RegisterLineItem.partition(entry.region, entry.agency, entry.year)
    line = RegisterLineItem(book, f"{entry.number:06}", ticket=entry.ticket, at=entry.at)
    own = RegisterNumberItem(
        case_key(entry.ticket),
        f"{_AGENDA}{entry.agency}",
        region=entry.region,
        year=entry.year,
        number=entry.number,
        at=entry.at,
    )
    try:
        with TransactWrite(connection=connection()) as transaction:
            for item in (line, own):
                transaction.save(item, condition=Item.pk.does_not_exist())
    except TransactWriteError as error:
        codes = {reason.code for reason in error.cancellation_reasons if reason}
        if codes & {"ConditionalCheckFailed", "TransactionConflict"}:
            return False
        raise
    return True
