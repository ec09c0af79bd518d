"""A procedure file laid over its base: what it inherits, changes, adds and drops, and its mistakes."""

from pathlib import Path

import pytest

from chalicelib.domain.procedure.extends import BASES, ExtendsError, UnreadableFileError, read_layers, resolve
from chalicelib.domain.procedure.loading import list_procedure_files, parse_procedure, read_procedure
from chalicelib.domain.procedure.merging import Data, Mistake, ProcedureMerge, name_entry

BASE = {
    "roles": {"head": {"decision": "ours"}, "liaison": {"superior": "head"}},
    "filing": {"requires": ["place"], "opens": "record"},
    "steps": [
        {
            "name": "verify",
            "standard_time": {"working_days": 3},
            "exits": {"forward": "respond", "ask": "more"},
        },
        {"name": "respond", "owner": "liaison"},
        {"name": "deliver", "owner": "system"},
    ],
    "ladders": {"handling": {"rungs": [{"name": "half", "part": 0.5}, {"name": "due", "part": 1.0}]}},
    "notices": [
        {"when": "complaint.filed", "to": "reporter", "template": "received"},
        {"when": "complaint.forwarded", "to": "reporter", "template": "forwarded"},
        {"when": "complaint.forwarded", "to": "coordinator", "template": "forwarded"},
    ],
}


def lay_over(own: Data) -> Data:
    merge = ProcedureMerge({"extends": "some@1", **own})
    whole = merge.lay_over(BASE)
    assert merge.mistakes == []
    return whole


def mistakes_of(own: Data) -> list[Mistake]:
    merge = ProcedureMerge({"extends": "some@1", **own})
    merge.lay_over(BASE)
    return merge.mistakes


def names(whole: Data, key: str) -> list[str | None]:
    return [name_entry(key, entry) for entry in whole[key]]


def test_a_file_that_says_nothing_of_its_own_is_its_base() -> None:
    assert lay_over({}) == BASE


def test_tables_are_merged_key_by_key_and_keep_the_order_of_the_base() -> None:
    whole = lay_over({"roles": {"liaison": {"title": "Liaison"}, "head": {"decision": "theirs"}}})
    assert whole["roles"] == {
        "head": {"decision": "theirs"},
        "liaison": {"superior": "head", "title": "Liaison"},
    }
    assert list(whole["roles"]) == ["head", "liaison"]
    assert lay_over({"filing": {"opens": "other"}})["filing"] == {"requires": ["place"], "opens": "other"}


def test_an_entry_is_matched_by_its_name_and_changed_field_by_field() -> None:
    changed = {"name": "verify", "legal_basis": "row 2", "exits": {"forward": "receive"}}
    verify, *others = lay_over({"steps": [changed]})["steps"]
    assert verify == {
        "name": "verify",
        "standard_time": {"working_days": 3},
        "exits": {"forward": "receive", "ask": "more"},
        "legal_basis": "row 2",
    }
    assert others == BASE["steps"][1:]


def test_a_standard_time_is_one_value_for_another_unit_takes_the_place_of_the_first() -> None:
    (verify, *_) = lay_over({"steps": [{"name": "verify", "standard_time": {"office_minutes": 20}}]})["steps"]
    assert verify["standard_time"] == {"office_minutes": 20}


def test_rungs_are_matched_within_their_ladder_and_notices_by_event_and_addressee() -> None:
    rungs = [{"name": "due", "late_level": 1}]
    ladder = lay_over({"ladders": {"handling": {"rungs": rungs}}})["ladders"]["handling"]
    assert ladder["rungs"] == [{"name": "half", "part": 0.5}, {"name": "due", "part": 1.0, "late_level": 1}]

    notice = {"when": "complaint.forwarded", "to": "coordinator", "template": "other"}
    assert lay_over({"notices": [notice]})["notices"] == [*BASE["notices"][:2], notice]


