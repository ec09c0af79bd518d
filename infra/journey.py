"""The main job: a complaint travels its procedure from the first row to the last, the way people carry it.

`make run` starts the local cloud, loads the demo directory, and then acts as the people do: a citizen files
over the HTTP API with a photo and a place; officers read the mail that was really sent, open the link in it
and fill in the form behind it; at the end the citizen has the answer and says that it settles the matter.
"""

import argparse
import secrets
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from textwrap import shorten
from typing import Any
from zoneinfo import ZoneInfo

import requests

from chalicelib.texts.dates import deadline_words, time_words
from infra.build import ROOT, BuildError
from infra.deploy import DeployError
from infra.directory import DIRECTORY, demo_regions
from infra.local import DEFAULT_STATE, LocalCloud, LocalCloudError
from infra.mailbox import Mail, Sms
from infra.people import App, Browser, Page, PersonStuck

PHOTO = DIRECTORY.parent / "photo.jpg"
LINK = "/t/"
PATIENCE = 90
"""Seconds until something that should arrive counts as lost (a cold start of every function included)."""
CODE = "123456"
"""The code of the local cloud's identity provider, which sends none."""

Say = Callable[[str], None]


class Lost(Exception):
    """Something did not arrive in time; the text says what, and where to look."""


@dataclass(frozen=True)
class Result:
    """What the journey came to."""

    sop: str
    ticket: str
    rows: int
    emails: int
    sms: int
    filed_to_notified: float

    def line(self) -> str:
        """The line that ends a run."""
        return (
            f"OK {self.sop} {self.ticket} rows={self.rows} emails={self.emails} sms={self.sms} "
            f"filed_to_notified_s={self.filed_to_notified:.1f}"
        )


