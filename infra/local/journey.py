"""One complaint's way through its procedure, carried by the people of the demo.

They act as people do: a citizen files over the HTTP API with a photo and a place; officers read the mail that
was really sent, open the link in it and fill in the form behind it; at the end the citizen has the answer and
says that it settles the matter.
"""

import json
import secrets
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from infra.local.browser import App, Browser, Page
from infra.local.cloud import LocalCloud
from infra.local.demo_data import PHOTO, Scenario, find_admin, find_category
from infra.local.mailbox import Mail, Sms
from infra.local.progress import Progress

LINK = "/t/"
LAST_EXPORT = "last-export.json"
"""In the cloud's folder: the export of the last complaint."""
PATIENCE = 90
"""Seconds until a thing that should arrive counts as lost (a cold start of every function included)."""
CODE = "123456"
"""The code of the local cloud's identity provider, which sends none."""
QUIET_SECONDS = 3

Say = Callable[[str], None]
Turn = tuple[str, str, str]
"""A step, since when it is open, and its deadline: a step resumed after a wait has another deadline."""


class Lost(Exception):
    """An expected thing did not arrive in time; the text names it, and the logs to look in."""


@dataclass(frozen=True)
class Result:
    """The figures of a journey; `filed_to_notified` are the seconds until the admin's first mail."""

    sop: str
    ticket: str
    rows: int
    emails: int
    sms: int
    filed_to_notified: float

    def format_line(self) -> str:
        """Return the line that ends a run."""
        return (
            f"OK {self.sop} {self.ticket} rows={self.rows} emails={self.emails} sms={self.sms} "
            f"filed_to_notified_s={self.filed_to_notified:.1f}"
        )


WORDS: Mapping[str, Mapping[str, str]] = {
    "accept": {},
    "advise": {"text": "Data jalan ada pada dinas; tidak ada informasi yang dikecualikan."},
    "dispose": {"instruction": "Periksa lokasi dan kerjakan minggu ini."},
    "proceed": {"note": "Sudah diperiksa dan dikerjakan sesuai arahan."},
    "answer": {"text": "Lubang telah ditambal dan diratakan hari ini."},
    "publish": {},
    "forward": {"note": "Mohon ditindaklanjuti."},
}
"""The officers' texts for each decision, in the order in which a page's offers are taken."""


STRAIGHT = Scenario()


