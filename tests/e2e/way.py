"""One complaint and the people on its way: officers act by links they were sent, reporters by their app."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from infra.local.browser import App, Browser, Page
from infra.local.cloud import LocalCloud
from infra.local.demo import say
from infra.local.journey import LINK, PATIENCE, Journey
from infra.local.mailbox import Mail, Sms
from tests.e2e.deadlines import Deadlines
from tests.e2e.demo import REGIONS, mobile

Someone = dict[str, Any]

OFFICERS_ADDRESSES = frozenset(one.get("email") for region in REGIONS for one in region["officers"])


@dataclass(frozen=True)
class Way:
    """A complaint that was filed, and its reporter."""

    journey: Journey
    citizen: App

    @classmethod
    def begin(cls, cloud: LocalCloud, region: dict[str, Any], citizen: App, **otherwise: Any) -> Self:
        """File; fields of the report may be ``otherwise``."""
        journey = Journey(cloud, region, say)
        journey.ticket = journey.file(citizen, **otherwise)
        return cls(journey, citizen)

    def again(self, ticket: str) -> "Way":
        """The same reporter's complaint of that number, in whatever region."""
        region = next(one for one in REGIONS if ticket.startswith(f"{one['prefix']}-"))
        return Way(Journey(self.journey.cloud, region, say, ticket=ticket), self.citizen)

    @property
    def ticket(self) -> str:
        """Its number."""
        return self.journey.ticket

    @cached_property
    def deadlines(self) -> Deadlines:
        return Deadlines(self.journey)

    def read(self) -> dict[str, Any]:
        """As the reporter sees it."""
        return self.journey.read(self.citizen)

    def until(
        self, look: Callable[[dict[str, Any]], Any], what: str, patience: float = PATIENCE
    ) -> dict[str, Any]:
        """Read until it is so; the complaint as it is then."""

        def found() -> dict[str, Any] | None:
            seen = self.read()
            return seen if look(seen) else None

        seen: dict[str, Any] = self.journey.wait_for(found, what, patience)
        return seen

    def comes_to(self, state: str) -> dict[str, Any]:
        """Wait for the state; the complaint as it is then."""
        return self.until(lambda seen: seen["state"] == state, state)

    def says(self, decision: str, **given: Any) -> None:
        """The reporter says something by their app."""
        self.citizen.post(
            f"complaints/{self.ticket}/decisions", {"decision": decision, **given}, key=str(uuid.uuid4())
        )

    def decided_in_app(self, officer: App, decision: str, **given: Any) -> None:
        """An officer who is signed in decides, upon the complaint as it is."""
        tag = self.journey.read(officer)["tag"]
        officer.post(f"complaints/{self.ticket}/decisions", {"decision": decision, **given}, tag=tag)

    def decides(self, officer: Someone, decision: str, **filled: str | list[str]) -> Page:
        """An officer opens the link in a message of theirs and sends that form; the page that follows."""
        browser, page = self.journey.wait_for(
            lambda: self._page_that_offers(officer, decision), f"a link for {officer['id']} to {decision}"
        )
        return browser.send(page, page.find_form("decision", decision), decision=decision, **filled)

    def link(self, officer: Someone, decision: str) -> str:
        """Wait for a link of the officer's behind which that can be decided."""
        _, page = self.journey.wait_for(
            lambda: self._page_that_offers(officer, decision), f"a link for {officer['id']} to {decision}"
        )
        return str(page.address)

    def told(self, officer: Someone, about: str) -> Mail:
        """Wait for the mail to the officer with these words in its subject."""
        return self._mail(lambda mail: officer["email"] in mail.to, about)

    def hears(self, about: str) -> Mail:
        """Wait for the mail to the reporter with these words in its subject."""
        return self._mail(lambda mail: not OFFICERS_ADDRESSES.intersection(mail.to), about)

    def _mail(self, to: Callable[[Mail], bool], about: str) -> Mail:
        def look() -> Mail | None:
            return next((one for one in self.journey.list_mails() if to(one) and about in one.subject), None)

        mail: Mail = self.journey.wait_for(look, f"the mail {about!r}")
        return mail

    def _page_that_offers(self, officer: Someone, decision: str) -> tuple[Browser, Page] | None:
        for link in self.links(officer):
            browser = Browser()
            page = browser.open(link)
            if page.offers("decision", decision):
                return browser, page
        return None

    def links(self, officer: Someone) -> list[str]:
        """The links in the officer's messages about this complaint, newest first."""
        mails: list[Mail | Sms] = [one for one in self.journey.list_mails() if officer.get("email") in one.to]
        texts = [one for one in self.journey.list_sms() if "phone" in officer and one.to == mobile(officer)]
        return list(dict.fromkeys(link for one in [*mails, *texts] for link in one.links if LINK in link))
