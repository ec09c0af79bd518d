"""The 60-second promise: seconds from filed to the mail that tells the region's admin (the PIC).

Fifty complaints are filed at five a second over HTTP on a local cloud that was deployed a moment ago (cold),
then fifty more on the same cloud (warm). The delay is the one that people feel: the mail service's `sent_at`
minus the complaint's `filed_at`, both on this machine's clock. A mail that does not arrive is reported as
lost and counts as endless in the percentiles; it is never left out.

The second table counts from the moment the citizen pressed send instead: a function that is only starting has
not filed yet. A request that is not answered is sent again under its key, as an app should.
"""

import argparse
import math
import secrets
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests

from bench.report import get_percentile, print_header, print_table
from infra.local.browser import App, PersonStuck
from infra.local.cloud import LocalCloud
from infra.local.demo import load_directory
from infra.local.demo_data import find_admin, find_category, find_region
from infra.local.journey import CODE

PORTS = (8310, 4810)
SPAWNED = "Lambda worker spawned for "
"""The local cloud's log line for every new process of a function."""


TRIES = 4


@dataclass(frozen=True)
class Filing:
    """One complaint: when send was pressed, when the receipt came, after how many tries; or why not."""

    pressed_at: datetime
    answered_at: datetime
    tries: int
    ticket: str | None = None
    filed_at: datetime | None = None
    refused: str | None = None


@dataclass(frozen=True)
class Burst:
    """The outcome of one burst."""

    name: str
    filed: list[Filing]
    notified: dict[str, datetime]
    cold_starts: Counter[str]

    @property
    def seconds(self) -> list[float]:
        """Return the seconds from filed to notified; endless for a lost complaint."""
        return [
            _count_seconds(filing.filed_at, self.notified.get(filing.ticket or "")) for filing in self.filed
        ]

    @property
    def seconds_from_send(self) -> list[float]:
        """Return the seconds from pressing send to notified; endless for a lost complaint."""
        return [
            _count_seconds(filing.pressed_at, self.notified.get(filing.ticket or "")) for filing in self.filed
        ]

    @property
    def waits(self) -> list[float]:
        """Return the seconds from pressing send to the receipt; endless where none came."""
        return [
            _count_seconds(filing.pressed_at, filing.answered_at if filing.ticket else None)
            for filing in self.filed
        ]

    @property
    def lost(self) -> int:
        """Return the number of complaints whose mail never reached the admin."""
        return sum(math.isinf(value) for value in self.seconds)


@dataclass(frozen=True)
class Bench:
    """The bursts' common ground: the cloud, the citizen, and the admin to notify."""

    cloud: LocalCloud
    citizen: App
    region: str
    category: str
    admin: str
    patience: float

    def run_burst(self, name: str, count: int, per_second: float) -> Burst:
        """Send complaints at this rate, without waiting for answers, then wait for the admin's mail."""
        log_before = self.cloud.log_file.stat().st_size
        begin = time.monotonic()
        with ThreadPoolExecutor(max_workers=count) as pool:
            filed = list(
                pool.map(lambda number: self._file(begin + number / per_second, number), range(count))
            )
        notified = self._wait([filing.ticket for filing in filed if filing.ticket])
        return Burst(name, filed, notified, self._count_cold_starts(log_before))

    def _file(self, at: float, number: int) -> Filing:
        time.sleep(max(0.0, at - time.monotonic()))
        body = {
            "region": self.region,
            "category": self.category,
            "title": f"Lubang nomor {number}",
            "narrative": "Lubang sedalam setengah meter di depan pasar. Sudah dua motor jatuh minggu ini.",
            "place": {"latitude": -6.7063, "longitude": 108.557, "address": "Jalan raya, depan pasar"},
        }
        key, pressed_at, refused = str(uuid.uuid4()), _get_now(), None
        for tries in range(1, TRIES + 1):
            try:
                receipt = self.citizen.post("complaints", body, key=key)
            except (PersonStuck, requests.RequestException) as error:
                refused = str(error)[:160]
            else:
                filed_at = datetime.fromisoformat(receipt["filed_at"])
                return Filing(pressed_at, _get_now(), tries, receipt["ticket"], filed_at)
        return Filing(pressed_at, _get_now(), tries, refused=refused)

    def _wait(self, tickets: Sequence[str]) -> dict[str, datetime]:
        """Wait for the admin's first mail about each ticket; return the instants of those that came."""
        deadline = time.monotonic() + self.patience
        notified: dict[str, datetime] = {}
        while len(notified) < len(tickets) and time.monotonic() < deadline:
            time.sleep(0.5)
            notified = self._find_notified(tickets)
        return notified

    def _find_notified(self, tickets: Sequence[str]) -> dict[str, datetime]:
        notified: dict[str, datetime] = {}
        for mail in self.cloud.list_mails():
            if self.admin in mail.to:
                for ticket in tickets:
                    if ticket in mail.subject + mail.text:
                        notified[ticket] = datetime.fromisoformat(
                            mail.sent_at
                        )  # newest first: the oldest stays
        return notified

    def _count_cold_starts(self, log_before: int) -> Counter[str]:
        with self.cloud.log_file.open("rb") as log:
            log.seek(log_before)
            lines = log.read().decode(errors="replace").splitlines()
        names = [line.split(SPAWNED)[1].split()[0] for line in lines if SPAWNED in line]
        return Counter(name.removeprefix("tuntas-local-") for name in names)


