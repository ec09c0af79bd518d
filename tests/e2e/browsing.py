"""People at a browser, each page of theirs looked at: does it fit, can everybody use it, does it load nothing
from elsewhere, and does the browser complain.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, ViewportSize

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
OURS = frozenset({"localhost", "127.0.0.1"})


@dataclass
class Onlooker:
    """Judges pages by axe, in light and in dark, in a page of its own: axe needs scripts, people do not."""

    page: Page

    def judge(self, html: str) -> list[str]:
        """What axe calls serious or critical."""
        self.page.set_content(html)
        found: list[str] = []
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            for violation in Axe().run(self.page).response["violations"]:
                if violation["impact"] in ("serious", "critical"):
                    where = [node["html"][:120] for node in violation["nodes"]]
                    found.append(f"{scheme}: {violation['id']}: {violation['help']}: {where}")
        return found


@dataclass
class Person:
    """One person's browser, without scripts unless asked for."""

    page: Page
    site: str
    onlooker: Onlooker
    addresses: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @classmethod
    def at(
        cls,
        browser: Browser,
        site: str,
        onlooker: Onlooker,
        *,
        scripts: bool = False,
        screen: ViewportSize = PHONE,
        **more: Any,
    ) -> Self:
        """A new person with a browser of their own."""
        context = browser.new_context(
            java_script_enabled=scripts, viewport=screen, locale="id-ID", base_url=site, **more
        )
        context.set_default_timeout(15_000)
        person = cls(context.new_page(), site, onlooker)
        context.on("request", lambda request: person.addresses.append(request.url))
        context.on("console", person._heard)
        context.on("response", person._answered)
        person.page.on("pageerror", lambda error: person.complaints.append(str(error)))
        return person

    def look(self, name: str) -> None:
        """Look at the page as it is: a picture of it, no scrolling sideways, usable by everybody."""
        OUTPUT.mkdir(exist_ok=True)
        self.page.screenshot(path=OUTPUT / f"{name}.png", full_page=True)
        wide, visible = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= visible, f"{name} is {wide} pixels wide on a screen of {visible}"
        found = self.onlooker.judge(self.page.content())
        assert not found, f"{name}: {found}"

    def shows(self, words: str) -> bool:
        """Whether the page's text has these words."""
        return words in self.page.inner_text("body")

    def check(self) -> None:
        """Nothing was loaded from elsewhere, all that was asked for came, the browser has no complaint."""
        elsewhere = [one for one in self.addresses if _host(one) not in OURS]
        assert (elsewhere, self.failed, self.complaints) == ([], [], [])
        self.page.context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        # Chromium reports a page of status 4xx here too; `_answered` judges those.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)

    def _answered(self, response: Response) -> None:
        is_page = response.request.resource_type == "document"
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.failed.append(f"{response.status} {response.url}")


def _host(address: str) -> str:
    parts = urlsplit(address)
    return "localhost" if parts.scheme in ("data", "about") else str(parts.hostname)
