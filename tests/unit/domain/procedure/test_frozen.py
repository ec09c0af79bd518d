"""Every version on file says what it said when complaints were first filed under it.

A version that complaints run under is never changed: give the procedure a new version, and write its frozen
copy with ``python -m tests.unit.domain.procedure.frozen``.
"""

import json

import pytest

from chalicelib.domain.procedure.extends import read_layers, resolve
from chalicelib.domain.procedure.loading import list_procedure_files, read_procedure
from tests.unit.domain.procedure.frozen import RESOLVED, format_frozen

FILES = [pytest.param(file, id=file.stem) for file in list_procedure_files()]


@pytest.mark.parametrize("file", FILES)
def test_a_version_on_file_says_key_by_key_what_it_said_when_it_was_frozen(file) -> None:
    procedure = read_procedure(file)
    stem = f"{procedure.id}@{procedure.version}"
    raw = resolve(read_layers(file))
    frozen = json.loads((RESOLVED / f"{stem}.toml.json").read_text(encoding="utf-8"))
    assert json.loads(format_frozen(raw)) == frozen

    model = (RESOLVED / f"{stem}.model.json").read_text(encoding="utf-8")
    assert format_frozen(procedure.model_dump(mode="json", by_alias=True)) == model
