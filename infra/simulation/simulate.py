"""A year of complaints through the procedures: `python -m infra simulate`, or `make simulate`.

Complaints go through the domain itself, under virtual time, carried by people who answer late, return,
complain and vanish (`infra/simulation/people.toml`). After every command all invariants are checked; breaches
are printed, and the exit status is 1. `--standard-time STEP=2` tries another standard time of a step or
overall deadline, in the unit it has, and compares that year with today's.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from chalicelib.domain.procedure.loading import list_procedure_ids
from infra.simulation.chart import render_chart
from infra.simulation.government import Government, NoSuchStep, load_governments
from infra.simulation.people import load_people
from infra.simulation.report import format_trial_table, format_year_table
from infra.simulation.summary import YearSummary, summarize
from infra.simulation.year import Year

_CHART = Path(__file__).parents[2] / ".build" / "simulation.svg"
_SHOWN = 20


def _simulate(options: argparse.Namespace, chosen: Sequence[Government]) -> tuple[Year, list[YearSummary]]:
    began, worked = time.perf_counter(), time.process_time()
    year = Year(chosen, load_people(), count=options.count, year=options.year, seed=options.seed)
    year.run()
    took, worked = time.perf_counter() - began, time.process_time() - worked
    print(f"{year.filed:,} complaints, {year.events:,} events (seed {options.seed}, {options.year})")
    print(f"{took:.1f} s, of which {worked:.1f} s of a core")
    return year, summarize(year)


def _load_pairs(options: argparse.Namespace) -> tuple[list[Government], list[Government]]:
    """Load the governments that have the step: as they are, and with the other standard time."""
    name, amount = options.standard_time
    pairs, refused = [], []
    for government in load_governments(options.sop):
        try:
            pairs.append((government, government.with_standard_time(name, amount)))
        except NoSuchStep as error:
            refused.append(str(error))
    if not pairs:
        raise NoSuchStep("; ".join(refused))
    return [today for today, _ in pairs], [tried for _, tried in pairs]


def _parse_standard_time(text: str) -> tuple[str, int]:
    name, _, amount = text.partition("=")
    if not (name and amount.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not like verify=2")
    return name, int(amount)


def _create_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra simulate", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="complaints (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another year (default: 1)")
    parser.add_argument("--year", type=int, default=2026, help="the calendar year (default: %(default)s)")
    parser.add_argument("--sop", choices=list_procedure_ids(), help="one procedure (default: all)")
    parser.add_argument("--standard-time", type=_parse_standard_time, metavar="STEP=N", help="try this one")
    parser.add_argument("--chart", type=Path, default=_CHART, help="default: %(default)s")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the simulator from the command line; return the exit status."""
    options = _create_parser().parse_args(arguments)
    try:
        today, tried = _load_pairs(options) if options.standard_time else (load_governments(options.sop), [])
    except NoSuchStep as error:
        print(error, file=sys.stderr)
        return 2
    years, results = zip(*(_simulate(options, chosen) for chosen in (today, tried) if chosen), strict=True)
    print(f"\n{format_year_table(results[0])}\n")
    if options.standard_time:
        print(
            f"{format_year_table(results[1])}\n\n{format_trial_table(options.standard_time[0], *results)}\n"
        )
    options.chart.parent.mkdir(parents=True, exist_ok=True)
    options.chart.write_text(
        render_chart(results[-1], f"{options.count:,} complaints filed in {options.year}"), encoding="utf-8"
    )
    print(f"chart: {options.chart}")
    breaches = [breach for year in years for breach in year.breaches]
    for breach in breaches[:_SHOWN]:
        print(f"{breach.ticket} {breach.at:%Y-%m-%d %H:%M} {breach.sentence}", file=sys.stderr)
    print(f"what must hold: {f'{len(breaches)} times it did not' if breaches else 'held after every event'}")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
