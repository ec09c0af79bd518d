"""A year of complaints through the procedures: `python -m infra.simulate`, or `make simulate`.

Everything goes through the domain itself, under virtual time, by people who answer late, return, complain
and vanish (`infra/simulation/people.toml`). After everything that happens it looks whether all that must hold
does; what does not is printed, and the exit status is 1. `--standard-time STEP=2` tries another standard time
of a step or envelope, in the unit it has, and shows the year beside today's.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from chalicelib.domain.procedure.loading import list_procedure_ids
from infra.simulation.chart import chart
from infra.simulation.government import Government, NoSuchStep, governments
from infra.simulation.people import people
from infra.simulation.report import trial_table, year_table
from infra.simulation.summary import Summary, summaries
from infra.simulation.year import Year

_CHART = Path(__file__).parents[2] / ".build" / "simulation.svg"
_SHOWN = 20


def _simulate(given: argparse.Namespace, chosen: Sequence[Government]) -> tuple[Year, list[Summary]]:
    began, worked = time.perf_counter(), time.process_time()
    year = Year(chosen, people(), count=given.count, year=given.year, seed=given.seed)
    year.run()
    took, worked = time.perf_counter() - began, time.process_time() - worked
    print(f"{year.filed:,} complaints, {year.events:,} events (seed {given.seed}, {given.year})")
    print(f"{took:.1f} s, of which {worked:.1f} s of a core")
    return year, summaries(year)


def _tried(given: argparse.Namespace) -> tuple[list[Government], list[Government]]:
    """The governments as they are, and with the other standard time: those alone that have that step."""
    name, amount = given.standard_time
    found, refused = [], []
    for government in governments(given.sop):
        try:
            found.append((government, government.trying(name, amount)))
        except NoSuchStep as error:
            refused.append(str(error))
    if not found:
        raise NoSuchStep("; ".join(refused))
    return [today for today, _ in found], [tried for _, tried in found]


def _standard_time(given: str) -> tuple[str, int]:
    name, _, amount = given.partition("=")
    if not (name and amount.isdecimal()):
        raise argparse.ArgumentTypeError(f"{given!r} is not like verify=2")
    return name, int(amount)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.simulate", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="complaints (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another year (default: 1)")
    parser.add_argument("--year", type=int, default=2026, help="whose calendar (default: %(default)s)")
    parser.add_argument("--sop", choices=list_procedure_ids(), help="one procedure (default: all)")
    parser.add_argument("--standard-time", type=_standard_time, metavar="STEP=N", help="try this one")
    parser.add_argument("--chart", type=Path, default=_CHART, help="default: %(default)s")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """The command line; the exit status."""
    given = _parser().parse_args(arguments)
    try:
        today, tried = _tried(given) if given.standard_time else (governments(given.sop), [])
    except NoSuchStep as error:
        print(error, file=sys.stderr)
        return 2
    years, found = zip(*(_simulate(given, chosen) for chosen in (today, tried) if chosen), strict=True)
    print(f"\n{year_table(found[0])}\n")
    if given.standard_time:
        print(f"{year_table(found[1])}\n\n{trial_table(given.standard_time[0], *found)}\n")
    given.chart.parent.mkdir(parents=True, exist_ok=True)
    given.chart.write_text(
        chart(found[-1], f"{given.count:,} complaints filed in {given.year}"), encoding="utf-8"
    )
    print(f"chart: {given.chart}")
    breaches = [breach for year in years for breach in year.breaches]
    for breach in breaches[:_SHOWN]:
        print(f"{breach.ticket} {breach.at:%Y-%m-%d %H:%M} {breach.sentence}", file=sys.stderr)
    print(f"what must hold: {f'{len(breaches)} times it did not' if breaches else 'held after every event'}")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