def _get_now() -> datetime:
    return datetime.now(UTC)


def _count_seconds(begin: datetime | None, end: datetime | None) -> float:
    return (end - begin).total_seconds() if begin and end else math.inf


def sign_in(site: str) -> App:
    """Register, confirm and sign in a new citizen."""
    app, login, password = (
        App(site),
        f"warga-{secrets.token_hex(4)}@contoh.example",
        "Aa1-" + uuid.uuid4().hex,
    )
    app.post("accounts", {"name": "Siti Aminah", "login": login, "password": password, "language": "id"})
    app.post("accounts/confirmations", {"login": login, "code": CODE})
    app.sign_in(login, password)
    return app


def print_bursts(bursts: Sequence[Burst]) -> None:
    """Print the figures, then the requests that were repeated, refused or lost."""
    print_table(
        "Seconds from filed to the admin's mail",
        ("burst", "filed", "lost", "p50", "p99", "worst", "cold starts"),
        [
            (
                burst.name,
                len(burst.filed),
                burst.lost,
                *_compute_spread(burst.seconds),
                burst.cold_starts.total(),
            )
            for burst in bursts
        ],
    )
    print_table(
        "Seconds from pressing send",
        ("burst", "to", "p50", "p99", "worst", "tries"),
        [
            (burst.name, to, *_compute_spread(seconds), sum(filing.tries for filing in burst.filed))
            for burst in bursts
            for to, seconds in (("receipt", burst.waits), ("admin's mail", burst.seconds_from_send))
        ],
    )
    for burst in bursts:
        starts = ", ".join(f"{name} {count}" for name, count in burst.cold_starts.most_common())
        print(f"  {burst.name}: new processes: {starts or 'none'}")
        for refused, count in Counter(filing.refused for filing in burst.filed if filing.refused).most_common(
            5
        ):
            print(f"  {burst.name}: {count} not filed: {refused}")
        for filing, seconds in zip(burst.filed, burst.seconds, strict=True):
            if filing.ticket and math.isinf(seconds):
                print(f"  {burst.name}: LOST {filing.ticket}, filed {filing.filed_at}")


def _compute_spread(seconds: Sequence[float]) -> tuple[float, float, float]:
    return get_percentile(seconds, 0.5), get_percentile(seconds, 0.99), max(seconds)


def main() -> int:
    """Run the measurement from the command line; return 1 where anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m bench.promise", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=50, help="complaints a burst (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=5, help="complaints a second (default: %(default)s)")
    parser.add_argument("--patience", type=float, default=180, help="seconds until one counts as lost")
    options = parser.parse_args()
    print_header("promise")
    region = find_region("")
    admin, category = find_admin(region)["email"], find_category(region)
    with (
        tempfile.TemporaryDirectory(prefix="tuntas-bench-") as folder,
        # Days of their true length: no reminder disturbs the bursts.
        LocalCloud(
            Path(folder),
            port=PORTS[0],
            cloud_port=PORTS[1],
            seconds_per_working_day=None,
            say=lambda _: None,
        ) as cloud,
    ):
        load_directory(cloud)
        citizen = sign_in(cloud.public_url)
        bench = Bench(cloud, citizen, region["slug"], category, admin, options.patience)
        bursts = [bench.run_burst(name, options.count, options.rate) for name in ("cold", "warm")]
    print_bursts(bursts)
    print("  `cold` begins right after deployment; registering the citizen has started one API process.")
    return 1 if any(burst.lost for burst in bursts) else 0


if __name__ == "__main__":
    raise SystemExit(main())
