"""The work of a cold start: the API handler's import next to the bare frameworks', and the bundle's size.

Both imports run in new processes, alternately, so that a busy machine slows both alike; the ratio is taken
pair by pair. `bundle` is what Lambda has: the two archives of `infra build`, unpacked, and nothing else;
`.venv` is the development environment, whose libraries are whole and not only compiled.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

from bench.report import print_header, print_table
from infra.deploy.build import ROOT, build

HANDLER = "app"
BARE = "boto3, pynamodb, chalice"
TIMED = "import time; begin = time.perf_counter(); import {}; print(time.perf_counter() - begin)"

Place = tuple[str, Path, dict[str, str], tuple[str, ...]]
"""A place's name, working folder, environment, and the interpreter's options."""


def measure_import(modules: str, place: Place) -> float:
    """Return the seconds that a new process imports these modules, without the interpreter's own start."""
    return float(_run_python(place, ("-c", TIMED.format(modules))).stdout)


def measure_pairs(place: Place, count: int) -> list[tuple[float, float]]:
    """Measure the handler's and the bare import in turn; the first pair only fills the disk's cache."""
    pairs = [(measure_import(HANDLER, place), measure_import(BARE, place)) for _ in range(count + 1)]
    return pairs[1:]


def find_heaviest(place: Place, count: int) -> list[tuple[str, int, float]]:
    """Return the packages whose own modules take longest: package, modules, milliseconds."""
    modules: Counter[str] = Counter()
    micros: Counter[str] = Counter()
    lines = _run_python(place, ("-X", "importtime", "-c", f"import {HANDLER}")).stderr.splitlines()
    for line in lines[1:]:
        own, _, name = line.removeprefix("import time:").split("|")
        package = name.strip().partition(".")[0]
        micros[package] += int(own)
        modules[package] += 1
    return [(name, modules[name], value / 1000) for name, value in micros.most_common(count)]


def _run_python(place: Place, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    _, folder, environment, options = place
    command = [sys.executable, *options, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)


def unpack(archives: tuple[Path, ...], folder: Path) -> Place:
    """Unpack the archives as Lambda does: the application in one folder, the libraries in another."""
    for archive in archives:
        with zipfile.ZipFile(archive) as bundle:
            bundle.extractall(folder / archive.stem)
    application, libraries = (folder / archive.stem for archive in archives)
    path = os.pathsep.join(str(each) for each in (application, *libraries.glob("python/lib/*/site-packages")))
    # -S: no other site-packages; nothing is written next to the modules, as on Lambda.
    environment = {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    return "bundle", application, environment, ("-S",)


def measure_size(archive: Path) -> tuple[str, int, float, float]:
    """Return the name, the number of files, and the MB packed and unpacked."""
    with zipfile.ZipFile(archive) as bundle:
        files = bundle.infolist()
    return (
        archive.stem,
        len(files),
        archive.stat().st_size / 1e6,
        sum(file.file_size for file in files) / 1e6,
    )


def main() -> int:
    """Run the measurement from the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.startup", description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=15, help="pairs of processes (default: %(default)s)")
    options = parser.parse_args()
    print_header("startup")
    package = build(lambda _: None)
    sizes = [measure_size(archive) for archive in (package.application, package.libraries)]
    with tempfile.TemporaryDirectory(prefix="tuntas-bench-") as scratch:
        bundle = unpack((package.application, package.libraries), Path(scratch))
        whole: Place = (".venv", ROOT, {"PATH": os.environ["PATH"]}, ())
        rows = []
        for place in (bundle, whole):
            pairs = measure_pairs(place, options.pairs)
            rows.append(
                (
                    place[0],
                    statistics.median(handler for handler, _ in pairs) * 1000,
                    statistics.median(bare for _, bare in pairs) * 1000,
                    statistics.median(handler / bare for handler, bare in pairs),
                    min(handler / bare for handler, bare in pairs),
                    max(handler / bare for handler, bare in pairs),
                )
            )
        weights = find_heaviest(bundle, 5)
    print_table(
        f"Import in ms, medians of {options.pairs} pairs of fresh processes",
        ("from", "import app", f"import {BARE}", "ratio", "least", "most"),
        rows,
    )
    print_table(
        "The five heaviest packages in `import app` (bundle, -X importtime, own time)",
        ("package", "modules", "ms"),
        weights,
    )
    print_table("The bundle", ("archive", "files", "MB zipped", "MB unzipped"), sizes)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
