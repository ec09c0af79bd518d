"""One request for a page: who sent it, in which language, and with which fields."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from chalice.app import Request

from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.values.errors import Refusal
from chalicelib.i18n.catalog import get_text
from chalicelib.i18n.dates import Language
from chalicelib.services.staff.accounts import Person
from chalicelib.web import session
from chalicelib.web.cookies import read_cookie
from chalicelib.web.problems import find_language

GUEST_COOKIE = "tamu"
NOBODY = "nobody"
"""The owner of forms on pages that need neither an account nor a guest's cookie."""

_LONGEST_OWN_VALUE = 200
"""Characters of the longest key or tag that our own forms carry."""


@dataclass(frozen=True)
class FieldValues:
    """The values of a query or a form by field name; an absent field is empty."""

    values: Mapping[str, tuple[str, ...]]

    def get(self, name: str) -> str:
        """Return the field's last value without the space around it."""
        return self.get_raw(name).strip()

    def get_short(self, name: str) -> str:
        """Return the same for a field that we filled in ourselves; drop a value longer than any of ours."""
        value = self.get(name)
        return value if len(value) <= _LONGEST_OWN_VALUE else ""

    def get_raw(self, name: str) -> str:
        """Return the field's last value as it was typed: a password may begin or end with a space."""
        return self.values.get(name, ("",))[-1]

    def get_all(self, name: str) -> tuple[str, ...]:
        """Return every value of the field that is not empty."""
        return tuple(value for value in self.values.get(name, ()) if value)

    def to_dict(self) -> dict[str, str]:
        """Return each field's last value, so that a form can show it again."""
        return {name: self.get(name) for name in self.values}


@dataclass(frozen=True)
class PageCall:
    """One request for a page. ``path`` is below the public address, without a stage.

    The forms of somebody who is not signed in belong to ``guest``, which a cookie keeps.
    """

    request: Request
    path: str
    language: Language
    person: Person | None
    query: FieldValues
    form: FieldValues
    guest: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def form_owner(self) -> str:
        """Return the person or guest for whom this page's forms are valid."""
        return self.person.account.id if self.person else f"guest/{self.guest}"

    def require_person(self) -> Person:
        """Return who is signed in; ``Refusal("signed_out")`` leads to the sign-in page and back."""
        if self.person is None:
            raise Refusal("signed_out")
        return self.person

    def require_officer(self) -> Officer:
        """Return the officer who is signed in; raise ``Refusal("not_your_role")`` for a citizen."""
        officer = self.require_person().officer
        if officer is None:
            raise Refusal("not_your_role")
        return officer

    def check_form(self, owner: str | None = None) -> None:
        """Raise ``Refusal("form_expired")`` if we did not give the form to this very person."""
        session.check_csrf(self.form.get("csrf"), owner or self.form_owner)

    def get_text(self, key: str, /, **values: object) -> str:
        """Return a text of the catalogue in the page's language."""
        return get_text(self.language, key, **values)


def read_call(request: Request) -> PageCall:
    guest = read_cookie(request, GUEST_COOKIE)
    return PageCall(
        request=request,
        path=request.path.format(**request.uri_params or {}),
        language=find_language(request),
        person=session.find_person(request),
        query=FieldValues(_read_query(request)),
        form=FieldValues(_read_form(request)),
        **({"guest": guest} if guest else {}),
    )


def _read_query(request: Request) -> dict[str, tuple[str, ...]]:
    params = request.query_params
    return {name: tuple(params.getlist(name)) for name in params} if params is not None else {}


def _read_form(request: Request) -> dict[str, tuple[str, ...]]:
    form: dict[str, tuple[str, ...]] = {}
    if request.method == "POST":
        body = request.raw_body
        decoded = body.decode(errors="replace") if isinstance(body, bytes) else body
        for name, value in parse_qsl(decoded, keep_blank_values=True):
            form[name] = (*form.get(name, ()), value.replace("\r\n", "\n"))
    return form