@dataclass
class Journey:
    """One complaint's way on a running local cloud."""

    cloud: LocalCloud
    region: dict[str, Any]
    say: Say
    scenario: Scenario = STRAIGHT
    ticket: str = ""
    _asked: bool = False
    _disputes: int = 0
    _progress: Progress = field(init=False)

    def __post_init__(self) -> None:
        self._progress = Progress(self.region["zone"], self.say)

    def run(self) -> Result:
        """Carry the complaint from filing on, until the reporter is satisfied."""
        citizen = self.register()
        self.ticket = self.file(citizen)
        for holder in self.follow_turns(citizen):
            self._print_progress(citizen)
            if holder["role"] != "reporter":
                self.decide()
            elif not self.take_reporter_turn(citizen):
                break
        rows = len(self._progress.rows)
        self.say("")
        self.say("the procedure has ended; what follows is the national frame's addition")
        self.send_verdict(citizen, {"verdict": "satisfied"})
        self._progress.print_person(f"is satisfied: {self.read(citizen)['state']}")
        self.wait_for_quiet()
        self._save_export(citizen)
        return self._build_result(citizen, rows)

    # People's actions

    def register(self) -> App:
        """Create a citizen's account, confirm it and sign in."""
        app = App(self.cloud.public_url)
        login, password = f"warga-{secrets.token_hex(4)}@contoh.example", f"Aa1-{secrets.token_urlsafe(9)}"
        app.post("accounts", {"name": "Siti Aminah", "login": login, "password": password, "language": "id"})
        app.post("accounts/confirmations", {"login": login, "code": CODE})
        app.sign_in(login, password)
        self._progress.print_person("registers, confirms by code, signs in")
        return app

    def file(self, citizen: App, **otherwise: Any) -> str:
        """File with a place and, unless the scenario forgets it, a photo; ``otherwise`` replaces fields."""
        body = {
            "region": self.region["slug"],
            "category": find_category(self.region),
            "title": "Lubang besar di depan pasar",
            "narrative": "Lubang sedalam setengah meter di depan pasar. Sudah dua motor jatuh minggu ini.",
            "place": {"latitude": -6.7063, "longitude": 108.557, "address": "Jalan raya, depan pasar"},
            "uploads": [] if self.scenario.without_photo else [citizen.upload(PHOTO, "image/jpeg")],
        }
        return str(citizen.post("complaints", body | otherwise, key=str(uuid.uuid4()))["ticket"])

    def take_reporter_turn(self, citizen: App) -> bool:
        """Complete the report or dispute the answer; return False when neither is left to do."""
        actions = self.read(citizen)["acts"]
        if "complete" in actions:
            photo = citizen.upload(PHOTO, "image/jpeg")
            self._progress.print_person("completes the report with the photo that was asked for")
            completion = {"decision": "complete", "uploads": [photo]}
            citizen.post(f"complaints/{self.ticket}/decisions", completion, key=str(uuid.uuid4()))
            return True
        if self._disputes < self.scenario.disputes:
            self._disputes += 1
            self._progress.print_person("is not satisfied and says why")
            reason = "Tambalannya sudah berlubang lagi."
            self.send_verdict(citizen, {"verdict": "not_satisfied", "reason": reason})
            return True
        return False

    def send_verdict(self, citizen: App, verdict: dict[str, str]) -> None:
        citizen.post(f"complaints/{self.ticket}/verdicts", verdict, key=str(uuid.uuid4()))

    def decide(self, *wanted: str) -> None:
        """Open the link in a message to the officer whose turn it is, and take the page's first offer.

        ``wanted`` are the decisions that the page must offer, where it matters.
        """
        look = partial(self._find_page, wanted)
        browser, page = self.wait_for(
            look, f"a message with a link to {' or '.join(wanted) or 'the open step'}"
        )
        if self.scenario.without_photo and not self._asked and page.offers("decision", "ask"):
            self._asked = True
            form = page.find_form("decision", "ask")
            browser.send(page, form, decision="ask", missing="photo", note="Mohon lampirkan foto lubangnya.")
            return
        decision = _find_decision(page)
        while decision:
            page = self._send_decision(browser, page, decision)
            decision = _find_decision(page)

    def _send_decision(self, browser: Browser, page: Page, decision: str) -> Page:
        """Fill in the decision's form and send it; return the page that follows."""
        if decision == "answer":
            page = browser.attach(page, PHOTO, "image/jpeg")
        form = page.find_form("decision", decision)
        filled = dict(WORDS[decision])
        if decision == "forward" and self.scenario.consult:
            filled["consult"] = "1"
        empty = {name: values for name, values in form.choices.items() if form.fields.get(name) == ""}
        filled |= {name: next(filter(None, values)) for name, values in empty.items() if name == "unit"}
        return browser.send(page, form, decision=decision, **filled)

    def _find_page(self, wanted: tuple[str, ...]) -> tuple[Browser, Page] | None:
        """Return the page behind an officer's link that asks for a decision; the newest message's first."""
        for link in self.list_links():
            browser = Browser()
            page = browser.open(link)
            if _find_decision(page) and all(page.offers("decision", decision) for decision in wanted):
                return browser, page
        return None

    # Waiting and reading

    def follow_turns(self, citizen: App) -> Iterator[dict[str, Any]]:
        """Yield the holder of each turn, as soon as it is another turn than before."""
        last: Turn | None = None
        while True:
            look = partial(self.find_next_holder, citizen, last)
            holder = self.wait_for(look, "the next step of the procedure")
            last = _to_turn(holder)
            yield holder

    def find_next_holder(self, citizen: App, last: Turn | None) -> dict[str, Any] | None:
        """Return the holder of a human step, once that is another turn than ``last``."""
        holder = self.read(citizen)["holder"]
        if holder is None or holder["role"] == "system" or _to_turn(holder) == last:
            return None
        return dict(holder)

    def read(self, person: App) -> dict[str, Any]:
        """Read the complaint as this person sees it."""
        return person.get(f"complaints/{self.ticket}")

    def list_links(self) -> list[str]:
        """Return the officers' links in messages about the complaint, newest first."""
        messages: list[Mail | Sms] = [*self.list_mails(), *self.list_sms()]
        return list(dict.fromkeys(link for message in messages for link in message.links if LINK in link))

    def list_mails(self) -> list[Mail]:
        """Return the e-mail about this complaint, newest first."""
        return [mail for mail in self.cloud.list_mails() if self.ticket in mail.subject + mail.text]

    def list_sms(self) -> list[Sms]:
        """Return the SMS about this complaint."""
        return [sms for sms in self.cloud.list_sms() if self.ticket in sms.text]

    def wait_for(self, look: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
        """Look until the result is true, and return it; raise ``Lost`` after ``patience`` seconds."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            result = look()
            if result:
                return result
            time.sleep(0.3)
        place = f"{self.cloud.log_file} and {self.cloud.public_url}/_mailbox"
        raise Lost(f"{what} of {self.ticket} did not come within {patience:g} s; look in {place}")

    def wait_for_quiet(self) -> None:
        """Wait until no message has arrived for a few seconds, then print the last ones."""
        count, since = -1, time.monotonic()
        while time.monotonic() - since < QUIET_SECONDS:
            now = len(self.list_mails()) + len(self.list_sms())
            if now != count:
                count, since = now, time.monotonic()
            time.sleep(0.3)
        self._progress.print_messages(self.list_mails(), self.list_sms())

    # Reporting

    def _print_progress(self, citizen: App) -> None:
        complaint = self.read(citizen)
        self._progress.print_rows(complaint["rows"])
        self._progress.print_messages(self.list_mails(), self.list_sms())
        if complaint["holder"]:
            self._progress.print_turn(complaint["holder"])

    def _save_export(self, citizen: App) -> None:
        """Save the complaint's export, for ``python -m chalicelib verify``."""
        export = citizen.get(f"complaints/{self.ticket}/export")
        file = self.cloud.state_dir / LAST_EXPORT
        file.write_text(json.dumps(export, ensure_ascii=False, indent=1), encoding="utf-8")
        self.say(f"       its export: {file}")

    def _build_result(self, citizen: App, rows: int) -> Result:
        """Return the figures of the run; raise ``Lost`` where the procedure's own rows are not all done."""
        complaint = self.read(citizen)
        expected = sum(not row["skipped"] for row in complaint["rows"])
        if rows != expected or complaint["state"] != "resolved":
            raise Lost(f"{rows} of {expected} rows and state {complaint['state']} of {self.ticket}")
        admin = find_admin(self.region)
        mails = self.list_mails()
        notified = min(datetime.fromisoformat(mail.sent_at) for mail in mails if admin["email"] in mail.to)
        seconds = (notified - datetime.fromisoformat(complaint["filed_at"])).total_seconds()
        return Result(self.region["procedure"], self.ticket, rows, len(mails), len(self.list_sms()), seconds)


def _to_turn(holder: dict[str, Any]) -> Turn:
    return str(holder["step"]), str(holder["since"]), str(holder["due_at"])


def _find_decision(page: Page) -> str | None:
    """Return the first decision that the page asks for."""
    return next((decision for decision in WORDS if page.offers("decision", decision)), None)