@dataclass
class Journey:
    """One complaint's way on a running local cloud."""

    cloud: LocalCloud
    region: dict[str, Any]
    say: Say
    ticket: str = ""
    _opened: set[str] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)
    _rows: set[int] = field(default_factory=set)

    def run(self) -> Result:
        """File, and let everybody do their part until the reporter is satisfied."""
        citizen = self.register()
        self.ticket = self.file(citizen)
        act = {"verify": self.forward, "respond": self.answer, "review": self.publish}
        for step in self.steps(citizen):
            self.report(citizen)
            if step == "confirm":
                break
            act[step]()
        rows = len(self._rows)
        self.say("")
        self.say("the procedure has ended; what follows is the national frame's addition")
        citizen.post(f"complaints/{self.ticket}/verdicts", {"verdict": "satisfied"}, key=str(uuid.uuid4()))
        self.say(f"       {'Masyarakat':32} is satisfied: {self.read(citizen)['state']}")
        self.wait_for_quiet()
        return self.result(citizen, rows)

    # What people do

    def register(self) -> App:
        """A citizen makes an account, confirms it and signs in."""
        app = App(self.cloud.public_url)
        login, password = f"warga-{secrets.token_hex(4)}@contoh.example", f"Aa1-{secrets.token_urlsafe(9)}"
        app.post("accounts", {"name": "Siti Aminah", "login": login, "password": password, "language": "id"})
        app.post("accounts/confirmations", {"login": login, "code": CODE})
        app.sign_in(login, password)
        self.say(f"       {'Masyarakat':32} registers, confirms by code, signs in")
        return app

    def file(self, citizen: App) -> str:
        """The citizen files with a photo and a place."""
        category = next(one["code"] for one in self.region["categories"] if one.get("agency"))
        body = {
            "region": self.region["slug"],
            "category": category,
            "title": "Lubang besar di depan pasar",
            "narrative": "Lubang sedalam setengah meter di depan pasar. Sudah dua motor jatuh minggu ini.",
            "place": {"latitude": -6.7063, "longitude": 108.557, "address": "Jalan raya, depan pasar"},
            "uploads": [citizen.upload(PHOTO, "image/jpeg")],
        }
        return str(citizen.post("complaints", body, key=str(uuid.uuid4()))["ticket"])

    def forward(self) -> None:
        """The admin opens the link in the mail and forwards the complaint as suggested."""
        browser, page = self.follow_link("forward")
        form = page.form_with("decision", "forward")
        browser.send(page, form, decision="forward", note="Mohon ditindaklanjuti.")

    def answer(self) -> None:
        """The agency opens the link, takes the complaint on, and answers with proof."""
        browser, page = self.follow_link("accept")
        accept = page.form_with("decision", "accept")
        page = browser.send(page, accept, decision="accept")
        form = page.form_with("decision", "answer")
        browser.send(page, form, decision="answer", text="Lubang telah ditambal dan diratakan hari ini.")

    def publish(self) -> None:
        """The admin finds the answer good and passes it on."""
        browser, page = self.follow_link("publish")
        browser.send(page, page.form_with("decision", "publish"), decision="publish")

    def follow_link(self, decision: str) -> tuple[Browser, Page]:
        """Wait for a message with a link that was not followed yet and leads to this decision; open it."""
        browser = Browser()
        look = partial(self.page_offering, decision, browser)
        return browser, self.until(look, f"the message with the link to {decision}")

    def page_offering(self, decision: str, browser: Browser) -> Page | None:
        """The page behind a new link, if it offers the decision: a colleague's may be of a done step."""
        for link in self.new_links():
            self._opened.add(link)
            page = browser.open(link)
            if page.offers("decision", decision):
                return page
        return None

    # What has happened

    def steps(self, citizen: App) -> Iterator[str]:
        """Each human step as it opens, once."""
        seen: tuple[str, str] | None = None
        while True:
            look = partial(self.holder_after, citizen, seen)
            holder = self.until(look, "the next step of the procedure")
            seen = (holder["step"], holder["since"])
            yield str(holder["step"])

    def holder_after(self, citizen: App, before: tuple[str, str] | None) -> dict[str, Any] | None:
        """On whose desk it lies, once that is another human step than before."""
        holder = self.read(citizen)["holder"]
        if holder is None or holder["role"] == "system" or (holder["step"], holder["since"]) == before:
            return None
        return dict(holder)

    def read(self, citizen: App) -> dict[str, Any]:
        """The complaint as the citizen sees it."""
        return citizen.get(f"complaints/{self.ticket}")

    def new_links(self) -> list[str]:
        """The officers' links in messages about the complaint that nobody followed yet."""
        messages: list[Mail | Sms] = [*self.mails(), *self.texts()]
        links = [link for message in messages for link in message.links if LINK in link]
        return [link for link in links if link not in self._opened]

    def mails(self) -> list[Mail]:
        """The e-mail about this complaint, newest first."""
        return [mail for mail in self.cloud.mails() if self.ticket in mail.subject + mail.text]

    def texts(self) -> list[Sms]:
        """The SMS about this complaint."""
        return [sms for sms in self.cloud.sms() if self.ticket in sms.text]

    def report(self, citizen: App) -> None:
        """Print what is new: rows that are done, messages that went out, whose turn it is until when."""
        complaint = self.read(citizen)
        for row in complaint["rows"]:
            if row["done_at"] and row["number"] not in self._rows:
                self._rows.add(row["number"])
                self.say(self.row_line(row))
        self.report_messages()
        holder = complaint["holder"]
        if holder:
            due = _due(holder["due_at"], self.region["zone"])
            self.say(f"       -> {holder['title']['id']}: due {due}")

    def row_line(self, row: dict[str, Any]) -> str:
        """A row that is done, as one line."""
        done = _local(row["done_at"], self.region["zone"])
        standard = row["standard_time"]["id"] if row["standard_time"] else "-"
        actor = shorten(row["actor"]["id"], 32, placeholder=" …")
        return f"row {row['number']:<2} {actor:32} {standard:8} {row['does']['id']} ({done})"

    def report_messages(self) -> None:
        """Print the messages that were not printed yet, oldest first."""
        for mail in reversed(self.mails()):
            self._report_message(mail.id, f"e-mail to {', '.join(mail.to)}: {mail.subject}")
        for sms in reversed(self.texts()):
            self._report_message(sms.id, f"SMS to {sms.to}: {sms.text}")

    def _report_message(self, message: str, line: str) -> None:
        if message not in self._told:
            self._told.add(message)
            self.say(f"         sent: {line}")

    def wait_for_quiet(self) -> None:
        """Let the last messages arrive: nothing new for a few seconds."""
        count, since = -1, time.monotonic()
        while time.monotonic() - since < 3:
            now = len(self.mails()) + len(self.texts())
            if now != count:
                count, since = now, time.monotonic()
            time.sleep(0.3)
        self.report_messages()

    def result(self, citizen: App, rows: int) -> Result:
        """The figures of the run; ``Lost`` where the procedure's own rows are not all done."""
        complaint = self.read(citizen)
        expected = len(complaint["rows"])
        if rows != expected or complaint["state"] != "resolved":
            raise Lost(f"{rows} of {expected} rows and state {complaint['state']} of {self.ticket}")
        admin = next(one for one in self.region["officers"] if one["role"] == "regional_admin")
        told = min(datetime.fromisoformat(mail.sent_at) for mail in self.mails() if admin["email"] in mail.to)
        seconds = (told - datetime.fromisoformat(complaint["filed_at"])).total_seconds()
        return Result(
            self.region["procedure"], self.ticket, rows, len(self.mails()), len(self.texts()), seconds
        )

    def until(self, look: Callable[[], Any], what: str) -> Any:
        """Look until there is something."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = look()
            if found:
                return found
            time.sleep(0.3)
        place = f"{self.cloud.log_file()} and {self.cloud.public_url}/_mailbox"
        raise Lost(f"{what} of {self.ticket} did not come within {PATIENCE} s; look in {place}")


def region_with(procedure: str) -> dict[str, Any]:
    """The demo region that follows this procedure; the first region where none is named."""
    regions = demo_regions()
    for region in regions:
        if procedure in ("", region["procedure"]):
            return region
    known = ", ".join(region["procedure"] for region in regions)
    raise Lost(f"no demo region follows the procedure {procedure!r}; known: {known}")


def load_directory(cloud: LocalCloud) -> str:
    """Load the demo directory into the cloud; the officers' password, made once for each state folder."""
    kept = cloud.state_dir / "officers-password"
    if not kept.is_file():
        kept.write_text(f"Aa1-{secrets.token_urlsafe(9)}")
    password = kept.read_text()
    subprocess.run(
        [sys.executable, "-m", "infra.directory", str(DIRECTORY)],
        env=cloud.environment() | {"FIRST_PASSWORD": password},
        cwd=ROOT,
        check=True,
    )
    return password


