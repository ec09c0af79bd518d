"""How fast deadlines are counted: `python -m chalicelib due -` over many questions, each of another instant.

The questions go through every region on file, two years, all kinds of time and lengths from a day to 60, so
that few share a day and a rule; `shared` puts as many within one day, as a busy day does.
Start-up is in every figure; the first row is little else.
"""

import argparse
import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

from bench.report import header, table
from chalicelib.domain.directory import regions
from infra.deploy.build import ROOT

FROM = datetime(2026, 1, 1, tzinfo=UTC)
DAY = 24 * 60 * 60
TIMES = (
    {"kind": "working", "days": 1},
    {"kind": "working", "days": 10},
    {"kind": "working", "days": 60},
    {"kind": "calendar", "days": 30},
    {"kind": "calendar", "days": 60},
    {"kind": "office_minutes", "minutes": 20},
    {"kind": "office_minutes", "minutes": 450},
)
STEP = 7_654_321
"""Seconds from one question's instant to the next, round and round; prime to the length of a day."""


def questions(count: int, days: int) -> bytes:
    """So many lines, their instants spread over so many days."""
    asked = islice(zip(cycle(regions.list_slugs()), cycle(TIMES), strict=False), count)
    lines = (
        {"region": region, **time_, "from": (FROM + timedelta(seconds=i * STEP % (days * DAY))).isoformat()}
        for i, (region, time_) in enumerate(asked)
    )
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def seconds(lines: bytes) -> float:
    """How long a fresh process takes to answer the lines; an error ends the measurement."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "chalicelib", "due", "-"]
    subprocess.run(command, input=lines, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def main() -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.due", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000, help="questions (default: %(default)s)")
    given = parser.parse_args()
    header("due")
    rows = []
    for name, count, days in (("one", 1, 1), ("spread", given.count, 730), ("shared", given.count, 1)):
        took = min(seconds(questions(count, days)) for _ in range(3))
        rows.append((name, count, took, count / took))
    table("Deadlines, best of three runs", ("questions", "lines", "seconds", "lines/s"), rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
