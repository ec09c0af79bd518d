"""Registering, signing in and out, setting a new password: for citizens and officers alike."""

from typing import Any
from urllib.parse import quote, unquote

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.services.staff.accounts import Person, normalise_login
from chalicelib.web import limits, session
from chalicelib.web.cookies import build_cookie, read_cookie
from chalicelib.web.pages.addresses import add_query, keep_local_path, to_url
from chalicelib.web.pages.forms import handle_form, render_form
from chalicelib.web.pages.page_call import PageCall
from chalicelib.web.pages.rendering import redirect
from chalicelib.web.pages.serving import serve_page
from chalicelib.web.problems import Problem

blueprint = Blueprint(__name__)

_LOGIN_COOKIE = "daftar"
"""Remembers the login that a code was sent to: an e-mail address or phone number never appears in a URL."""
_HALF_AN_HOUR = 1800


@serve_page(blueprint, "/masuk")
def show_sign_in(call: PageCall) -> Response:
    """Show the sign-in form; somebody who is signed in goes on at once."""
    if call.person:
        return redirect(_choose_next_page(call.query.get("lanjut"), call.person))
    return _show_sign_in_form(call, call.query.get("lanjut"))


@serve_page(blueprint, "/masuk", "POST")
def sign_in(call: PageCall) -> Response:
    """Sign in, and go on to the page that was wanted."""
    wanted = call.form.get("lanjut")

    def submit() -> Response:
        call.check_form()
        login = call.form.get("login")
        limits.limit_address_and_login("sign-in", call.request, login)
        person = application().account_service.sign_in(login, call.form.get_raw("password"))
        cookie = session.build_session_cookie(session.issue_token(person))
        return redirect(_choose_next_page(wanted, person), cookie)

    def show_again(problem: Problem) -> Response:
        if problem.code == "not_confirmed":
            return _ask_for_code(call, "/daftar/kode", keep_local_path(wanted))
        return _show_sign_in_form(call, wanted, problem)

    return handle_form(call, submit, show_again)


@serve_page(blueprint, "/keluar", "POST")
def sign_out(call: PageCall) -> Response:
    """Sign out in this browser."""
    call.check_form()
    return redirect("/", session.build_cleared_cookie())


@serve_page(blueprint, "/daftar")
def show_registration(call: PageCall) -> Response:
    """Show the form for a new account."""
    if call.person:
        return redirect(_choose_next_page(call.query.get("lanjut"), call.person))
    return _show_registration_form(call, call.query.get("lanjut"))


@serve_page(blueprint, "/daftar", "POST")
def register(call: PageCall) -> Response:
    """Create the account, and ask for the code that was sent."""
    wanted = call.form.get("lanjut")

    def submit() -> Response:
        call.check_form()
        login = call.form.get("login")
        limits.limit_address_and_login("code", call.request, login)
        password = call.form.get_raw("password")
        application().account_service.register(call.form.get("name"), login, password, call.language)
        return _ask_for_code(call, "/daftar/kode", keep_local_path(wanted))

    return handle_form(call, submit, lambda problem: _show_registration_form(call, wanted, problem))


@serve_page(blueprint, "/daftar/kode")
def show_code_form(call: PageCall) -> Response:
    """Show the form for the code."""
    return _show_code_form(call, "code.html", call.query.get("lanjut"))


@serve_page(blueprint, "/daftar/kode", "POST")
def confirm_account(call: PageCall) -> Response:
    """Confirm the account with the code, or send another code."""
    login, wanted = call.form.get("login"), keep_local_path(call.form.get("lanjut"))

    def submit() -> Response:
        call.check_form()
        if call.form.get("act") == "resend":
            limits.limit_address_and_login("code", call.request, login)
            application().account_service.resend_code(login)
            return _ask_for_code(call, "/daftar/kode", wanted, kirim="ulang")
        limits.limit_login("confirm", login)
        application().account_service.confirm(login, call.form.get("code"))
        return redirect(add_query("/masuk", lanjut=wanted, siap="ya"), build_cookie(_LOGIN_COOKIE, "", 0))

    return handle_form(call, submit, lambda problem: _show_code_form(call, "code.html", wanted, problem))