@pytest.mark.parametrize(
    ("own", "order"),
    [
        (["verify", "consult", "receive"], ["verify", "consult", "receive", "respond", "deliver"]),
        (["consult", "deliver", "archive"], ["consult", "verify", "respond", "deliver", "archive"]),
        (["respond", "consult", "verify", "more"], ["verify", "more", "respond", "consult", "deliver"]),
    ],
)
def test_a_new_entry_is_placed_behind_the_one_that_is_written_above_it(own: list, order: list) -> None:
    assert names(lay_over({"steps": [{"name": name} for name in own]}), "steps") == order


def test_a_new_entry_is_placed_behind_the_one_that_its_after_names_and_after_is_not_kept() -> None:
    own = [
        {"when": "answer.published", "to": "head", "after": "complaint.forwarded to reporter"},
        {"when": "answer.published", "to": "reporter"},
    ]
    whole = lay_over({"notices": own})
    assert names(whole, "notices") == [
        "complaint.filed to reporter",
        "complaint.forwarded to reporter",
        "answer.published to head",
        "answer.published to reporter",
        "complaint.forwarded to coordinator",
    ]
    assert not any("after" in notice for notice in whole["notices"])


def test_after_moves_an_inherited_entry_too() -> None:
    whole = lay_over({"steps": [{"name": "verify", "after": "deliver"}]})
    assert names(whole, "steps") == ["respond", "deliver", "verify"]


def test_a_new_key_of_a_table_is_placed_behind_the_one_above_it() -> None:
    assert list(lay_over({"roles": {"system": {}, "head": {}, "ppid": {}}})["roles"]) == [
        "system",
        "head",
        "ppid",
        "liaison",
    ]


def test_what_without_names_is_not_inherited() -> None:
    without = {"steps": ["respond"], "notices": ["complaint.forwarded to reporter"], "roles": ["head"]}
    whole = lay_over({"without": without})
    assert names(whole, "steps") == ["verify", "deliver"]
    assert names(whole, "notices") == ["complaint.filed to reporter", "complaint.forwarded to coordinator"]
    assert list(whole["roles"]) == ["liaison"]
    assert "without" not in whole


