"""The books that offices keep: agenda numbers, an agency's register, a region's month."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.domain.facts import StepOpened
from chalicelib.domain.procedure import Role
from chalicelib.services.routes import message_of
from chalicelib.workers import steps
from tests.fakes import ADMIN, LIAISON, REGION, FakeWorld, officer
from tests.world import DRAFT, decide, forwarded, hire, recorded

INSPECTOR = officer("inspektur", Role.INSPECTORATE)


@pytest.fixture
def world() -> Iterator[FakeWorld]:
    world = FakeWorld()
    bootstrap.install(world.services)
    yield world
    bootstrap.install(None)


def work_off(world: FakeWorld, ticket: str) -> None:
    """Every opened step comes to its worker, again and again."""
    for event in world.complaints.events(ticket):
        if isinstance(event.fact, StepOpened):
            steps.open_step(message_of(event))


def numbers(world: FakeWorld, ticket: str) -> dict[str, int]:
    return {one.agency: one.number for one in world.agendas.of_complaint(ticket)}


def test_a_complaint_gets_its_number_once_when_the_agencys_step_opens(world: FakeWorld) -> None:
    ticket = recorded(world).ticket
    work_off(world, ticket)
    assert numbers(world, ticket) == {}

    decide(world, ticket, ADMIN, "forward", agency="pupr")
    work_off(world, ticket)
    work_off(world, ticket)

    assert numbers(world, ticket) == {"pupr": 1}


def test_the_number_is_given_although_the_step_is_over_by_then(world: FakeWorld) -> None:
    ticket = forwarded(world).ticket
    decide(world, ticket, LIAISON, "return", reason="Bukan wewenang kami.")
    decide(world, ticket, ADMIN, "forward", agency="dlh")

    work_off(world, ticket)

    assert numbers(world, ticket) == {"pupr": 1, "dlh": 1}


def test_the_year_is_that_of_the_opening_on_the_regions_clock(world: FakeWorld) -> None:
    world.clock.instant = world.clock.instant.replace(month=12, day=31, hour=17, minute=30)
    ticket = forwarded(world).ticket

    work_off(world, ticket)

    (agenda,) = world.agendas.of_complaint(ticket)
    assert (agenda.year, agenda.at.year) == (2027, 2026)


def test_a_protected_report_comes_into_the_inspektorats_own_book(world: FakeWorld) -> None:
    hire(world, INSPECTOR)
    protected: dict[str, Any] = {"anonymous": True, "confidential": True, "about_agency": "pupr"}
    ticket = recorded(world, replace(DRAFT, **protected)).ticket

    work_off(world, ticket)

    assert numbers(world, ticket) == {"inspectorate": 1}
    assert [one.ticket for one in world.agendas.book(REGION.slug, "inspectorate", 2026)] == [ticket]
