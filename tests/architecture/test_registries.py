"""Commands and events are whole: each has its rule or effect, its texts, and its place in the verifier."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import pytest

from bench.source import SourceTree
from chalicelib.domain.complaint.command import Command, Decision
from chalicelib.domain.complaint.decisions import list_decisions
from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext
from chalicelib.domain.complaint.events import EVENT_CLASSES
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.i18n.catalog import get_texts
from chalicelib.i18n.dates import Language
from tests.architecture.conftest import Plant

Classes = Iterable[type[Any]]
PACKAGE = "chalicelib.domain.complaint"
REGISTRY = f"{PACKAGE}.stretches"
"""The module that must import every module with a command or an event."""
BASES = {"Command", "DomainEvent"}
WITHOUT_EVENTS = {"complete"}
"""It leads back to the step before; the exits `lapse` and `expire` next to it name its events."""


def find_commands_without_rule(commands: Classes) -> list[str]:
    return [command.__name__ for command in commands if command.decide is Command.decide]


def find_events_without_effect(events: Classes) -> list[str]:
    return [event.__name__ for event in events if event.evolve is DomainEvent.evolve]


def find_missing_texts(decisions: Iterable[str], types: Iterable[str]) -> list[str]:
    """Return the keys of decisions and events that a language has no text for."""
    keys = [*(f"decisions.{name}" for name in decisions), *(f"events.{name}" for name in types)]
    languages: tuple[Language, ...] = ("id", "en")
    return [f"{language}: {key}" for language in languages for key in keys if not has_text(language, key)]


def has_text(language: Language, key: str) -> bool:
    """Tell whether there is a text of this key, or a table of texts below it."""
    return any(text == key or text.startswith(f"{key}.") for text in get_texts(language))


def find_unregistered_modules(tree: SourceTree) -> list[str]:
    """Return the modules whose commands or events the registry does not import."""
    imported = tree.find_imports(tree.modules[REGISTRY])
    return [
        f"{tree.get_path(module.name)} has a command or an event that {REGISTRY} does not import"
        for module in tree.list_below(PACKAGE)
        if BASES & {getattr(node, "id", "") for cls in module.classes for node in cls.bases}
        and module.name not in imported
    ]


def find_events_without_place(events: Mapping[str, type[Any]]) -> list[str]:
    """Return the events that do not declare where they occur, which the verifier and the linter read."""
    return [name for name, event in events.items() if event.occurs is None]


def find_exits_without_events(exits: Iterable[str]) -> list[str]:
    """Return the exits for which the verifier does not know the events that lead there."""
    taken = {
        exit_.rpartition(".")[2]
        for event in DomainEvent.classes.values()
        if event.occurs
        for exit_ in event.occurs.exits
    }
    return sorted(set(exits) - taken - WITHOUT_EVENTS)


def list_exits() -> set[str]:
    """Return the exits of all decisions and of all procedures' steps."""
    procedures = [load_procedure(name) for name in list_procedure_ids()]
    decisions = [command.decision for command in list_decisions().values()]
    return {exit_ for procedure in procedures for step in procedure.steps for exit_ in step.exits} | {
        decision.exit for decision in decisions if decision and decision.exit
    }


def test_every_command_has_a_rule() -> None:
    assert find_commands_without_rule(Command.classes) == []


def test_every_event_has_an_effect() -> None:
    assert find_events_without_effect(EVENT_CLASSES.values()) == []


def test_every_decision_and_event_has_its_texts_in_both_languages() -> None:
    assert find_missing_texts(list_decisions(), EVENT_CLASSES) == []


def test_every_command_and_event_is_registered(tree: SourceTree) -> None:
    assert find_unregistered_modules(tree) == []


def test_every_event_has_a_place_in_the_verifier() -> None:
    assert find_events_without_place(EVENT_CLASSES) == []


def test_the_verifier_knows_the_events_of_every_exit() -> None:
    assert find_exits_without_events(list_exits()) == []


@pytest.fixture
def own_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let classes that a test makes leave the registries with it."""
    monkeypatch.setattr(Command, "classes", [*Command.classes])
    monkeypatch.setattr(DomainEvent, "classes", {**DomainEvent.classes})


@pytest.mark.usefixtures("own_registries")
def test_a_command_without_a_rule_or_texts_is_found() -> None:
    class Applaud(Command):
        decision = Decision(name="applaud", rank=1, exit="applaud")

    assert find_commands_without_rule(Command.classes) == ["Applaud"]
    assert find_missing_texts(list_decisions(), []) == ["id: decisions.applaud", "en: decisions.applaud"]
    assert find_exits_without_events(list_exits()) == ["applaud"]


@pytest.mark.usefixtures("own_registries")
def test_an_event_without_an_effect_or_texts_or_a_place_is_found() -> None:
    class Applauded(DomainEvent):
        type: Literal["applause.given"] = "applause.given"

    assert find_events_without_effect(DomainEvent.classes.values()) == ["Applauded"]
    assert find_missing_texts([], DomainEvent.classes) == [
        "id: events.applause.given",
        "en: events.applause.given",
    ]
    assert find_events_without_place(DomainEvent.classes) == ["applause.given"]


@pytest.mark.usefixtures("own_registries")
def test_an_event_with_an_effect_passes() -> None:
    class Applauded(DomainEvent):
        type: Literal["applause.given"] = "applause.given"

        def evolve(self, _: EvolveContext) -> Changes:
            return {}

    assert find_events_without_effect(DomainEvent.classes.values()) == []


def test_a_module_that_no_registry_imports_is_found(plant: Plant) -> None:
    planted = plant("chalicelib/domain/complaint/applause.py", "class Applaud(Command):\n    pass")
    assert find_unregistered_modules(planted) == [
        f"chalicelib/domain/complaint/applause.py has a command or an event that {REGISTRY} does not import"
    ]
