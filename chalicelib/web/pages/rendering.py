"""From a request to a page: what all pages need, said once.

A page is one response: its style and script stand in it, allowed by their hashes, so that a cheap phone
asks once and an officer's link loads nothing from anywhere else.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from chalice.app import Blueprint, Request, Response
from pydantic import ValidationError

from chalicelib.bootstrap import application
from chalicelib.domain.values.errors import Refusal, Stale
from chalicelib.i18n.catalog import LANGUAGES, get_text
from chalicelib.i18n.dates import Language
from chalicelib.services.staff.accounts import Person
from chalicelib.web import session
from chalicelib.web.pages import formatting
from chalicelib.web.problems import Problem, language_of, log_unforeseen, problem_of

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_WEB = Path(__file__).parent.parent
_FORM = "application/x-www-form-urlencoded"
_GUEST = "tamu"
_HALF_A_DAY = 12 * 3600
_YEAR = 365 * 24 * 3600
_LONGEST_OF_OURS = 200
"""Characters of the longest key or tag that our forms carry."""

View = Callable[..., Response]


@dataclass(frozen=True)
class Fields:
    """What came with a query or a form; an absent field is empty."""

    given: Mapping[str, tuple[str, ...]]

    def get(self, name: str) -> str:
        """The field's last value without the space around it."""
        return self.given.get(name, ("",))[-1].strip()

    def short(self, name: str) -> str:
        """The same of a field that we filled in ourselves: longer than any of ours is as good as none."""
        value = self.get(name)
        return value if len(value) <= _LONGEST_OF_OURS else ""

    def raw(self, name: str) -> str:
        """The field's last value as it was typed: a password may begin or end with a space."""
        return self.given.get(name, ("",))[-1]

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of the field that is not empty."""
        return tuple(value for value in self.given.get(name, ()) if value)

    def last(self) -> dict[str, str]:
        """The fields with one value each, as forms show them again."""
        return {name: self.get(name) for name in self.given}


@dataclass(frozen=True)
class Call:
    """One request for a page: who asks, in which language, with what."""

    request: Request
    path: str
    """The path below the public address, without a stage."""
    language: Language
    person: Person | None
    query: Fields
    form: Fields
    guest: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    """What the forms of somebody who is not signed in are bound to; kept in a cookie."""

    @property
    def bound_to(self) -> str:
        """What this person's forms are good for."""
        return self.person.account.id if self.person else f"guest/{self.guest}"

    def require(self) -> Person:
        """Who is signed in; ``Refusal("signed_out")`` leads to the sign-in page and back."""
        if self.person is None:
            raise Refusal("signed_out")
        return self.person

    def check_form(self, bound_to: str | None = None) -> None:
        """``Refusal("form_expired")`` where the form is not one that we gave to this very person."""
        session.check_csrf(self.form.get("csrf"), bound_to or self.bound_to)

    def get_text(self, key: str, /, **blanks: object) -> str:
        """A sentence in the page's language."""
        return get_text(self.language, key, **blanks)


def page(routes: Blueprint, path: str, method: str = "GET") -> Callable[[View], View]:
    """Serve a view as a page: it gets a ``Call`` and the path's blanks; its refusals become pages too."""

    def serve(view: View) -> View:
        @wraps(view)
        def answer(**blanks: str) -> Response:
            call = _call(routes.current_request)
            try:
                return view(call, **blanks)
            except Exception as error:  # noqa: BLE001  a person gets a page that says so, whatever it was
                return refused(call, error)

        routes.route(path, methods=[method], content_types=[_FORM] if method == "POST" else [])(answer)
        return answer

    return serve


def _call(request: Request) -> Call:
    query = {name: tuple(values) for name, values in _multi(request).items()}
    form: dict[str, tuple[str, ...]] = {}
    if request.method == "POST":
        body = request.raw_body
        decoded = body.decode(errors="replace") if isinstance(body, bytes) else body
        for name, value in parse_qsl(decoded, keep_blank_values=True):
            form[name] = (*form.get(name, ()), value.replace("\r\n", "\n"))
    guest = session.cookie(request, _GUEST)
    return Call(
        request=request,
        path=request.path.format(**request.uri_params or {}),
        language=language_of(request),
        person=session.person_of(request),
        query=Fields(query),
        form=Fields(form),
        **({"guest": guest} if guest else {}),
    )


def _multi(request: Request) -> dict[str, list[str]]:
    params = request.query_params
    return {name: params.getlist(name) for name in params} if params is not None else {}


def url(path: str) -> str:
    """The address of a path of ours for a browser: the public address may have a stage's path before it."""
    return urlsplit(application().public_url).path.rstrip("/") + path


def absolute(path: str, **query: str | tuple[str, ...]) -> str:
    """The whole address, for somebody outside to send a browser back to."""
    return application().build_url(with_query(path, **query))


def with_query(path: str, **query: str | tuple[str, ...]) -> str:
    """The path with those of the fields that are not empty."""
    given = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


def see(path: str, *cookies: str) -> Response:
    """Send the browser on with a GET."""
    headers: dict[str, Any] = {"Location": url(path)}
    if cookies:
        headers["Set-Cookie"] = list(cookies)
    return Response(body="", status_code=303, headers=headers)


def see_file(address: str) -> Response:
    """Send the browser to a picture's short-lived address."""
    return Response(body="", status_code=303, headers={"Location": address})


