"""The main job: a complaint travels its procedure from the first row to the last, the way people carry it.

`make run` starts the local cloud, loads the demo directory, and then acts as the people do: a citizen files
over the HTTP API with a photo and a place; officers read the mail that was really sent, open the link in it
and fill in the form behind it; at the end the citizen has the answer and says that it settles the matter.
"""

import argparse
import json
import secrets
import signal
import subprocess
import sys
import time
import tomllib
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from textwrap import shorten
from typing import Any
from zoneinfo import ZoneInfo

import requests

from chalicelib.i18n.dates import format_deadline, format_time
from infra.deploy.build import ROOT, BuildError
from infra.deploy.stack import DeployError
from infra.local.browser import App, Browser, Page, PersonStuck
from infra.local.cloud import DEFAULT_STATE, LocalCloud, LocalCloudError
from infra.local.mailbox import Mail, Sms
from infra.operations.directory import DIRECTORY, demo_regions

PHOTO = DIRECTORY.parent / "photo.jpg"
SCENARIOS = DIRECTORY.parent / "scenarios.toml"
LINK = "/t/"
LAST_EXPORT = "last-export.json"
"""In the cloud's folder: the export of the complaint that travelled last."""
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


@dataclass(frozen=True)
class Scenario:
    """What happens beside the straight way; the demo's file says what each field means."""

    without_photo: bool = False
    consult: bool = False
    disputes: int = 0


WORDS: Mapping[str, Mapping[str, str]] = {
    "accept": {},
    "advise": {"text": "Data jalan ada pada dinas; tidak ada informasi yang dikecualikan."},
    "dispose": {"instruction": "Periksa lokasi dan kerjakan minggu ini."},
    "proceed": {"note": "Sudah diperiksa dan dikerjakan sesuai arahan."},
    "answer": {"text": "Lubang telah ditambal dan diratakan hari ini."},
    "publish": {},
    "forward": {"note": "Mohon ditindaklanjuti."},
}
"""What officers write when they decide, in the order in which a page's offers are taken."""


