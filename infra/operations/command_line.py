"""Parts of the operations commands that several of them need."""

import argparse
import sys
from datetime import date

from pydantic import ValidationError


def parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2026-11-23") from None


def print_first_fault(error: ValidationError) -> None:
    """Print one line to stderr: the first field that is not valid, and why."""
    fault = error.errors()[0]
    print(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}", file=sys.stderr)