def html(
    call: Call,
    template: str,
    status: int = 200,
    *,
    bound_to: str | None = None,
    headers: Mapping[str, str] | None = None,
    sheet: str = "style.css",
    **context: Any,
) -> Response:
    """A template as a response.

    ``bound_to`` is what the page's forms are good for where that is not the person; ``sheet`` is the style
    that stands in it; ``context`` may name the
    path the other language is found at (``here``), and addresses whose origins the browser may load pictures
    from and post to (``storage``).
    """
    given: dict[str, Any] = {
        "t": call.get_text,
        "language": call.language,
        "person": call.person,
        "csrf": session.csrf_token(bound_to or call.bound_to),
        "url": url,
        "here": call.path,
        "errors": {},
        "typed": {},
        "show": formatting.Formatter(call.language, application().now()),
        "style": _asset(sheet),
        "script": _asset("page.js"),
        "storage": (),
        **context,
    }
    given["other_languages"] = _other_languages(call, given["here"])
    body = _environment().get_template(template).render(given)
    all_headers: dict[str, Any] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": call.language,
        "Content-Security-Policy": _policy(sheet, given["storage"]),
        **(headers or {}),
    }
    if cookies := _cookies(call, bound_to):
        all_headers["Set-Cookie"] = cookies
    return Response(body=body, status_code=status, headers=all_headers)


def refused(
    call: Call,
    error: Exception,
    template: str = "refused.html",
    bound_to: str | None = None,
    **context: Any,
) -> Response:
    """A page that says why not, and what to do; ``context`` is for the template.

    Whoever is not signed in is taken to the door and back; who wanted to send something gets it back first.
    """
    problem = problem_of(error, call.language)
    if problem.code == "signed_out":
        if call.request.method == "GET":
            return see(with_query("/masuk", lanjut=with_query(call.path, **call.query.given)))
        template = "signed_out.html"
    if problem.status == 500:
        log_unforeseen(error, call.request)
    return html(
        call,
        template,
        problem.status,
        bound_to=bound_to,
        headers=retry(problem),
        here="/" if call.request.method == "POST" else call.path,
        problem=problem,
        typed=call.form.last(),
        **context,
    )


def retry(problem: Problem) -> dict[str, str]:
    """The header that says when to try again, where waiting helps."""
    return {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}


@dataclass(frozen=True)
class Wrong:
    """What is wrong at one field of a form, and what to do."""

    title: str
    detail: str = ""


Errors = dict[str, Wrong]
"""What is wrong, by the name of the field it is at; under "" what is at none."""

_FORM_FIELDS = {"uploads": "photos", "place": "address", "answer": "text", "reply": "text"}
"""What is called otherwise in forms than in the API."""
_ABOUT_A_POINT = frozenset({"place_half", "place_swapped", "place_outside"})


def errors_of(problem: Problem) -> Errors:
    """The problem at its field or fields."""
    if problem.code == "invalid":
        return {_field(each.pointer): Wrong(each.detail) for each in problem.errors}
    wrong = Wrong(problem.title, problem.detail)
    if problem.code in _ABOUT_A_POINT:
        return {"latitude": wrong}
    return {_field(each.pointer): wrong for each in problem.errors} or {"": wrong}


def _field(pointer: str) -> str:
    name = pointer.removeprefix("#/").partition("/")[0]
    return _FORM_FIELDS.get(name, name)


def guarded(call: Call, act: Callable[[], Response], otherwise: Callable[[Problem], Response]) -> Response:
    """Do what a form asks; where that is refused, the form again. Whoever is signed out meets the door."""
    try:
        return act()
    except (Refusal, Stale, ValidationError) as error:
        problem = problem_of(error, call.language)
        if problem.code == "signed_out":
            raise
        return otherwise(problem)


def fresh_key() -> str:
    """A key that makes the sending of one form one and the same, however often it is sent."""
    return secrets.token_urlsafe(16)


def cookie_of(name: str, value: str, seconds: int) -> str:
    """A ``Set-Cookie`` value that only our own pages see."""
    secure = "; Secure" if application().public_url.startswith("https:") else ""
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def _cookies(call: Call, bound_to: str | None) -> list[str]:
    cookies = []
    if call.person is None and bound_to is None:
        cookies.append(cookie_of(_GUEST, call.guest, _HALF_A_DAY))
    if call.query.get("lang") in LANGUAGES:
        cookies.append(cookie_of("lang", call.language, _YEAR))
    return cookies


def _other_languages(call: Call, here: str) -> list[tuple[Language, str]]:
    same = {name: values for name, values in call.query.given.items() if name != "lang"}
    if call.path != here:
        same = {}
    return [
        (language, url(with_query(here, **same, lang=language)))
        for language in LANGUAGES
        if language != call.language
    ]


@cache
def _environment() -> "Environment":
    # Jinja is slow to import, and only this Lambda shows pages.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["paragraphs"] = _paragraphs
    return environment


def _paragraphs(said: str) -> "Markup":
    """What somebody wrote, escaped, with their paragraphs and lines."""
    from markupsafe import Markup, escape

    parts = [
        escape(part).replace("\n", Markup("<br>")) for part in said.strip().split("\n\n") if part.strip()
    ]
    return Markup("").join(Markup("<p>{}</p>").format(part) for part in parts)


@cache
def _asset(name: str) -> "Markup":
    from markupsafe import Markup

    # Our own file, not a visitor's words.
    return Markup((_WEB / "static" / name).read_text(encoding="utf-8"))  # noqa: S704


@cache
def _hash(name: str) -> str:
    digest = hashlib.sha256(_asset(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _policy(sheet: str, storage: Iterable[str]) -> str:
    outside = "".join(f" {origin}" for origin in sorted({_origin(address) for address in storage}))
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hash(sheet)}",
            f"script-src {_hash('page.js')}",
            f"img-src 'self' data:{outside}",
            f"form-action 'self'{outside}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
