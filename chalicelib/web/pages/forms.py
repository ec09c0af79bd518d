"""Handling a form: what was wrong with its fields, and the page that shows it again."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalice.app import Response
from pydantic import ValidationError

from chalicelib.domain.values.errors import Refusal, Stale
from chalicelib.web.pages.page_call import PageCall
from chalicelib.web.pages.rendering import build_retry_headers, render_page
from chalicelib.web.problems import Problem, create_problem


@dataclass(frozen=True)
class FormError:
    """A field of a form that is wrong: what is wrong, and what to do."""

    title: str
    detail: str = ""


FormErrors = dict[str, FormError]
"""The errors by field name; an error that belongs to no field has the name ""."""

_FORM_NAMES = {"uploads": "photos", "place": "address", "answer": "text", "reply": "text"}
"""The fields that have another name in forms than in the API."""
_ABOUT_COORDINATES = frozenset({"coordinates_incomplete", "place_swapped", "place_outside"})


def to_form_errors(problem: Problem) -> FormErrors:
    """Return the problem by the field or fields it is about."""
    if problem.code == "invalid":
        return {_get_form_name(each.pointer): FormError(each.detail) for each in problem.errors}
    error = FormError(problem.title, problem.detail)
    if problem.code in _ABOUT_COORDINATES:
        return {"latitude": error}
    return {_get_form_name(each.pointer): error for each in problem.errors} or {"": error}


def render_form(call: PageCall, template: str, problem: Problem | None, **context: Any) -> Response:
    """Return a page with a form; if the form was refused, with what was typed and what is wrong with it."""
    shown: dict[str, Any] = {"typed": call.form.to_dict()}
    if problem:
        shown |= {"errors": to_form_errors(problem), "headers": build_retry_headers(problem)}
    return render_page(call, template, problem.status if problem else 200, **shown | context)


def handle_form(
    call: PageCall, submit: Callable[[], Response], show_again: Callable[[Problem], Response]
) -> Response:
    """Do what a form asks; if that is refused, show the form again. A signed-out person has to sign in."""
    try:
        return submit()
    except (Refusal, Stale, ValidationError) as error:
        problem = create_problem(error, call.language)
        if problem.code == "signed_out":
            raise
        return show_again(problem)


def create_form_key() -> str:
    """Return a key that identifies one form: however often it is sent, it is recorded once."""
    return secrets.token_urlsafe(16)


def reuse_form_key(call: PageCall, problem: Problem | None) -> str:
    """Return the key of a form that is shown again, and a new one where another form had used it."""
    key = call.form.get_short("key") if problem and problem.code != "key_reused" else ""
    return key or create_form_key()


def _get_form_name(pointer: str) -> str:
    name = pointer.removeprefix("#/").partition("/")[0]
    return _FORM_NAMES.get(name, name)
