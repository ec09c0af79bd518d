"""A browser for tests: it keeps cookies, follows redirects and sends the forms that a page really has."""

import html as markup
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from chalice.test import Client, TestHTTPClient

from app import app
from chalicelib import bootstrap
from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.intake import RecordComplaint
from chalicelib.domain.complaint.publishing import Deliver
from chalicelib.domain.directory.officers import Account, Officer
from chalicelib.domain.values.place import Place
from chalicelib.services.complaints.decision_inputs import DecisionInput
from chalicelib.services.complaints.decisions import create_request
from chalicelib.services.complaints.filing import Draft
from chalicelib.services.staff.accounts import Person
from chalicelib.services.staff.officer_links import to_actor
from chalicelib.web import session
from tests.decisions import decision
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, CITIZEN, LIAISON, REGION
from tests.world import filed, hire, system


@dataclass
class Form:
    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    folded: bool = False
    """Whether it lies in a fold that is closed."""


class _Reader(HTMLParser):
    """Collects forms as a browser would send them, ids, labels and the text that people see."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.seen: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._form: Form | None = None
        self._text_of: str | None = None
        self._select: str | None = None
        self._hidden = 0
        self._folds: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if "id" in given:
            self.ids.append(given["id"])
        if tag in ("style", "script"):
            self._hidden += 1
        if tag == "details":
            self._folds.append("open" not in given)
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get"), folded=any(self._folds))
            self.forms.append(self._form)
        if self._form is not None:
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        name = given.get("name", "")
        if tag == "input" and given.get("type") not in ("checkbox", "radio", "file"):
            self._form.fields.append((name, given.get("value", "")))
        elif tag == "input" and "checked" in given:
            self._form.fields.append((name, given.get("value", "on")))
        elif tag == "textarea":
            self._text_of = name
            self._form.fields.append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self._form.fields.append((str(self._select), given["value"]))
        elif tag == "button" and name:
            self._form.buttons.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self._hidden -= 1
        elif tag == "details":
            self._folds.pop()
        elif tag == "form":
            self._form = None
        elif tag == "textarea":
            self._text_of = None

    def handle_data(self, data: str) -> None:
        if self._text_of is not None and self._form is not None:
            name, so_far = self._form.fields[-1]
            # A browser drops the newline right after the tag.
            self._form.fields[-1] = (name, so_far + data if so_far else data.removeprefix("\n"))
        if not self._hidden:
            self.seen.append(data)


@dataclass
class Page:
    path: str
    status: int
    headers: dict[str, Any]
    html: str

    def __post_init__(self) -> None:
        self._reader = _Reader()
        self._reader.feed(self.html)

    @property
    def words(self) -> str:
        """What people read, with single spaces."""
        return re.sub(r"\s+", " ", " ".join(self._reader.seen))

    @property
    def forms(self) -> list[Form]:
        return self._reader.forms

    @property
    def ids(self) -> list[str]:
        return self._reader.ids

    def tags(self, name: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self._reader.tags if tag == name]

    def form(self, action: str, button: tuple[str, str] | None = None) -> Form:
        """The form that is sent to an address and, where several are, has that button."""
        for form in self.forms:
            if form.action.endswith(action) and (button is None or button in form.buttons):
                return form
        raise AssertionError(f"no form to {action} with {button} on {self.path}")

    def unfolded_forms(self, action: str) -> list[Form]:
        """The forms to addresses with that in them which stand open."""
        return [form for form in self.forms if action in form.action and not form.folded]

    def value(self, action: str, name: str) -> list[str]:
        return [value for field_name, value in self.form(action).fields if field_name == name]

    def error_at(self, name: str) -> str:
        """What stands at a field that is wrong, tied to it for screen readers and linked from the top."""
        control = next(attrs for _, attrs in self._reader.tags if attrs.get("id") == f"f-{name}")
        assert control.get("aria-invalid") == "true", f"{name} is not marked"
        assert f"e-{name}" in control.get("aria-describedby", "").split()
        assert any(link.get("href") == f"#f-{name}" for link in self.tags("a")), f"no link to {name}"
        found = re.search(rf'id="e-{name}">(.*?)</p>', self.html, re.DOTALL)
        assert found
        return markup.unescape(found[1])


@dataclass
class Browser:
    world: FakeWorld
    http: TestHTTPClient
    cookies: dict[str, str] = field(default_factory=dict)
    languages: str = "id"

    def get(self, path: str, *, follow: bool = True) -> Page:
        return self._ask("GET", path, b"", follow)

    def post(self, path: str, fields: Any, *, follow: bool = True) -> Page:
        return self._ask("POST", path, urlencode(fields).encode(), follow)

    def send(
        self,
        page: Page,
        action: str,
        button: tuple[str, str] | None = None,
        *,
        follow: bool = True,
        **typed: str | tuple[str, ...],
    ) -> Page:
        """Fill a page's form and press its button; ``name=""`` leaves a field out, a tuple ticks many."""
        form = page.form(action, button)
        fields = [(name, value) for name, value in form.fields if name not in typed]
        for name, value in typed.items():
            fields += [(name, one) for one in ([value] if isinstance(value, str) else value) if one]
        return self.post(form.action, [*fields, *([button] if button else [])], follow=follow)

    def sign_in(self, who: Account | Officer) -> "Browser":
        if isinstance(who, Officer):
            account = self.world.accounts.get(f"account-{who.id}")
            assert account is not None
            person = Person(account, self.world.directory.get_officer(who.region, who.id))
        else:
            person = Person(who)
        self.cookies["tuntas"] = session.issue_token(person)
        return self

    def _ask(self, method: str, path: str, body: bytes, follow: bool) -> Page:
        headers = {"Accept-Language": self.languages}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self.http.request(method, path, headers=headers, body=body)
        self._keep(answer.headers.get("Set-Cookie") or [])
        page = Page(path, answer.status_code, answer.headers, answer.body.decode())
        location = page.headers.get("Location", "")
        if follow and page.status == 303 and location.startswith("/"):
            return self._ask("GET", location, b"", follow)
        return page

    def _keep(self, given: list[str] | str) -> None:
        for cookie in [given] if isinstance(given, str) else given:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in cookie:
                del self.cookies[name]


