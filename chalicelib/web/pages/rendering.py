"""Turning a template into a response: a page, a redirect, or the page of a refusal."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib.bootstrap import application
from chalicelib.i18n.catalog import LANGUAGES
from chalicelib.i18n.dates import Language
from chalicelib.web import session
from chalicelib.web.cookies import build_cookie
from chalicelib.web.pages.addresses import add_query, to_url
from chalicelib.web.pages.assets import SCREEN_STYLE, SCRIPT, build_security_policy, read_asset
from chalicelib.web.pages.formatting import Formatter
from chalicelib.web.pages.page_call import GUEST_COOKIE, PageCall
from chalicelib.web.problems import Problem, create_problem, log_unforeseen

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_TEMPLATES = Path(__file__).parent.parent / "templates"
_HALF_A_DAY = 12 * 3600
_YEAR = 365 * 24 * 3600


def render_page(
    call: PageCall,
    template: str,
    status: int = 200,
    *,
    form_owner: str | None = None,
    headers: Mapping[str, str] | None = None,
    style: str = SCREEN_STYLE,
    **context: Any,
) -> Response:
    """Return a template as a response.

    ``form_owner`` is for whom the page's forms are valid if that is not the person; ``context`` is for the
    template. It may set ``here``, the path at which the other language is found, and ``storage``, addresses
    whose origins the browser may load pictures from and post forms to.
    """
    values = {
        **_build_defaults(call),
        "csrf": session.create_csrf_token(form_owner or call.form_owner),
        "style": read_asset(style),
        **context,
    }
    values["other_languages"] = _link_other_languages(call, values["here"])
    body = _get_environment().get_template(template).render(values)
    all_headers: dict[str, Any] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": call.language,
        "Content-Security-Policy": build_security_policy(style, values["storage"]),
        **(headers or {}),
    }
    if cookies := _build_cookies(call, form_owner):
        all_headers["Set-Cookie"] = cookies
    return Response(body=body, status_code=status, headers=all_headers)


def render_refusal(
    call: PageCall,
    error: Exception,
    template: str = "refused.html",
    form_owner: str | None = None,
    **context: Any,
) -> Response:
    """Return a page that says why something was refused and what to do; ``context`` is for the template.

    A signed-out person who wanted to see a page is sent to sign in and comes back afterwards. If they wanted
    to send a form, they get back what they typed first.
    """
    problem = create_problem(error, call.language)
    if problem.code == "signed_out":
        if call.request.method == "GET":
            return redirect(add_query("/masuk", lanjut=add_query(call.path, **call.query.values)))
        template = "signed_out.html"
    if problem.status == 500:
        log_unforeseen(error, call.request)
    return render_page(
        call,
        template,
        problem.status,
        form_owner=form_owner,
        headers=build_retry_headers(problem),
        here="/" if call.request.method == "POST" else call.path,
        problem=problem,
        typed=call.form.to_dict(),
        **context,
    )


def build_retry_headers(problem: Problem) -> dict[str, str]:
    """Return the header that says when to try again, if waiting helps."""
    return {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}


def redirect(path: str, *cookies: str) -> Response:
    """Send the browser to another page with a GET."""
    headers: dict[str, Any] = {"Location": to_url(path)}
    if cookies:
        headers["Set-Cookie"] = list(cookies)
    return Response(body="", status_code=303, headers=headers)


def redirect_to_file(address: str) -> Response:
    """Send the browser to the short-lived address of a file in the bucket."""
    return Response(body="", status_code=303, headers={"Location": address})


def _build_defaults(call: PageCall) -> dict[str, Any]:
    """Return the values that every template has."""
    return {
        "t": call.get_text,
        "language": call.language,
        "person": call.person,
        "to_url": to_url,
        "here": call.path,
        "errors": {},
        "typed": {},
        "formatter": Formatter(call.language, application().now()),
        "script": read_asset(SCRIPT),
        "storage": (),
    }


def _build_cookies(call: PageCall, form_owner: str | None) -> list[str]:
    cookies = []
    if call.person is None and form_owner is None:
        cookies.append(build_cookie(GUEST_COOKIE, call.guest, _HALF_A_DAY))
    if call.query.get("lang") in LANGUAGES:
        cookies.append(build_cookie("lang", call.language, _YEAR))
    return cookies


def _link_other_languages(call: PageCall, here: str) -> list[tuple[Language, str]]:
    """Return each other language with this page's address in it."""
    query = {name: values for name, values in call.query.values.items() if name != "lang"}
    if call.path != here:
        query = {}
    return [
        (language, to_url(add_query(here, **query, lang=language)))
        for language in LANGUAGES
        if language != call.language
    ]


@cache
def _get_environment() -> "Environment":
    # Jinja is slow to import, and only this Lambda shows pages.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["to_paragraphs"] = _to_paragraphs
    return environment


def _to_paragraphs(text: str) -> "Markup":
    """Return what somebody wrote as escaped HTML, with their paragraphs and lines."""
    from markupsafe import Markup, escape

    paragraphs = [
        escape(paragraph).replace("\n", Markup("<br>"))
        for paragraph in text.strip().split("\n\n")
        if paragraph.strip()
    ]
    return Markup("").join(Markup("<p>{}</p>").format(paragraph) for paragraph in paragraphs)