@pytest.mark.parametrize(
    ("own", "loc", "problem", "remedy"),
    [
        ({"without": 7}, ("without",), "is no table", "Write [without]"),
        (
            {"without": {"steps": ["respnd"]}},
            ("without", "steps"),
            '"respnd" from steps',
            "verify, respond or deliver",
        ),
        (
            {"without": {"filing": ["opens"]}},
            ("without", "filing"),
            '"filing"',
            "Use roles, steps, ladders or notices",
        ),
        ({"steps": [{"name": "x", "after": "y"}]}, ("steps", 0, "after"), '"y", which is not', "Use verify"),
        ({"steps": [{"name": "x", "after": "x"}]}, ("steps", 0, "after"), '"x", which is not', "Use verify"),
        ({"steps": [{"name": "x"}, {"name": "x"}]}, ("steps", 1, "name"), "is there twice", "Keep one"),
        ({"steps": [{"kind": "verify"}]}, ("steps", 0, "name"), '"name" is missing', "Add it"),
        ({"steps": [{"name": []}]}, ("steps", 0, "name"), '"name" is []', "Give it the name"),
        ({"steps": ["verify"]}, ("steps", 0), "is no table", "[[steps]]"),
        ({"notices": [{"when": "x"}]}, ("notices", 0, "to"), '"to" is missing', "Add it"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_its_remedy(
    own: Data, loc: tuple, problem: str, remedy: str
) -> None:
    (mistake,) = mistakes_of(own)
    assert mistake.loc == loc
    assert problem in mistake.problem
    assert remedy in mistake.remedy


# The files


def write(folder: Path, **files: str) -> Path:
    (folder / "base").mkdir()
    for name, text in files.items():
        (folder / "base" / f"{name}@1.toml").write_text(text, encoding="utf-8")
    return folder / "own.toml"


def test_a_base_is_found_next_to_the_file_before_ours_and_can_extend_another(tmp_path: Path) -> None:
    own = write(tmp_path, near='extends = "far@1"\nb = 2\nc = 2', far="a = 1\nb = 1\nc = 1")
    own.write_text('extends = "near@1"\nc = 3')
    layers = read_layers(own)
    assert [layer.path.name for layer in layers] == ["own.toml", "near@1.toml", "far@1.toml"]
    assert resolve(layers) == {"a": 1, "b": 2, "c": 3}


def test_an_unknown_base_is_answered_with_those_there_are(tmp_path: Path) -> None:
    own = write(tmp_path, near="")
    own.write_text('extends = "naer@1"')
    with pytest.raises(ExtendsError, match=r'own.toml: extends "naer@1", which is no base. Use .*near@1'):
        read_layers(own)


@pytest.mark.parametrize("text", ["extends = 7", "extends = []", 'extends = "../own"'])
def test_what_is_no_name_of_a_base_is_an_unknown_one(tmp_path: Path, text: str) -> None:
    own = write(tmp_path)
    own.write_text(text)
    with pytest.raises(ExtendsError, match="which is no base"):
        read_layers(own)


def test_bases_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    own = write(tmp_path, a='extends = "b@1"', b='extends = "a@1"')
    own.write_text('extends = "a@1"')
    with pytest.raises(ExtendsError, match=r'b@1.toml: extends "a@1", which extends this file') as error:
        read_layers(own)
    assert error.value.layer.path.name == "b@1.toml"


def test_a_base_that_is_no_toml_is_the_file_that_is_named(tmp_path: Path) -> None:
    own = write(tmp_path, near="steps = [")
    own.write_text('extends = "near@1"')
    with pytest.raises(UnreadableFileError, match=r"near@1\.toml"):
        read_layers(own)


def test_todays_procedures_extend_a_base_and_earlier_ones_stand_alone() -> None:
    for file in list_procedure_files():
        assert len(read_layers(file)) == (1 if file.parent.name == "earlier" else 2)


def test_a_base_has_its_version_in_its_name() -> None:
    assert [file.name for file in BASES.glob("*.toml")] == ["national-practice@1.toml"]


def test_a_text_that_needs_a_base_stands_for_no_procedure() -> None:
    file = next(file for file in list_procedure_files() if file.parent.name != "earlier")
    assert read_procedure(file)
    with pytest.raises(ValueError, match="extends"):
        parse_procedure(file.read_text(encoding="utf-8"))


def test_a_row_without_an_actor_has_the_title_of_its_steps_owner_and_at_filing_the_reporters(
    tmp_path: Path,
) -> None:
    own = write(tmp_path, near='[roles]\nreporter.title = "Citizen"\n[[steps]]\nname = "a"\nowner = "head"')
    own.write_text(
        'extends = "near@1"\nroles.head.title = "Head"\nfiling.rows = [{ number = 1 }]\n'
        '[[steps]]\nname = "a"\nrows = [{ number = 2 }, { number = 3, actor = "Deputy" }]'
    )
    whole = resolve(read_layers(own))
    assert whole["filing"]["rows"] == [{"number": 1, "actor": "Citizen"}]
    assert whole["steps"][0]["rows"] == [{"number": 2, "actor": "Head"}, {"number": 3, "actor": "Deputy"}]


@pytest.mark.parametrize("junk", ["7", "[7]", "{ a = 7 }", "[{ rows = 7 }]", "[{ rows = [7], owner = [] }]"])
@pytest.mark.parametrize("key", ["roles", "filing", "steps"])
def test_what_is_no_table_is_left_for_the_model_to_refuse(tmp_path: Path, key: str, junk: str) -> None:
    own = write(tmp_path, near="")
    own.write_text(f'extends = "near@1"\n{key} = {junk}')
    assert list(resolve(read_layers(own))) == [key]
