"""The AWS calls of one on-time life of a complaint, and the price of a thousand.

The application is deployed on a local cloud, its triggers are switched off, and all its work is done
in this process instead, where botocore's hooks can see it: the site through Chalice's own local server, the
workers with the stream's records and the queues' messages, one by one. The people are those of
`make run`. Two lives are counted: one where every call of a function finds a new process with empty caches
(days lie between the steps of a quiet region), one where each function's process is warm (a busy region).

Not counted: what the platform does itself (polling queues, reading the stream, delivering messages), signing
up and signing in, CloudWatch, storage, and data going out.
"""

import argparse
import contextlib
import io
import tempfile
from pathlib import Path

from bench.bill import compute_bill, count_ladder_reads
from bench.life import Ladders, Life, Measured, measure_lives
from bench.machine import Machine, set_environment, switch_off_triggers
from bench.meter import Meter
from bench.prices import AS_OF, SMS, SMS_PRICE
from bench.report import print_header, print_table
from infra.local.cloud import LocalCloud
from infra.local.demo import load_directory
from infra.local.demo_data import find_region, list_demo_regions

PORTS = (8320, 4820)
ALL = "all"


def print_comparison(measured: list[Measured]) -> None:
    """Print one line for each procedure."""
    columns = ("procedure", "requests", "functions called", "AWS calls new", "warm")
    units = ("units read", "written", "SQS", "transitions", "e-mails", "SMS", "US$ per 1,000")
    rows = []
    for lives in measured:
        new, warm = lives.cold.total, lives.warm.total
        rows.append(
            (
                lives.procedure,
                warm.handled["api_handler"],
                warm.handled.total(),
                new.calls.total(),
                warm.calls.total(),
                warm.read_units + count_ladder_reads(lives.ladders),
                float(sum(warm.write_units.values())),
                warm.count_calls("sqs"),
                sum(map(len, lives.ladders.values())),
                lives.warm.emails,
                lives.warm.sms,
                f"{sum(dollars for _, _, dollars in compute_bill(lives.warm, lives.ladders)):.2f}",
            )
        )
    print_table(
        "One on-time life by each procedure (warm where not said; US$ without SMS)", columns + units, rows
    )


def print_details(measured: Measured) -> None:
    """Print all counts of one procedure's lives."""
    _print_calls(measured)
    _print_units(measured)
    _print_parts(measured.warm)
    _print_ladders(measured.ladders)
    _print_bill(measured)


def _print_calls(measured: Measured) -> None:
    cold, warm = measured.cold.total.calls, measured.warm.total.calls
    rows = [(name, cold[name], warm[name]) for name in sorted(cold.keys() | warm.keys())]
    rows.append(("all calls", cold.total(), warm.total()))
    print_table("AWS calls of the application in one on-time life", ("call", "new processes", "warm"), rows)


def _print_units(measured: Measured) -> None:
    cold, warm = measured.cold.total, measured.warm.total
    indexes = sorted(cold.write_units.keys() | warm.write_units.keys(), reverse=True)
    print_table(
        "DynamoDB request units",
        ("units", "new processes", "warm"),
        [
            ("read", cold.read_units, warm.read_units),
            (
                "read by the ladders (Step Functions)",
                *[float(count_ladder_reads(measured.ladders))] * 2,
            ),
            *((f"written: {name}", cold.write_units[name], warm.write_units[name]) for name in indexes),
            ("written: all", sum(cold.write_units.values()), sum(warm.write_units.values())),
        ],
    )


def _print_parts(warm: Life) -> None:
    print_table(
        "By part (warm)",
        ("part", "functions called", "AWS calls", "units read", "units written", "SQS", "SES", "SMS"),
        [
            (
                name,
                part.handled.total(),
                part.calls.total(),
                part.read_units,
                float(sum(part.write_units.values())),
                part.count_calls("sqs"),
                part.count_calls("sesv2"),
                part.calls["sns Publish"],
            )
            for name, part in warm.parts.items()
        ],
    )


def _print_ladders(ladders: Ladders) -> None:
    print_table(
        "Step Functions: states entered by each clock's ladder, met in time",
        ("clock.visit.arming", "transitions", "states"),
        [(name, len(states), " → ".join(states)) for name, states in ladders.items()],
    )
    print(f"  {sum(map(len, ladders.values()))} transitions in all")


def _print_bill(measured: Measured) -> None:
    warm = measured.warm
    bill = compute_bill(warm, measured.ladders)
    print_table(
        f"US$ per 1,000 complaints, warm ({AS_OF})",
        ("billed", "a complaint", "US$ per 1,000"),
        [*bill, ("all but SMS", "", sum(dollars for _, _, dollars in bill))],
    )
    print(
        f"  apart: {SMS}: {warm.sms} a complaint at an assumed US$ {SMS_PRICE:.2f}: "
        f"US$ {warm.sms * SMS_PRICE * 1000:,.0f} per 1,000"
    )
    print(f"  not in it: {' '.join(__doc__.rpartition('Not counted: ')[2].split())}")


def main() -> int:
    """Run the measurement from the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.one_life", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--sop", default=ALL, help="one procedure, in every detail (default: a line for each)"
    )
    options = parser.parse_args()
    print_header("one_life")
    regions = list_demo_regions() if options.sop == ALL else [find_region(options.sop)]
    meter = Meter()
    meter.install()
    with (
        tempfile.TemporaryDirectory(prefix="tuntas-bench-") as folder,
        # Days of their true length: no reminder rings within a life of seconds.
        LocalCloud(
            Path(folder),
            port=PORTS[0],
            cloud_port=PORTS[1],
            seconds_per_working_day=None,
            say=lambda _: None,
        ) as cloud,
    ):
        load_directory(cloud)
        switch_off_triggers(cloud)
        set_environment(cloud)
        machine = Machine(cloud, meter)
        # The functions' logs and metrics would appear between the tables.
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            machine.start()
            measured = [measure_lives(machine, region) for region in regions]
            machine.stop()
    if options.sop == ALL:
        print_comparison(measured)
    else:
        print_details(measured[0])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
