"""Registering, signing in and out, setting another password: citizens and staff alike."""

from urllib.parse import quote, unquote

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.services.staff.accounts import Person, normal_login
from chalicelib.web import limits, session
from chalicelib.web.pages.rendering import (
    Call,
    cookie_of,
    errors_of,
    guarded,
    html,
    page,
    retry,
    see,
    url,
    with_query,
)
from chalicelib.web.problems import Problem

routes = Blueprint(__name__)

_CODE_SENT = "daftar"
"""The cookie that remembers whom a code was sent to: an address or a number never stands in a URL."""
_HALF_AN_HOUR = 1800


@page(routes, "/masuk")
def sign_in_page(call: Call) -> Response:
    """The sign-in form; whoever is signed in goes on at once."""
    if call.person:
        return see(_onward(call.query.get("lanjut"), call.person))
    return _sign_in_form(call, call.query.get("lanjut"))


@page(routes, "/masuk", "POST")
def sign_in(call: Call) -> Response:
    """Sign in, and go on to where one wanted to be."""

    def act() -> Response:
        call.check_form()
        login = call.form.get("login")
        limits.by_address("sign-in", call.request)
        limits.by_login("sign-in", login)
        person = application().sign_in.sign_in(login, call.form.raw("password"))
        return see(_onward(call.form.get("lanjut"), person), session.set_cookie(session.issue(person)))

    def otherwise(problem: Problem) -> Response:
        if problem.code == "not_confirmed":
            return see(with_query("/daftar/kode", lanjut=_relative(call.form.get("lanjut"))), _remember(call))
        return _sign_in_form(call, call.form.get("lanjut"), problem)

    return guarded(call, act, otherwise)


@page(routes, "/keluar", "POST")
def sign_out(call: Call) -> Response:
    """Sign out of this browser."""
    call.check_form()
    return see("/", session.clear_cookie())


@page(routes, "/daftar")
def register_page(call: Call) -> Response:
    """The form for a new account."""
    if call.person:
        return see(_onward(call.query.get("lanjut"), call.person))
    return _register_form(call, call.query.get("lanjut"))


@page(routes, "/daftar", "POST")
def register(call: Call) -> Response:
    """Make the account and ask for the code that was sent."""

    def act() -> Response:
        call.check_form()
        login = call.form.get("login")
        limits.by_address("code", call.request)
        limits.by_login("code", login)
        password = call.form.raw("password")
        application().sign_in.register(call.form.get("name"), login, password, call.language)
        return see(with_query("/daftar/kode", lanjut=_relative(call.form.get("lanjut"))), _remember(call))

    return guarded(call, act, lambda problem: _register_form(call, call.form.get("lanjut"), problem))


@page(routes, "/daftar/kode")
def code_page(call: Call) -> Response:
    """The form for the code."""
    return _code_form(call, "code.html", call.query.get("lanjut"))


@page(routes, "/daftar/kode", "POST")
def confirm(call: Call) -> Response:
    """Take the code, or send another one."""
    login, onward = call.form.get("login"), _relative(call.form.get("lanjut"))

    def act() -> Response:
        call.check_form()
        if call.form.get("act") == "resend":
            limits.by_address("code", call.request)
            limits.by_login("code", login)
            application().sign_in.resend_code(login)
            return see(with_query("/daftar/kode", lanjut=onward, kirim="ulang"), _remember(call))
        limits.by_login("confirm", login)
        application().sign_in.confirm(login, call.form.get("code"))
        return see(with_query("/masuk", lanjut=onward, siap="ya"), cookie_of(_CODE_SENT, "", 0))

    return guarded(call, act, lambda problem: _code_form(call, "code.html", onward, problem))


@page(routes, "/lupa")
def forgot_page(call: Call) -> Response:
    """Where to send a code to, for whoever forgot their password or never had one."""
    return _forgot_form(call, call.query.get("lanjut"))


