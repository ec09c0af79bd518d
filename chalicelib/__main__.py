"""The commands an officer runs on files, without any cloud: ``python -m chalicelib lint FILE…``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from chalicelib.domain.lint import lint
from chalicelib.domain.procedure import SOPS

TEMPLATES = Path(__file__).parent / "notify" / "templates"


def main(arguments: Sequence[str]) -> int:
    """Carry out a command; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m chalicelib", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    linter = commands.add_parser("lint", help="prove procedure files before they are used")
    linter.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: every procedure here")
    linter.set_defaults(run=lambda given: lint_files(given.files))
    given = parser.parse_args(arguments)
    return int(given.run(given))


def lint_files(files: Sequence[Path]) -> int:
    """Print what is wrong with each file, or that it is good; 1 where anything is wrong, else 0."""
    templates = template_names(TEMPLATES)
    good = True
    for file in files or sorted(SOPS.rglob("*.toml")):
        findings = lint(file, templates)
        for finding in findings:
            print(finding)
        if not findings:
            print(f"OK {file}")
        good = good and not findings
    return 0 if good else 1


def template_names(folder: Path) -> frozenset[str]:
    """The message templates there are in every language; each language has a folder of its own."""
    languages = [
        {file.name.split(".")[0] for file in language.iterdir() if not file.name.startswith("_")}
        for language in folder.iterdir()
        if language.is_dir()
    ]
    return frozenset(set.intersection(*languages)) if languages else frozenset()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
