"""Decisions as people give them: made from the declarations of the domain's commands.

An input's ``decision`` is its name in the API, in the forms, and among a complaint's ``acts``. Where the
command holds a sealed text or files, the input has the text itself and the keys of the ``uploads``.
"""

from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import create_model, model_validator
from pydantic.fields import FieldInfo

from chalicelib.domain.complaint.command import Command, Decision
from chalicelib.domain.complaint.decisions import list_decisions
from chalicelib.domain.complaint.fields import NewPlace, list_fields
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.sealed_text import SealedText
from chalicelib.domain.values.value import Value
from chalicelib.services.complaints.sealed_text import seal

UPLOADS = "uploads"
"""The name in inputs of the files of a decision."""


class DecisionInput(Value):
    """A decision as somebody gives it; every kind narrows ``decision`` to its own name."""

    command: ClassVar[type[Command]]
    declaration: ClassVar[Decision]
    decision: str

    @property
    def files(self) -> tuple[str, ...]:
        """Return the keys of its uploads."""
        return tuple(getattr(self, UPLOADS, ()))

    def to_command(self, files: tuple[FileRef, ...] = ()) -> tuple[Command, list[SealedText]]:
        """Return the domain's command, with the texts that were sealed for it.

        ``files`` are its uploads once they are taken over. ``Refusal`` for a place that is nowhere.
        """
        values: dict[str, object] = {}
        texts: list[SealedText] = []
        for name, kind in list_fields(self.command).items():
            if kind.control == "uploads":
                values[name] = files
                continue
            value = getattr(self, name)
            if kind.sealed and value is not None:
                text = value.to_place().model_dump_json() if isinstance(value, NewPlace) else value
                texts.append(seal(kind.sealed, text))
                value = texts[-1].ref
            values[name] = value
        return self.command(**values), texts


def list_inputs() -> Mapping[str, type[DecisionInput]]:
    """Return the inputs by the names of their decisions."""
    return {name: _create_input(command) for name, command in list_decisions().items()}


def parse_decision(body: Mapping[str, Any]) -> DecisionInput:
    """Return the decision in a JSON body or a form's fields, where ``decision`` names it.

    ``Refusal("unknown_decision")`` for another name; pydantic's ``ValidationError`` for wrong fields.
    """
    name, commands = body.get("decision"), list_decisions()
    command = commands.get(name) if isinstance(name, str) else None
    if command is None:
        raise Refusal("unknown_decision", {"known": ", ".join(commands)})
    return _create_input(command).model_validate(body)


@cache
def _create_input(command: type[Command]) -> type[DecisionInput]:
    declaration = command.decision
    assert declaration is not None
    fields: dict[str, Any] = {"decision": (Literal[declaration.name], declaration.name)}
    for name, kind in list_fields(command).items():
        field = command.model_fields[name]
        if kind.control == "uploads":
            fields[UPLOADS] = (kind.input_type, ())
        elif field.is_required():
            fields[name] = (kind.input_type, ...)
        else:
            input_type = kind.input_type | None if _is_optional(field) else kind.input_type
            fields[name] = (input_type, field.default)
    model = create_model(
        "".join(part.capitalize() for part in declaration.name.split("_")),
        __base__=DecisionInput,
        __doc__=command.__doc__,
        __validators__=_list_validators(declaration),
        **fields,
    )
    model.command, model.declaration = command, declaration
    return model


def _list_validators(declaration: Decision) -> dict[str, Any]:
    check = declaration.check_fields
    if check is None:
        return {}

    def check_fields(decision: DecisionInput) -> DecisionInput:
        check(decision)
        return decision

    return {"check_fields": model_validator(mode="after")(check_fields)}


def _is_optional(field: FieldInfo) -> bool:
    return get_origin(field.annotation) in (Union, UnionType) and type(None) in get_args(field.annotation)
