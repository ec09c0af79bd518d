import ast
import re
import string
from pathlib import Path
from typing import get_args

import pytest
from jinja2 import Environment, nodes

from chalicelib.domain.complaint.decisions import list_decisions
from chalicelib.domain.complaint.events import EVENT_TYPES
from chalicelib.domain.complaint.state import STATES, ArchiveReason, Missing
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.domain.procedure.model import PLAN, ComplaintClass, FilingRules
from chalicelib.domain.time.deadlines import DerivationReason
from chalicelib.i18n.catalog import LANGUAGES, get_text, get_texts, has_text
from chalicelib.web.pages.complaint import list_reporter_decisions
from chalicelib.web.pages.formatting import When
from chalicelib.web.pages.uploads import KINDS
from chalicelib.web.refusals import REFUSALS
from tests.paths import ROOT

CODE = ROOT / "chalicelib"
TEMPLATES = sorted(CODE.glob("*/templates/*.html"))


LAID_OVER = ("items_asked", "question_asked", "rerouted")
"""What is told in place of a state."""


def blanks_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def refusals() -> list[tuple[str, str, set[str] | None]]:
    """Every ``Refusal(...)`` in the code: where, its code (``*`` for a blank), the details it gives."""
    found = []
    for path in sorted(CODE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                code = _pattern(node.args[0])
                if code:
                    where = f"{path.relative_to(CODE)}:{node.lineno}"
                    found.append((where, code, _details(node)))
    return found


def _pattern(node: ast.expr) -> str:
    """A string with ``*`` for what is only known at run time; empty where all of it is."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    return ""


def _details(node: ast.Call) -> set[str] | None:
    if len(node.args) < 2:
        return set()
    given = node.args[1]
    if not isinstance(given, ast.Dict):
        return None
    return {str(key.value) for key in given.keys if isinstance(key, ast.Constant)}


def matching(pattern: str) -> list[str]:
    expression = re.compile(re.escape(pattern).replace(r"\*", "[^.]+"))
    return [key for key in get_texts("id") if expression.fullmatch(key)]


def keys_in(template: Path) -> set[str]:
    """What a template asks ``t`` for, ``*`` standing for what it puts together."""
    tree = Environment(autoescape=True).parse(template.read_text(encoding="utf-8"))
    asked = [call.args[0] for call in tree.find_all(nodes.Call) if getattr(call.node, "name", "") == "t"]
    return {key for node in asked for key in _said(node)}


def _said(node: nodes.Node) -> list[str]:
    match node:
        case nodes.Const(value=value):
            return [str(value)]
        case nodes.Concat(nodes=parts):
            return ["".join(_said(part)[0] if isinstance(part, nodes.Const) else "*" for part in parts)]
        case nodes.CondExpr(expr1=one, expr2=other):
            return [*_said(one), *(_said(other) if other else [])]
        case _:
            return []


def test_both_languages_have_the_same_sentences_with_the_same_blanks() -> None:
    indonesian, english = (get_texts(language) for language in LANGUAGES)

    assert indonesian.keys() == english.keys()
    differing = [key for key in indonesian if blanks_of(indonesian[key]) != blanks_of(english[key])]
    assert differing == []


def test_no_sentence_is_empty() -> None:
    assert [
        key for language in LANGUAGES for key, said in get_texts(language).items() if not said.strip()
    ] == []


def test_a_sentence_has_its_blanks_filled() -> None:
    said = get_text("id", "refusals.text_too_long.detail", most=4000, given=4123)

    assert "4000" in said
    assert "4123" in said
    assert "{" not in said


def test_a_key_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        get_text("id", "refusals.nothing_of_the_kind.title")


def test_every_refusal_has_a_title_and_says_what_to_do() -> None:
    missing = [
        (where, code)
        for where, code, _ in refusals()
        for part in ("title", "detail")
        if not matching(f"refusals.{code}.{part}")
    ]

    assert missing == []


def test_every_item_a_procedure_may_require_has_its_refusal() -> None:
    annotation = FilingRules.model_fields["requires"].annotation
    items = get_args(get_args(annotation)[0])

    assert items
    assert [item for item in items if not has_text(f"refusals.missing_{item}.detail")] == []


def test_every_code_with_a_status_has_its_sentences() -> None:
    assert [code for code in REFUSALS if not has_text(f"refusals.{code}.title")] == []
    assert [code for code in REFUSALS if not has_text(f"refusals.{code}.detail")] == []


def test_who_refuses_fills_the_blanks_of_the_sentence() -> None:
    unfilled = [
        (where, code, blanks_of(get_texts("id")[key]) - details)
        for where, code, details in refusals()
        if details is not None
        for key in (*matching(f"refusals.{code}.title"), *matching(f"refusals.{code}.detail"))
        if blanks_of(get_texts("id")[key]) - details
    ]

    assert unfilled == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_sentence_a_template_asks_for_is_there(template: Path) -> None:
    assert [key for key in keys_in(template) if not matching(key)] == []


def test_the_templates_do_ask_for_sentences() -> None:
    """So that the test above cannot pass by finding none."""
    assert len(set().union(*(keys_in(template) for template in TEMPLATES))) > 100


def test_what_is_put_together_from_the_domains_names_is_there() -> None:
    reasons = set(get_args(get_args(DerivationReason)[0])) | set(get_args(get_args(DerivationReason)[1]))
    keys = [
        *(f"states.{state}" for state in STATES),
        *(f"explained.{state}" for state in STATES),
        *(f"{kind}.resolved_by_{by}" for kind in ("states", "explained") for by in ("reporter", "silence")),
        *(f"events.{event}" for event in EVENT_TYPES - {"step.opened", "deadline.armed"}),
        "events.rung.late",
        *(f"derivation.skipped.{reason}" for reason in reasons - {"trigger", "working", "extra_working_day"}),
        "derivation.counted.extra_working_day",
        *(f"classes.{one}" for one in get_args(ComplaintClass)),
        *(
            f"decisions.{decision}.{part}"
            for decision in list_decisions()
            for part in ("heading", "button", "noted")
        ),
        *(f"pages.noted.{decision}" for decision in ("filed", *list_reporter_decisions())),
        *(f"missing.{item}" for item in get_args(Missing)),
        *(f"archived_for.{reason}" for reason in get_args(ArchiveReason)),
        *(f"states.{key}" for key in ("archived_for", "duplicate_of", "handed_over_to")),
        *(f"{kind}.{key}" for kind in ("states", "explained") for key in LAID_OVER),
        *(f"pages.rows.{when}" for when in get_args(When)),
        *(f"pages.photos.kinds.{kind}" for kind in KINDS),
        *(f"languages.{language}" for language in LANGUAGES),
    ]

    assert [key for key in keys if not has_text(key)] == []


@pytest.mark.parametrize("procedure", list_procedure_ids())
def test_every_clock_over_several_steps_has_a_name_that_people_understand(procedure: str) -> None:
    clocks = (*(envelope.name for envelope in load_procedure(procedure).overall_deadlines), PLAN)

    assert [clock for clock in clocks if not has_text(f"clocks.{clock}")] == []


STILL_NOT_DONE = (
    "handed_over",
    "handed_over_to",
    "rerouted",
    "archived",
    "archived_for",
    "lapsed",
    "duplicate_of",
)
DONE = re.compile(r"\b(selesai|diselesaikan|resolved|finished|solved)\b", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_answered_here_is_never_called_done(language) -> None:
    past = ("complaint.handed_over", "complaint.rerouted", "complaint.archived", "complaint.lapsed")
    keys = [f"{group}.{key}" for group in ("states", "explained") for key in STILL_NOT_DONE]
    keys += [
        f"events.{key}" for key in (*past, "handover.ended", "duplicate.released", "complaint.withdrawn")
    ]
    keys += ["refusals.already_closed.title", "refusals.already_closed.detail"]
    said = {key: get_texts(language)[key] for key in keys if has_text(key)}
    assert len(said) > len(STILL_NOT_DONE)
    assert {key for key, sentence in said.items() if DONE.search(sentence)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name", ["handed-over", "handover-ended", "archived", "lapsed", "rerouted", "withdrawn-reporter"]
)
def test_no_message_calls_it_done_either(language, name) -> None:
    template = CODE / "notifications" / "templates" / language / f"{name}.j2"
    assert not DONE.search(template.read_text(encoding="utf-8"))