@dataclass
class Site:
    """The application with fakes under it, and complaints at every stage of their way."""

    world: FakeWorld
    http: TestHTTPClient
    count: int = 0

    def browser(self, who: Account | Officer | None = None, languages: str = "id") -> Browser:
        browser = Browser(self.world, self.http, languages=languages)
        return browser.sign_in(who) if who else browser

    def file(self, **more: Any) -> str:
        """A complaint that was filed and recorded; its ticket."""
        self.count += 1
        draft = Draft(
            **{
                "region": REGION.slug,
                "category": "jalan-rusak",
                "title": "Lubang di depan pasar",
                "narrative": "Ada lubang sedalam setengah meter.",
                "place": Place(address="Jl. Raya Contoh"),
                **more,
            }
        )
        ticket = filed(self.world, draft, f"file-{self.count}").ticket
        self.system(ticket, RecordComplaint(suggested_agency="pupr"))
        return ticket

    def decide(self, ticket: str, officer: Officer, made: DecisionInput) -> None:
        tag = self.world.complaints.snapshots[ticket].tag
        request = create_request(to_actor(officer), ticket, made, tag=tag)
        self.world.app.decisions.decide(ticket, made, request)

    def forward(self, ticket: str, agency: str = "pupr", **fields: Any) -> str:
        """The admin forwards it; its ticket."""
        self.decide(ticket, ADMIN, decision("forward", agency=agency, **fields))
        return ticket

    def answer(self, ticket: str, text: str = "Sudah ditambal.", **fields: Any) -> str:
        """The agency answers it; its ticket."""
        self.decide(ticket, LIAISON, decision("answer", text=text, **fields))
        return ticket

    def publish(self, ticket: str) -> str:
        """The admin publishes the answer and the reporter has it; the ticket."""
        self.decide(ticket, ADMIN, decision("publish"))
        self.system(ticket, Deliver())
        return ticket

    def complete(self, ticket: str, **given: Any) -> None:
        """The reporter gives what they were asked for."""
        completion = decision("complete", **given)
        self.count += 1
        request = create_request(Person(CITIZEN).actor, ticket, completion, key=f"complete-{self.count}")
        self.world.app.decisions.decide(ticket, completion, request)

    def system(self, ticket: str, command: Command) -> None:
        system(self.world, ticket, command)

    def employ(self, officer: Officer) -> Officer:
        """An officer more, who can sign in."""
        return hire(self.world, officer)

    def link(self, officer: Officer, ticket: str) -> str:
        """The path of an officer's link to the step that is open now."""
        complaint = self.world.complaints.snapshots[ticket]
        self.world.app.officer_links.issue(officer, complaint)
        return f"/t/{self.world.app.officer_links.get_secret(officer, complaint)}"

    def upload(self, key: str = "incoming/one/file.jpg", media_type: str = "image/jpeg") -> str:
        self.world.files.incoming[key] = (media_type, 1000)
        return key

    def state(self, ticket: str) -> str:
        return self.world.complaints.snapshots[ticket].state


@contextmanager
def serving(world: FakeWorld) -> Iterator[Site]:
    bootstrap.install(world.app)
    try:
        with Client(app) as client:
            yield Site(world, client.http)
    finally:
        bootstrap.install(None)