@serve_page(blueprint, "/lupa")
def show_forgotten_password(call: PageCall) -> Response:
    """Ask where to send a code, for somebody who forgot their password or never had one."""
    return _show_forgotten_form(call, call.query.get("lanjut"))


@serve_page(blueprint, "/lupa", "POST")
def send_reset_code(call: PageCall) -> Response:
    """Send a code and ask for it. The answer does not tell whether there is such an account."""
    wanted = keep_local_path(call.form.get("lanjut"))

    def submit() -> Response:
        call.check_form()
        _send_reset_code(call)
        return _ask_for_code(call, "/lupa/kode", wanted)

    return handle_form(call, submit, lambda problem: _show_forgotten_form(call, wanted, problem))


@serve_page(blueprint, "/lupa/kode")
def show_new_password(call: PageCall) -> Response:
    """Show the form for the code and a new password."""
    return _show_code_form(call, "new_password.html", call.query.get("lanjut"))


@serve_page(blueprint, "/lupa/kode", "POST")
def set_password(call: PageCall) -> Response:
    """Set the password with the code, or send another code."""
    login, wanted = call.form.get("login"), keep_local_path(call.form.get("lanjut"))

    def submit() -> Response:
        call.check_form()
        if call.form.get("act") == "resend":
            _send_reset_code(call)
            return _ask_for_code(call, "/lupa/kode", wanted, kirim="ulang")
        limits.limit_login("confirm", login)
        application().account_service.reset_password(
            login, call.form.get("code"), call.form.get_raw("password")
        )
        return redirect(add_query("/masuk", lanjut=wanted, sandi="baru"), build_cookie(_LOGIN_COOKIE, "", 0))

    return handle_form(
        call, submit, lambda problem: _show_code_form(call, "new_password.html", wanted, problem)
    )


def _send_reset_code(call: PageCall) -> None:
    limits.limit_address_and_login("code", call.request, call.form.get("login"))
    application().account_service.send_reset_code(call.form.get("login"))


def _ask_for_code(call: PageCall, path: str, wanted: str, **query: str) -> Response:
    """Go on to the form for the code, and remember the login that it was sent to."""
    login = quote(normalise_login(call.form.get("login")))
    cookie = build_cookie(_LOGIN_COOKIE, login, _HALF_AN_HOUR)
    return redirect(add_query(path, lanjut=wanted, **query), cookie)


def _show_sign_in_form(call: PageCall, wanted: str, problem: Problem | None = None) -> Response:
    return _show_form(
        call,
        "sign_in.html",
        wanted,
        problem,
        register=to_url(add_query("/daftar", lanjut=keep_local_path(wanted))),
        forgot=to_url(add_query("/lupa", lanjut=keep_local_path(wanted))),
        confirmed=bool(call.query.get("siap")),
        renewed=bool(call.query.get("sandi")),
    )


def _show_registration_form(call: PageCall, wanted: str, problem: Problem | None = None) -> Response:
    sign_in_url = to_url(add_query("/masuk", lanjut=keep_local_path(wanted)))
    return _show_form(call, "register.html", wanted, problem, sign_in=sign_in_url)


def _show_forgotten_form(call: PageCall, wanted: str, problem: Problem | None = None) -> Response:
    sign_in_url = to_url(add_query("/masuk", lanjut=keep_local_path(wanted)))
    return _show_form(call, "forgot.html", wanted, problem, sign_in=sign_in_url)


def _show_code_form(call: PageCall, template: str, wanted: str, problem: Problem | None = None) -> Response:
    login = unquote(read_cookie(call.request, _LOGIN_COOKIE) or "")
    return _show_form(
        call,
        template,
        wanted,
        problem,
        typed=call.form.to_dict() or {"login": login},
        resent=bool(call.query.get("kirim")) and problem is None,
    )


def _show_form(
    call: PageCall, template: str, wanted: str, problem: Problem | None, **context: Any
) -> Response:
    return render_form(call, template, problem, next=keep_local_path(wanted), **context)


def _choose_next_page(wanted: str, person: Person) -> str:
    return keep_local_path(wanted) or ("/petugas" if person.officer else "/laporan")