@dataclass
class Journey:
    """One complaint's way on a running local cloud."""

    cloud: LocalCloud
    region: dict[str, Any]
    say: Say
    scenario: Scenario = Scenario()
    ticket: str = ""
    _told: set[str] = field(default_factory=set)
    _rows: set[int] = field(default_factory=set)
    _asked: bool = False
    _disputed: int = 0

    def run(self) -> Result:
        """File, and let everybody do their part until the reporter is satisfied."""
        citizen = self.register()
        self.ticket = self.file(citizen)
        for holder in self.turns(citizen):
            self.report(citizen)
            if holder["role"] != "reporter":
                self.decide()
            elif not self.go_on(citizen):
                break
        rows = len(self._rows)
        self.say("")
        self.say("the procedure has ended; what follows is the national frame's addition")
        self.judge(citizen, {"verdict": "satisfied"})
        self.say(f"       {'Masyarakat':32} is satisfied: {self.read(citizen)['state']}")
        self.wait_for_quiet()
        self.leave_export(citizen)
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

    def file(self, citizen: App, **otherwise: Any) -> str:
        """The citizen files with a place and, unless it is forgotten, a photo, or ``otherwise``."""
        category = next(one["code"] for one in self.region["categories"] if one.get("agency"))
        body = {
            "region": self.region["slug"],
            "category": category,
            "title": "Lubang besar di depan pasar",
            "narrative": "Lubang sedalam setengah meter di depan pasar. Sudah dua motor jatuh minggu ini.",
            "place": {"latitude": -6.7063, "longitude": 108.557, "address": "Jalan raya, depan pasar"},
            "uploads": [] if self.scenario.without_photo else [citizen.upload(PHOTO, "image/jpeg")],
        }
        return str(citizen.post("complaints", body | otherwise, key=str(uuid.uuid4()))["ticket"])

    def go_on(self, citizen: App) -> bool:
        """The citizen's turn: complete what was asked for, or say that it is not solved; else nothing."""
        acts = self.read(citizen)["acts"]
        if "complete" in acts:
            photo = citizen.upload(PHOTO, "image/jpeg")
            self.say(f"       {'Masyarakat':32} completes the report with the photo that was asked for")
            completion = {"decision": "complete", "uploads": [photo]}
            citizen.post(f"complaints/{self.ticket}/decisions", completion, key=str(uuid.uuid4()))
            return True
        if self._disputed < self.scenario.disputes:
            self._disputed += 1
            self.say(f"       {'Masyarakat':32} is not satisfied and says why")
            self.judge(citizen, {"verdict": "not_satisfied", "reason": "Tambalannya sudah berlubang lagi."})
            return True
        return False

    def judge(self, citizen: App, verdict: dict[str, str]) -> None:
        """The citizen says whether the answer settles it."""
        citizen.post(f"complaints/{self.ticket}/verdicts", verdict, key=str(uuid.uuid4()))

    def decide(self, *wanted: str) -> None:
        """Whoever's turn it is opens the link in their message and does what the page offers first.

        ``wanted`` are the decisions they have in mind, where it matters.
        """
        look = partial(self.page_to_decide_on, wanted)
        browser, page = self.until(look, f"a message with a link to {' or '.join(wanted) or 'the open step'}")
        if self.scenario.without_photo and not self._asked and page.offers("decision", "ask"):
            self._asked = True
            form = page.form_with("decision", "ask")
            browser.send(page, form, decision="ask", missing="photo", note="Mohon lampirkan foto lubangnya.")
            return
        decision = offered(page)
        while decision:
            page = self.carry_out(browser, page, decision)
            decision = offered(page)

    def carry_out(self, browser: Browser, page: Page, decision: str) -> Page:
        """Fill in the decision's form and send it; the page that follows."""
        if decision == "answer":
            page = browser.attach(page, PHOTO, "image/jpeg")
        form = page.form_with("decision", decision)
        filled = dict(WORDS[decision])
        if decision == "forward" and self.scenario.consult:
            filled["consult"] = "1"
        empty = {name: values for name, values in form.choices.items() if form.fields.get(name) == ""}
        filled |= {name: next(filter(None, values)) for name, values in empty.items() if name == "unit"}
        return browser.send(page, form, decision=decision, **filled)

    def page_to_decide_on(self, wanted: tuple[str, ...]) -> tuple[Browser, Page] | None:
        """The page behind one of the officers' links that asks for a decision: the newest message's first."""
        for link in self.links():
            browser = Browser()
            page = browser.open(link)
            if offered(page) and all(page.offers("decision", decision) for decision in wanted):
                return browser, page
        return None

    # What has happened

    def turns(self, citizen: App) -> Iterator[dict[str, Any]]:
        """Whose turn it is, each time that changes to another person's."""
        seen: tuple[str, str, str] | None = None
        while True:
            holder = self.until(partial(self.holder_after, citizen, seen), "the next step of the procedure")
            seen = self.turn_of(holder)
            yield holder

    def holder_after(self, citizen: App, before: tuple[str, str, str] | None) -> dict[str, Any] | None:
        """On whose desk it lies, once that is another human step than before."""
        holder = self.read(citizen)["holder"]
        if holder is None or holder["role"] == "system" or self.turn_of(holder) == before:
            return None
        return dict(holder)

    def turn_of(self, holder: dict[str, Any]) -> tuple[str, str, str]:
        """What tells one turn from another: a step that goes on after a wait has another deadline."""
        return str(holder["step"]), str(holder["since"]), str(holder["due_at"])

    def read(self, citizen: App) -> dict[str, Any]:
        """The complaint as the citizen sees it."""
        return citizen.get(f"complaints/{self.ticket}")

    def links(self) -> list[str]:
        """The officers' links in messages about the complaint, newest first."""
        messages: list[Mail | Sms] = [*self.mails(), *self.texts()]
        return list(dict.fromkeys(link for message in messages for link in message.links if LINK in link))

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

    def leave_export(self, citizen: App) -> None:
        """Keep the complaint's export, for ``python -m chalicelib verify``."""
        export = citizen.get(f"complaints/{self.ticket}/export")
        kept = self.cloud.state_dir / LAST_EXPORT
        kept.write_text(json.dumps(export, ensure_ascii=False, indent=1), encoding="utf-8")
        self.say(f"       its export: {kept}")

    def result(self, citizen: App, rows: int) -> Result:
        """The figures of the run; ``Lost`` where the procedure's own rows are not all done."""
        complaint = self.read(citizen)
        expected = sum(not row["skipped"] for row in complaint["rows"])
        if rows != expected or complaint["state"] != "resolved":
            raise Lost(f"{rows} of {expected} rows and state {complaint['state']} of {self.ticket}")
        admin = next(one for one in self.region["officers"] if one["role"] == "regional_admin")
        told = min(datetime.fromisoformat(mail.sent_at) for mail in self.mails() if admin["email"] in mail.to)
        seconds = (told - datetime.fromisoformat(complaint["filed_at"])).total_seconds()
        return Result(
            self.region["procedure"], self.ticket, rows, len(self.mails()), len(self.texts()), seconds
        )

    def until(self, look: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
        """Look until there is something."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            found = look()
            if found:
                return found
            time.sleep(0.3)
        place = f"{self.cloud.log_file()} and {self.cloud.public_url}/_mailbox"
        raise Lost(f"{what} of {self.ticket} did not come within {patience:g} s; look in {place}")


def offered(page: Page) -> str | None:
    """The first decision that the page asks for."""
    return next((decision for decision in WORDS if page.offers("decision", decision)), None)


def scenario_of(procedure: str) -> Scenario:
    """What the demo does on its way through that procedure."""
    return Scenario(**tomllib.loads(SCENARIOS.read_text(encoding="utf-8")).get(procedure, {}))


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
    return format_time(datetime.fromisoformat(instant), ZoneInfo(zone), "id")


def _due(instant: str, zone: str) -> str:
    return format_deadline(datetime.fromisoformat(instant), ZoneInfo(zone), "id")


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
        result = Journey(cloud, region, say, scenario_of(region["procedure"])).run()
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
