"""Every refusal has a status and its sentences; what is told of an error is enough and not too much."""

import ast
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chalicelib.domain.values.errors import Conflict, Refusal, Stale
from chalicelib.i18n.catalog import LANGUAGES, get_texts, has_text
from chalicelib.web import problems
from chalicelib.web.refusals import REFUSALS

SOURCES = Path(problems.__file__).parents[1]


pytestmark = pytest.mark.usefixtures("world")


def codes_in_the_code() -> set[str]:
    """The codes of all refusals that are raised anywhere, and those that a procedure's requirements make."""
    found = {"missing_place", "missing_photo"}
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal":
                found |= {str(leaf.value) for leaf in node.args[:1] if isinstance(leaf, ast.Constant)}
    return found


def test_every_refusal_in_the_code_has_a_status() -> None:
    assert codes_in_the_code() - REFUSALS.keys() == set()


@pytest.mark.parametrize("code", REFUSALS)
def test_every_status_has_a_title_and_a_sentence_on_what_to_do(code: str) -> None:
    for part in ("title", "detail"):
        assert has_text(f"refusals.{code}.{part}")


def test_every_sentence_about_a_field_needs_only_what_pydantic_gives() -> None:
    given = {"ge", "le", "expected", "max_length", "min_length"}
    for language in LANGUAGES:
        for key, sentence in get_texts(language).items():
            if key.startswith("validation."):
                sentence.format(**dict.fromkeys(given, "1"))


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Refusal("key_reused"), 422, "key_reused"),
        (Refusal("unknown_ticket"), 404, "unknown_ticket"),
        (Refusal("link_expired"), 410, "link_expired"),
        (Refusal("busy"), 503, "busy"),
        (Stale("verify.1-3"), 412, "stale"),
        (Conflict("ABC"), 503, "busy"),
        (RuntimeError("secret"), 500, "unforeseen"),
    ],
)
def test_each_error_has_its_status(error: Exception, status: int, code: str) -> None:
    problem = problems.create_problem(error, "en")
    assert (problem.status, problem.code) == (status, code)
    assert "secret" not in problem.title + problem.detail


def test_a_refusals_blanks_are_filled_and_its_field_is_named() -> None:
    blanks = {"field": "narrative", "most": "4000", "given": "4213"}
    problem = problems.create_problem(Refusal("text_too_long", blanks), "en")
    assert "4213" in problem.detail
    assert problem.errors == (problems.FieldError("#/narrative", problem.detail),)


@pytest.mark.parametrize(
    ("refusal", "seconds"),
    [
        (Refusal("too_often", {"seconds": "90", "minutes": "2"}), "90"),
        (Refusal("too_many_tries"), "300"),
        (Refusal("busy"), "2"),
    ],
)
def test_who_must_wait_is_told_how_long(refusal: Refusal, seconds: str) -> None:
    assert problems.create_problem(refusal, "id").to_response().headers["Retry-After"] == seconds


def test_other_problems_do_not_ask_to_try_again() -> None:
    assert "Retry-After" not in problems.create_problem(Refusal("unknown_ticket"), "id").to_response().headers


def test_the_problem_carries_the_number_of_the_request() -> None:
    response = problems.create_problem(Refusal("not_found"), "en").to_response("request-1")
    assert response.body["instance"] == "request-1"
    assert response.body["type"] == "http://localhost:8000/problems/not_found"


def test_what_was_typed_is_not_said_back() -> None:
    class Form(BaseModel):
        model_config = ConfigDict(extra="forbid")
        code: str = Field(max_length=3)

    with pytest.raises(ValidationError) as wrong:
        Form.model_validate({"code": "hunter2"})
    (error,) = problems.create_problem(wrong.value, "en").errors
    assert (error.pointer, error.detail) == ("#/code", "Too long: at most 3 characters.")
