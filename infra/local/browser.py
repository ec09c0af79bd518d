"""People on the site: with a browser that has forms and no script, or with an app on the JSON API."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

PATIENCE = 30
"""Seconds until a request times out."""


class PersonStuck(Exception):
    """The site did not do what a person expects; the text says which request failed."""


@dataclass
class Form:
    """A form on a page: its fields with their values."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    uploads: bool = False

    def offers(self, name: str, value: str) -> bool:
        """Return whether a button or choice has that name and value."""
        return (
            (name, value) in self.buttons
            or value in self.choices.get(name, [])
            or self.fields.get(name) == value
        )


@dataclass(frozen=True)
class Page:
    """A page of the site with its forms."""

    address: str
    html: str
    forms: list[Form]

    def offers(self, name: str, value: str) -> bool:
        return any(form.offers(name, value) for form in self.forms)

    def find_form(self, name: str, value: str) -> Form:
        """Return the form that offers this choice; raise `PersonStuck` when none does."""
        for form in self.forms:
            if form.offers(name, value):
                return form
        raise PersonStuck(f"{self.address} offers no {name}={value}")


class Browser:
    """One person's browser: cookies and forms, no script."""

    def __init__(self) -> None:
        self._session = requests.Session()

    def open(self, address: str) -> Page:
        """Open the page at an address, through redirects."""
        return _parse_page(self._session.get(address, timeout=PATIENCE))

    def send(self, page: Page, form: Form, **filled: str | list[str]) -> Page:
        """Send a form with these values (a list: several boxes ticked); return the page that follows."""
        address, fields = urljoin(page.address, form.action), {**form.fields, **filled}
        if form.method == "get":
            return _parse_page(self._session.get(address, params=fields, timeout=PATIENCE))
        return _parse_page(self._session.post(address, data=fields, timeout=PATIENCE))

    def attach(self, page: Page, file: Path, media_type: str) -> Page:
        """Send a file through the page's upload form straight to the storage, which redirects to the site."""
        form = next((form for form in page.forms if form.uploads), None)
        if form is None:
            raise PersonStuck(f"{page.address} has no form for files")
        with file.open("rb") as content:
            sent = {"file": (file.name, content, media_type)}
            return _parse_page(
                self._session.post(form.action, data=form.fields, files=sent, timeout=PATIENCE)
            )


class App:
    """One person's app on the JSON API."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._session = requests.Session()

    def sign_in(self, login: str, password: str) -> None:
        """Create a session, in which the app acts as this person."""
        token = self.post("sessions", {"login": login, "password": password})["token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str) -> dict[str, Any]:
        """Read the JSON at ``/api/v1/<path>``."""
        return _parse_json(self._session.get(f"{self._site}/api/v1/{path}", timeout=PATIENCE))

    def post(
        self, path: str, body: dict[str, Any], key: str | None = None, tag: str | None = None
    ) -> dict[str, Any]:
        """Send JSON, for the state that ``tag`` names; return the answer, empty where it has no body."""
        headers = {"Idempotency-Key": key} if key else {}
        headers |= {"If-Match": f'"{tag}"'} if tag else {}
        address = f"{self._site}/api/v1/{path}"
        return _parse_json(self._session.post(address, json=body, headers=headers, timeout=PATIENCE))

    def upload(self, file: Path, media_type: str) -> str:
        """Upload a file with the site's form; return its key."""
        form = self.post("uploads", {"media_type": media_type})
        send_file(form["url"], form["fields"], file, media_type)
        return str(form["key"])


def send_file(address: str, fields: dict[str, str], file: Path, media_type: str) -> None:
    """Send a file to the storage with the fields of an upload form."""
    with file.open("rb") as content:
        answer = requests.post(
            address,
            data=fields,
            files={"file": (file.name, content, media_type)},
            timeout=PATIENCE,
            allow_redirects=False,
        )
    if answer.status_code >= 400:
        raise PersonStuck(f"the storage refused the file: {answer.status_code} {answer.text[:200]}")


def _parse_json(answer: requests.Response) -> dict[str, Any]:
    if answer.status_code >= 400:
        raise PersonStuck(f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:400]}")
    return dict(answer.json()) if answer.content else {}


def _parse_page(answer: requests.Response) -> Page:
    if answer.status_code >= 400:
        raise PersonStuck(f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:200]}")
    reader = _FormReader()
    reader.feed(answer.text)
    return Page(answer.url, answer.text, reader.forms)


class _FormReader(HTMLParser):
    """Collects the forms of a page with the values a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._inside = False
        self._textarea: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(attributes.get("action", ""), attributes.get("method", "get").lower()))
            self._inside = True
        elif self._inside:
            self._read_control(tag, attributes)

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1].fields[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._textarea = None
        elif tag == "select":
            self._select = None

    def _read_control(self, tag: str, attributes: dict[str, str]) -> None:
        form, name, value = self.forms[-1], attributes.get("name", ""), attributes.get("value", "")
        if tag == "input" and name:
            self._read_input(form, name, value, attributes)
        elif tag == "button" and name:
            form.buttons.append((name, value))
        elif tag == "textarea":
            self._textarea = name
            form.fields[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(value)
            if "selected" in attributes or self._select not in form.fields:
                form.fields[self._select] = value

    def _read_input(self, form: Form, name: str, value: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("type", "text")
        if kind in ("submit", "image"):
            form.buttons.append((name, value))
        elif kind in ("checkbox", "radio"):
            form.choices.setdefault(name, []).append(value)
            if "checked" in attributes:
                form.fields[name] = value
        elif kind == "file":
            form.uploads = True
        else:
            form.fields[name] = value
