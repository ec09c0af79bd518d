"""The agencies' books in the real table: one number for each complaint, and never a gap."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.aws.dynamodb.register_numbers import RegisterLineItem, TableRegisterNumbers
from chalicelib.aws.dynamodb.table import get_connection
from chalicelib.domain.values.errors import Conflict
from chalicelib.services.ports import RegisterNumber
from tests.fake_stores import MONDAY
from tests.sample_region import REGION

HERE = REGION.slug


@pytest.fixture
def books(table: str) -> TableRegisterNumbers:  # noqa: ARG001 -- the table is there
    return TableRegisterNumbers()


def enter(books: TableRegisterNumbers, ticket: str, agency: str = "pupr", year: int = 2026) -> RegisterNumber:
    return books.assign(HERE, agency, year, ticket, MONDAY)


def list_numbers(books: TableRegisterNumbers, agency: str = "pupr", year: int = 2026) -> list[int]:
    return [entry.number for entry in books.list_book(HERE, agency, year)]


def test_each_complaint_gets_the_next_number_of_its_agencys_year(
    books: TableRegisterNumbers,
) -> None:
    first, second = enter(books, "CTH-1"), enter(books, "CTH-2")
    elsewhere, later = enter(books, "CTH-3", "dlh"), enter(books, "CTH-4", year=2027)

    assert [entry.number for entry in (first, second, elsewhere, later)] == [1, 2, 1, 1]
    assert list(books.list_book(HERE, "pupr", 2026)) == [first, second]


def test_a_complaint_that_comes_to_an_agency_again_keeps_its_number(
    books: TableRegisterNumbers,
) -> None:
    first = enter(books, "CTH-1")
    enter(books, "CTH-2")

    assert books.assign(HERE, "pupr", 2027, "CTH-1", MONDAY + timedelta(days=90)) == first
    assert list_numbers(books) == [1, 2]
    assert list_numbers(books, year=2027) == []


def test_a_complaint_has_a_number_at_each_agency_that_had_it(books: TableRegisterNumbers) -> None:
    pupr = enter(books, "CTH-1")
    dlh = books.assign(HERE, "dlh", 2026, "CTH-1", MONDAY + timedelta(days=3))

    assert books.list_for_complaint("CTH-1") == [pupr, dlh]


def interrupt(meanwhile: Callable[[], object]) -> None:
    """Let something happen once, between a writer's look at the book and its writing."""
    happened: list[bool] = []

    def hook(**_: object) -> None:
        if not happened:
            happened.append(True)
            meanwhile()

    get_connection().client.meta.events.register("after-call.dynamodb.Query", hook)


def test_a_number_that_another_took_meanwhile_is_passed_over(books: TableRegisterNumbers) -> None:
    enter(books, "CTH-1")
    interrupt(lambda: enter(books, "CTH-2"))

    third = enter(books, "CTH-3")

    assert third.number == 3
    assert list_numbers(books) == [1, 2, 3]


def test_two_workers_with_one_complaint_write_one_line(books: TableRegisterNumbers) -> None:
    """The slower one's line of the book would fit, its complaint's own item does not: neither is written."""
    interrupt(lambda: [enter(books, "CTH-1"), enter(books, "CTH-2")])

    assert enter(books, "CTH-1").number == 1
    assert list_numbers(books) == [1, 2]


def test_a_writer_that_never_gets_its_turn_gives_up_and_leaves_nothing(
    books: TableRegisterNumbers,
) -> None:
    busy = 0

    def hook(**_: object) -> None:
        nonlocal busy
        busy += 1
        RegisterLineItem(
            RegisterLineItem.build_partition(HERE, "pupr", 2026), f"{busy:06}", ticket=f"X-{busy}", at=MONDAY
        ).save()

    get_connection().client.meta.events.register("after-call.dynamodb.Query", hook)

    with pytest.raises(Conflict):
        enter(books, "CTH-1")

    assert books.list_for_complaint("CTH-1") == []