def _local(instant: str, zone: str) -> str:
    return time_words(datetime.fromisoformat(instant), ZoneInfo(zone), "id")


def _due(instant: str, zone: str) -> str:
    return deadline_words(datetime.fromisoformat(instant), ZoneInfo(zone), "id")


def main() -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.journey", description=__doc__.splitlines()[0])
    parser.add_argument("--sop", default="", help="the procedure (default: the first region's)")
    parser.add_argument("--speed", type=float, default=20, help="seconds a working day lasts")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--cloud-port", type=int, default=4566)
    parser.add_argument("--state", type=Path, default=DEFAULT_STATE)
    parser.add_argument("--once", action="store_true", help="exit when the journey is over")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _run(given)
    except KeyboardInterrupt:
        say("stopped")
        return 0
    except (LocalCloudError, BuildError, DeployError, Lost) as error:
        say(f"FAILED {error}")
    except (PersonStuck, requests.RequestException, subprocess.CalledProcessError) as error:
        say(f"FAILED {error}; look in {given.state / 'cloud.log'}")
    return 1


def _run(given: argparse.Namespace) -> int:
    region = region_with(given.sop)
    cloud = LocalCloud(
        given.state,
        port=given.port,
        cloud_port=given.cloud_port,
        seconds_per_working_day=given.speed,
        say=say,
    )
    with cloud:
        password = load_directory(cloud)
        result = Journey(cloud, region, say).run()
        if not given.once:
            admin = next(one for one in region["officers"] if one["role"] == "regional_admin")
            say(f"site {cloud.public_url}/")
            say(f"staff {cloud.public_url}/petugas")
            say(f"mailbox {cloud.public_url}/_mailbox")
            say(f"officers sign in with their e-mail, e.g. {admin['email']}, and the password {password}")
        say(result.line())
        if not given.once:
            say("up until Ctrl-C")
            signal.pause()
    return 0


def say(line: str) -> None:
    """Print at once, also into a pipe."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
