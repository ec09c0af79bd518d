"""The commands that need only this repository's files, no cloud and no network."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from typing_extensions import override

from chalicelib.domain.audit.digest import Digest
from chalicelib.domain.audit.verify import Unreadable, parse_published_digests, verify
from chalicelib.domain.directory import due
from chalicelib.domain.lint import lint
from chalicelib.domain.lint.reading import read_file
from chalicelib.domain.lint.time_budgets import find_longest_path
from chalicelib.domain.procedure.loading import list_procedure_files, read_procedure
from chalicelib.domain.procedure.toml_text import format_procedure

DUE = """Tell when a time that began at an instant is over in a region's calendar, and how that was counted.
With - each line of standard input is a question like
{"region": "REGION", "kind": "working", "days": 3, "from": "2026-03-13T09:00+07:00"};
"derivation": true asks for the count as well."""
SHOW = """Print a procedure as one TOML text, with what its base gives it and without comments.
It is the text that exports carry, and the one to freeze in sops/earlier before a procedure changes."""
VERIFY = """Recompute the hashes, deadlines and state of an exported complaint.
Prints OK and a summary, or one line for each thing that is wrong, and then ends with status 1."""
TEMPLATES = Path(__file__).parent / "notifications" / "templates"


class Parser(argparse.ArgumentParser):
    """A parser that says in one sentence what is wrong, and ends with status 2."""

    @override
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code."""
    parser = Parser(prog="python -m chalicelib", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    linter = commands.add_parser("lint", help="prove procedure files before they are used")
    linter.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: every procedure here")
    linter.set_defaults(run=lambda options: lint_files(options.files))
    printer = commands.add_parser(
        "show", help="print a procedure whole, with what its base gives it", description=SHOW
    )
    printer.add_argument("file", type=Path, metavar="FILE")
    printer.set_defaults(run=lambda options: show_file(options.file))
    clock = commands.add_parser("due", help="say when something is due, and why", description=DUE)
    clock.add_argument(
        "stream", nargs="?", choices=["-"], help="answer a line of JSON each from standard input"
    )
    clock.add_argument("--region", metavar="SLUG", help="one of chalicelib/regions")
    clock.add_argument("--kind", help="working or calendar (days), or office_minutes")
    clock.add_argument("--days", type=int, metavar="N")
    clock.add_argument("--minutes", type=int, metavar="N", help="for office_minutes")
    clock.add_argument("--from", metavar="INSTANT", help="RFC 3339, as 2026-03-13T09:00+07:00")
    clock.set_defaults(run=lambda options: print_due(options, clock))
    verifier = commands.add_parser("verify", help="prove an exported complaint", description=VERIFY)
    verifier.add_argument("export", type=Path, metavar="EXPORT.json")
    verifier.add_argument(
        "--digest",
        type=Path,
        metavar="FILE",
        help="a published digest that was kept: it must prove the complaint",
    )
    verifier.set_defaults(run=lambda options: verify_file(options.export, options.digest))
    options = parser.parse_args(arguments)
    return int(options.run(options))


def print_due(options: argparse.Namespace, parser: Parser) -> int:
    """Print the answer to the options' question, with ``-`` to those of standard input."""
    names = ("region", "kind", "days", "minutes", "from")
    asked = {name: value for name in names if (value := getattr(options, name)) is not None}
    if options.stream:
        if asked:
            parser.error(f"- stands alone, without --{next(iter(asked))}")
        return print_answers(sys.stdin.buffer)
    if missing := [f"--{name}" for name in ("region", "kind", "from") if name not in asked]:
        parser.error(f"give {', '.join(missing)}, or - alone for lines of JSON")
    try:
        answer = due.answer_question(due.parse_question({**asked, "derivation": True}))
    except due.Unanswerable as error:
        parser.error(str(error))
    print(json.dumps(answer, ensure_ascii=False))
    return 0


def print_answers(lines: Iterable[bytes]) -> int:
    """Print the answer to each line, in order; return 1 where any has none, else 0."""
    status = 0
    for answer in due.answer_lines(lines):
        sys.stdout.write(f"{json.dumps(answer, ensure_ascii=False)}\n")
        status = 1 if "error" in answer else status
    return status


def lint_files(files: Sequence[Path]) -> int:
    """Print what is wrong with each file, or that it is good; return 1 where anything is wrong, else 0."""
    templates = list_templates(TEMPLATES)
    good = True
    for file in files or list_procedure_files():
        findings = lint(file, templates)
        for finding in findings:
            print(finding)
        if any(finding.severity == "error" for finding in findings):
            good = False
        else:
            print(f"OK {file}: longest legal path {find_longest_path(read_procedure(file))}")
    return 0 if good else 1


def show_file(file: Path) -> int:
    """Print the whole procedure, or what keeps the file from being one."""
    reading = read_file(file)
    for finding in reading.findings:
        print(finding, file=sys.stderr)
    if reading.procedure is None:
        return 1
    sys.stdout.write(format_procedure(reading.procedure))
    return 0


def verify_file(export: Path, digest: Path | None) -> int:
    """Print what is wrong with the export, or that it is good; return 1 where anything is wrong, else 0."""
    try:
        report = verify(export.read_bytes(), _read_digest(digest))
    except OSError as error:
        findings: Sequence[str] = [f"{error.filename}: cannot be read: {error.strerror}"]
    except Unreadable as error:
        findings = error.findings
    else:
        findings = report.findings
    for finding in findings:
        print(finding)
    if not findings:
        print(f"OK {report.summary}")
    return 1 if findings else 0


def _read_digest(digest: Path | None) -> list[Digest] | None:
    return parse_published_digests(digest.read_bytes()) if digest else None


def list_templates(folder: Path) -> frozenset[str]:
    """Return the message templates that every language has; each language has a folder of its own."""
    languages = [
        {file.name.split(".")[0] for file in language.iterdir() if not file.name.startswith("_")}
        for language in folder.iterdir()
        if language.is_dir()
    ]
    return frozenset(set.intersection(*languages)) if languages else frozenset()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