@page(routes, "/lupa", "POST")
def forgot(call: Call) -> Response:
    """Send a code, and ask for it; the same whether there is such an account or not."""
    onward = _relative(call.form.get("lanjut"))

    def act() -> Response:
        call.check_form()
        _send_reset_code(call)
        return see(with_query("/lupa/kode", lanjut=onward), _remember(call))

    return guarded(call, act, lambda problem: _forgot_form(call, onward, problem))


@page(routes, "/lupa/kode")
def new_password_page(call: Call) -> Response:
    """The form for the code and another password."""
    return _code_form(call, "new_password.html", call.query.get("lanjut"))


@page(routes, "/lupa/kode", "POST")
def set_password(call: Call) -> Response:
    """Set the password by the code, or send another one."""
    login, onward = call.form.get("login"), _relative(call.form.get("lanjut"))

    def act() -> Response:
        call.check_form()
        if call.form.get("act") == "resend":
            _send_reset_code(call)
            return see(with_query("/lupa/kode", lanjut=onward, kirim="ulang"), _remember(call))
        limits.by_login("confirm", login)
        application().sign_in.reset_password(login, call.form.get("code"), call.form.raw("password"))
        return see(with_query("/masuk", lanjut=onward, sandi="baru"), cookie_of(_CODE_SENT, "", 0))

    return guarded(call, act, lambda problem: _code_form(call, "new_password.html", onward, problem))


def _send_reset_code(call: Call) -> None:
    limits.by_address("code", call.request)
    limits.by_login("code", call.form.get("login"))
    application().sign_in.send_reset_code(call.form.get("login"))


def _sign_in_form(call: Call, onward: str, problem: Problem | None = None) -> Response:
    return html(
        call,
        "sign_in.html",
        problem.status if problem else 200,
        errors=errors_of(problem) if problem else {},
        headers=retry(problem) if problem else {},
        typed=call.form.last(),
        next=_relative(onward),
        register=url(with_query("/daftar", lanjut=_relative(onward))),
        forgot=url(with_query("/lupa", lanjut=_relative(onward))),
        confirmed=bool(call.query.get("siap")),
        renewed=bool(call.query.get("sandi")),
    )


def _register_form(call: Call, onward: str, problem: Problem | None = None) -> Response:
    return html(
        call,
        "register.html",
        problem.status if problem else 200,
        errors=errors_of(problem) if problem else {},
        headers=retry(problem) if problem else {},
        typed=call.form.last(),
        next=_relative(onward),
        sign_in=url(with_query("/masuk", lanjut=_relative(onward))),
    )


def _forgot_form(call: Call, onward: str, problem: Problem | None = None) -> Response:
    return html(
        call,
        "forgot.html",
        problem.status if problem else 200,
        errors=errors_of(problem) if problem else {},
        headers=retry(problem) if problem else {},
        typed=call.form.last(),
        next=_relative(onward),
        sign_in=url(with_query("/masuk", lanjut=_relative(onward))),
    )


def _code_form(call: Call, template: str, onward: str, problem: Problem | None = None) -> Response:
    sent_to = unquote(session.cookie(call.request, _CODE_SENT) or "")
    return html(
        call,
        template,
        problem.status if problem else 200,
        errors=errors_of(problem) if problem else {},
        headers=retry(problem) if problem else {},
        typed=call.form.last() or {"login": sent_to},
        next=_relative(onward),
        resent=bool(call.query.get("kirim")) and problem is None,
    )


def _remember(call: Call) -> str:
    return cookie_of(_CODE_SENT, quote(normal_login(call.form.get("login"))), _HALF_AN_HOUR)


def _onward(wanted: str, person: Person) -> str:
    return _relative(wanted) or ("/petugas" if person.officer else "/laporan")


def _relative(wanted: str) -> str:
    """The path if it is one of ours: nobody is sent elsewhere by a link they were given."""
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if ours and "\\" not in wanted else ""
