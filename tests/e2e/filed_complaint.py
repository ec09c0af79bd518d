"""A complaint on the local cloud and its people.

Officers act through the links in their messages, reporters in the app.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Self

from infra.local.browser import App, Browser, Page
from infra.local.cloud import LocalCloud
from infra.local.demo import say
from infra.local.journey import LINK, PATIENCE, Journey
from infra.local.mailbox import Mail, Sms
from tests.e2e.deadlines import Deadlines
from tests.e2e.demo import REGIONS, format_mobile

Officer = dict[str, Any]

OFFICER_ADDRESSES = frozenset(officer.get("email") for region in REGIONS for officer in region["officers"])


@dataclass(frozen=True)
class FiledComplaint:
    """A complaint that was filed, and its reporter's app."""

    journey: Journey
    citizen: App

    @classmethod
    def file(cls, cloud: LocalCloud, region: dict[str, Any], citizen: App, **otherwise: Any) -> Self:
        """File a complaint; ``otherwise`` replaces fields of the report."""
        journey = Journey(cloud, region, say)
        journey.ticket = journey.file(citizen, **otherwise)
        return cls(journey, citizen)

    def find_other(self, ticket: str) -> "FiledComplaint":
        """Return the same reporter's complaint of that number, in any region."""
        region = next(region for region in REGIONS if ticket.startswith(f"{region['prefix']}-"))
        return FiledComplaint(Journey(self.journey.cloud, region, say, ticket=ticket), self.citizen)

    @property
    def ticket(self) -> str:
        return self.journey.ticket

    @cached_property
    def deadlines(self) -> Deadlines:
        return Deadlines(self.journey)

    def read(self) -> dict[str, Any]:
        """Read the complaint as its reporter sees it."""
        return self.journey.read(self.citizen)

    def wait_until(
        self, look: Callable[[dict[str, Any]], Any], what: str, patience: float = PATIENCE
    ) -> dict[str, Any]:
        """Read until ``look`` returns something true, and return the complaint."""

        def read_and_look() -> dict[str, Any] | None:
            complaint = self.read()
            return complaint if look(complaint) else None

        complaint: dict[str, Any] = self.journey.wait_for(read_and_look, what, patience)
        return complaint

    def wait_for_state(self, state: str) -> dict[str, Any]:
        """Wait for the state, and return the complaint."""
        return self.wait_until(lambda complaint: complaint["state"] == state, state)

    def decide_as_reporter(self, decision: str, **fields: Any) -> None:
        """Decide in the reporter's app."""
        self.citizen.post(
            f"complaints/{self.ticket}/decisions", {"decision": decision, **fields}, key=str(uuid.uuid4())
        )

    def decide_in_app(self, officer: App, decision: str, **fields: Any) -> None:
        """Decide in the app of an officer, on the complaint's present state."""
        tag = self.journey.read(officer)["tag"]
        officer.post(f"complaints/{self.ticket}/decisions", {"decision": decision, **fields}, tag=tag)

    def decide_by_link(self, officer: Officer, decision: str, **filled: str | list[str]) -> Page:
        """Open the link in the officer's message and send the form; return the page that follows."""
        browser, page = self._wait_for_page(officer, decision)
        return browser.send(page, page.find_form("decision", decision), decision=decision, **filled)

    def wait_for_link(self, officer: Officer, decision: str) -> str:
        """Wait for a link of the officer's whose page offers the decision."""
        _, page = self._wait_for_page(officer, decision)
        return page.address

    def wait_for_mail_to(self, officer: Officer, about: str) -> Mail:
        """Wait for the mail to the officer with these words in its subject."""
        return self._wait_for_mail(lambda mail: officer["email"] in mail.to, about)

    def wait_for_mail_to_reporter(self, about: str) -> Mail:
        """Wait for the mail to the reporter with these words in its subject."""
        return self._wait_for_mail(lambda mail: not OFFICER_ADDRESSES.intersection(mail.to), about)

    def _wait_for_mail(self, to: Callable[[Mail], bool], about: str) -> Mail:
        def look() -> Mail | None:
            mails = self.journey.list_mails()
            return next((mail for mail in mails if to(mail) and about in mail.subject), None)

        mail: Mail = self.journey.wait_for(look, f"the mail {about!r}")
        return mail

    def _wait_for_page(self, officer: Officer, decision: str) -> tuple[Browser, Page]:
        look = partial(self._find_page, officer, decision)
        result: tuple[Browser, Page] = self.journey.wait_for(
            look, f"a link for {officer['id']} to {decision}"
        )
        return result

    def _find_page(self, officer: Officer, decision: str) -> tuple[Browser, Page] | None:
        for link in self.list_links(officer):
            browser = Browser()
            page = browser.open(link)
            if page.offers("decision", decision):
                return browser, page
        return None

    def list_links(self, officer: Officer) -> list[str]:
        """Return the links in the officer's messages about this complaint, newest first."""
        mails = [mail for mail in self.journey.list_mails() if officer.get("email") in mail.to]
        mobile = format_mobile(officer) if "phone" in officer else None
        texts = [sms for sms in self.journey.list_sms() if sms.to == mobile]
        messages: list[Mail | Sms] = [*mails, *texts]
        return list(dict.fromkeys(link for message in messages for link in message.links if LINK in link))
