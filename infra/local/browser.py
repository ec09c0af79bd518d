"""How people use the site: in a browser with forms and no script, or by an app on the JSON API."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

PATIENCE = 30
"""Seconds until a request that hangs is given up."""


class PersonStuck(Exception):
    """The site did not do what a person would expect; the text says what."""


@dataclass
class Form:
    """A form as it stands on a page: its fields with what they hold."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    uploads: bool = False

    def offers(self, name: str, value: str) -> bool:
        """Whether a button or choice of that name and value is there."""
        return (
            (name, value) in self.buttons
            or value in self.choices.get(name, [])
            or self.fields.get(name) == value
        )


@dataclass(frozen=True)
class Page:
    """A page as it came."""

    address: str
    html: str
    forms: list[Form]

    def offers(self, name: str, value: str) -> bool:
        """Whether any form offers this choice."""
        return any(form.offers(name, value) for form in self.forms)

    def form_with(self, name: str, value: str) -> Form:
        """The form that offers this choice."""
        for form in self.forms:
            if form.offers(name, value):
                return form
        raise PersonStuck(f"{self.address} offers no {name}={value}")


class Browser:
    """One person's browser: cookies and forms, no script."""

    def __init__(self) -> None:
        self._session = requests.Session()

    def open(self, address: str) -> Page:
        """The page at an address, through redirects."""
        return _page(self._session.get(address, timeout=PATIENCE))

    def send(self, page: Page, form: Form, **filled: str | list[str]) -> Page:
        """Send a form with what was filled in, a list where several are ticked; the page that follows."""
        address, fields = urljoin(page.address, form.action), {**form.fields, **filled}
        if form.method == "get":
            return _page(self._session.get(address, params=fields, timeout=PATIENCE))
        return _page(self._session.post(address, data=fields, timeout=PATIENCE))

    def attach(self, page: Page, file: Path, media_type: str) -> Page:
        """Send a file by the page's upload form straight to the storage, which sends the browser back."""
        form = next((form for form in page.forms if form.uploads), None)
        if form is None:
            raise PersonStuck(f"{page.address} has no form to send a file by")
        with file.open("rb") as content:
            sent = {"file": (file.name, content, media_type)}
            return _page(self._session.post(form.action, data=form.fields, files=sent, timeout=PATIENCE))


class App:
    """One person's app on the JSON API."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._session = requests.Session()

    def sign_in(self, login: str, password: str) -> None:
        """Act as this person from now on."""
        token = self.post("sessions", {"login": login, "password": password})["token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str) -> dict[str, Any]:
        """The JSON at ``/api/v1/<path>``."""
        return _json(self._session.get(f"{self._site}/api/v1/{path}", timeout=PATIENCE))

    def post(
        self, path: str, body: dict[str, Any], key: str | None = None, tag: str | None = None
    ) -> dict[str, Any]:
        """Send JSON, upon the state that ``tag`` names; what came back (nothing: an empty object)."""
        headers = {"Idempotency-Key": key} if key else {}
        headers |= {"If-Match": f'"{tag}"'} if tag else {}
        address = f"{self._site}/api/v1/{path}"
        return _json(self._session.post(address, json=body, headers=headers, timeout=PATIENCE))

    def upload(self, file: Path, media_type: str) -> str:
        """Upload a file as the site's form says; its key."""
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


def _json(answer: requests.Response) -> dict[str, Any]:
    if answer.status_code >= 400:
        raise PersonStuck(f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:400]}")
    return dict(answer.json()) if answer.content else {}


def _page(answer: requests.Response) -> Page:
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
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
            self._inside = True
        elif self._inside:
            self._control(tag, given)

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

    def _control(self, tag: str, given: dict[str, str]) -> None:
        form, name, value = self.forms[-1], given.get("name", ""), given.get("value", "")
        if tag == "input" and name:
            self._input(form, name, value, given)
        elif tag == "button" and name:
            form.buttons.append((name, value))
        elif tag == "textarea":
            self._textarea = name
            form.fields[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(value)
            if "selected" in given or self._select not in form.fields:
                form.fields[self._select] = value

    def _input(self, form: Form, name: str, value: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("submit", "image"):
            form.buttons.append((name, value))
        elif kind in ("checkbox", "radio"):
            form.choices.setdefault(name, []).append(value)
            if "checked" in given:
                form.fields[name] = value
        elif kind == "file":
            form.uploads = True
        else:
            form.fields[name] = value
