"""Every version on file says what it said when complaints were first filed under it.

A version that complaints run under is never changed: give the procedure a new version, and write its frozen
copy with ``python -m tests.unit.domain.procedure.frozen``.
"""

import json
from pathlib import Path

import pytest

from chalicelib.domain.procedure.loading import list_procedure_files
from tests.unit.domain.procedure.frozen import RESOLVED, list_frozen


@pytest.mark.parametrize("file", list_procedure_files(), ids=lambda file: str(file.stem))
def test_a_version_on_file_says_key_by_key_what_it_said_when_it_was_frozen(file: Path) -> None:
    for path, text in list_frozen(file).items():
        frozen = path.read_text(encoding="utf-8")
        assert json.loads(text) == json.loads(frozen)
        if path.name.endswith(".model.json"):
            assert text == frozen, "the order of roles, ladders or exits is another"


def test_a_frozen_copy_is_kept_as_long_as_its_version_is_on_file() -> None:
    named = {path for file in list_procedure_files() for path in list_frozen(file)}
    assert set(RESOLVED.glob("*.json")) == named
