"""A procedure's own text: it loads to the same procedure, and is the same from any writer."""

import tomllib
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.__main__ import main
from chalicelib.domain.procedure.extends import read_layers, resolve
from chalicelib.domain.procedure.loading import list_procedure_files, parse_procedure, read_procedure
from chalicelib.domain.procedure.toml_text import format_procedure, format_toml

EVERY = pytest.mark.parametrize("file", list_procedure_files(), ids=lambda file: str(file.stem))


@EVERY
def test_the_text_loads_to_the_same_procedure_without_any_base(file: Path) -> None:
    procedure = read_procedure(file)
    text = format_procedure(procedure)
    assert parse_procedure(text) == procedure
    assert tomllib.loads(text) == resolve(read_layers(file))
    assert format_procedure(parse_procedure(text)) == text


@EVERY
def test_show_prints_that_text_and_its_file_loads_equal(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", str(file)]) == 0
    shown = capsys.readouterr().out
    frozen = tmp_path / f"{file.stem}@frozen.toml"
    frozen.write_text(shown, encoding="utf-8")
    assert read_procedure(frozen) == read_procedure(file)
    assert shown == format_procedure(read_procedure(file))


def test_show_says_what_keeps_a_file_from_being_a_procedure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new.toml"
    file.write_text('extends = "national-practise@1"')
    assert main(["show", str(file)]) == 1
    out, error = capsys.readouterr()
    assert out == ""
    assert (
        error == f'{file}: file: extends "national-practise@1", which is no base. Use national-practice@1.\n'
    )


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.floats(0, 1) | st.just(time(8)),
    lambda values: (
        st.lists(values)
        | st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e-1", "a.b", "ü", ""]), values)
    ),
    max_leaves=8,
)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(["id", "steps", "ladders", "roles", "header", "exits"]), VALUES))
def test_any_values_are_written_so_that_they_are_read_again(data: dict) -> None:
    assert tomllib.loads(format_toml(data)) == data
