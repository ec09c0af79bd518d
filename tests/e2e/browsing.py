"""People at a browser, whose pages are checked.

A page must fit the screen, be accessible, load nothing from other hosts, and cause no error in the browser.
"""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, ViewportSize, expect

from chalicelib.i18n.catalog import get_text
from infra.local.browser import App
from infra.local.demo_data import PHOTO
from infra.local.journey import LINK, Journey

t = partial(get_text, "id")

OUTPUT = Path(__file__).parent.parent / "output"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE: ViewportSize = {"width": 360, "height": 800}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PATIENCE = 60
"""Seconds until a page or an element that does not come is given up."""
OURS = frozenset({"localhost", "127.0.0.1"})

expect.set_options(timeout=PATIENCE * 1000)


@dataclass
class PageChecker:
    """Checks pages with axe, in light and in dark, in a page of its own: axe needs scripts, people do not."""

    page: Page

    def find_violations(self, html: str) -> list[str]:
        """Return the violations that axe calls serious or critical."""
        self.page.set_content(html)
        violations: list[str] = []
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            for violation in Axe().run(self.page).response["violations"]:
                if violation["impact"] in ("serious", "critical"):
                    where = [node["html"][:120] for node in violation["nodes"]]
                    violations.append(f"{scheme}: {violation['id']}: {violation['help']}: {where}")
        return violations


@dataclass
class Person:
    """One person's browser, without scripts unless asked for."""

    page: Page
    site: str
    checker: PageChecker
    requested: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    failed_requests: list[str] = field(default_factory=list)

    @classmethod
    def open(
        cls,
        browser: Browser,
        site: str,
        checker: PageChecker,
        *,
        scripts: bool = False,
        screen: ViewportSize = PHONE,
        **more: Any,
    ) -> Self:
        """Open a browser context for a new person."""
        context = browser.new_context(
            java_script_enabled=scripts, viewport=screen, locale="id-ID", base_url=site, **more
        )
        context.set_default_timeout(PATIENCE * 1000)
        person = cls(context.new_page(), site, checker)
        context.on("request", lambda request: person.requested.append(request.url))
        context.on("console", person._record_message)
        context.on("response", person._record_response)
        person.page.on("pageerror", lambda error: person.console_errors.append(str(error)))
        return person

    def look(self, name: str) -> None:
        """Take a picture of the page, and check that it needs no sideways scrolling and is accessible."""
        OUTPUT.mkdir(exist_ok=True)
        self.page.screenshot(path=OUTPUT / f"{name}.png", full_page=True)
        wide, visible = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= visible, f"{name} is {wide} pixels wide on a screen of {visible}"
        violations = self.checker.find_violations(self.page.content())
        assert not violations, f"{name}: {violations}"

    def has_text(self, words: str) -> bool:
        """Return whether the page's text has these words."""
        return words in self.page.inner_text("body")

    def check(self) -> None:
        """Check that no other host was asked, no request failed and no error appeared; close the browser."""
        other_hosts = [address for address in self.requested if _get_host(address) not in OURS]
        assert (other_hosts, self.failed_requests, self.console_errors) == ([], [], [])
        self.page.context.close()

    def _record_message(self, message: ConsoleMessage) -> None:
        # Chromium reports a page of status 4xx here too; `_record_response` checks those.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.console_errors.append(message.text)

    def _record_response(self, response: Response) -> None:
        is_page = response.request.resource_type == "document"
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.failed_requests.append(f"{response.status} {response.url}")


def _get_host(address: str) -> str:
    parts = urlsplit(address)
    return "localhost" if parts.scheme in ("data", "about") else str(parts.hostname)


def press(person: Person, key: str, **blanks: object) -> None:
    """Press the button with that text, and wait for the next page with all its pictures."""
    with person.page.expect_navigation(wait_until="load"):
        person.page.get_by_role("button", name=t(key, **blanks), exact=True).click()


def fill(person: Person, key: str, words: str) -> None:
    """Fill in the visible field with that label; folded forms may have more of them."""
    person.page.get_by_label(t(key), exact=True).locator("visible=true").fill(words)


def take_link_from_mailbox(person: Person, journey: Journey, address: str, about: str) -> None:
    """Wait for the mail, and follow the link in it on the mailbox page."""
    journey.wait_for(
        lambda: any(address in mail.to and about in mail.subject for mail in journey.list_mails()), about
    )
    person.page.goto("/_mailbox")
    mails = person.page.locator("article").filter(has_text=address).filter(has_text=journey.ticket)
    link = mails.filter(has_text=about).first.locator(f"pre a[href*='{LINK}']")
    with person.page.expect_navigation(wait_until="load"):
        link.click()


def upload(person: Person) -> None:
    """Send a photo straight to the storage, which redirects back to the page."""
    person.page.locator("input[type=file]").set_input_files(PHOTO)
    press(person, "pages.photos.upload")
    expect(person.page.get_by_text(t("pages.photos.uploaded", n=1))).to_be_visible()


def assert_pictures_load(person: Person, count: int) -> None:
    sizes = person.page.evaluate(
        "[...document.querySelectorAll('main img')].map(image => image.naturalWidth)"
    )
    assert (len(sizes), all(sizes)) == (count, True)


def copy_session(app: App, person: Person) -> None:
    """Sign the browser in as the app is."""
    token = str(app._session.headers["Authorization"]).removeprefix("Bearer ")
    person.page.context.add_cookies([{"name": "tuntas", "value": token, "url": person.site}])


def press_enter(person: Person) -> None:
    """Press Enter, and wait for the next page."""
    with person.page.expect_navigation(wait_until="load"):
        person.page.keyboard.press("Enter")


def tab_to(person: Person, target: str) -> None:
    """Press Tab until the field of that name or the button of that text has a visible focus."""
    for _ in range(40):
        person.page.keyboard.press("Tab")
        name, words, outline = person.page.evaluate(
            "(() => { const on = document.activeElement; return [on.getAttribute('name'), "
            "on.textContent.trim(), getComputedStyle(on).outlineStyle]; })()"
        )
        if target in (name, words):
            assert outline != "none", f"the focus on {target} cannot be seen"
            return
    raise AssertionError(f"Tab never came to {target}")
