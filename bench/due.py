"""The speed of deadlines: `python -m chalicelib due -` answers many questions, each of another instant.

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

from bench.report import print_header, print_table
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
"""Seconds from one question's instant to the next, wrapping around; coprime to the length of a day."""


def build_questions(count: int, days: int) -> bytes:
    """Build so many lines, their instants spread over so many days."""
    asked = islice(zip(cycle(regions.list_slugs()), cycle(TIMES), strict=False), count)
    lines = (
        {"region": region, **time_, "from": (FROM + timedelta(seconds=i * STEP % (days * DAY))).isoformat()}
        for i, (region, time_) in enumerate(asked)
    )
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def measure_seconds(lines: bytes) -> float:
    """Return the seconds that a new process takes to answer the lines; an error ends the measurement."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "chalicelib", "due", "-"]
    subprocess.run(command, input=lines, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def main() -> int:
    """Run the measurement from the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.due", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000, help="questions (default: %(default)s)")
    options = parser.parse_args()
    print_header("due")
    rows = []
    for name, count, days in (("one", 1, 1), ("spread", options.count, 730), ("shared", options.count, 1)):
        took = min(measure_seconds(build_questions(count, days)) for _ in range(3))
        rows.append((name, count, took, count / took))
    print_table("Deadlines, best of three runs", ("questions", "lines", "seconds", "lines/s"), rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
