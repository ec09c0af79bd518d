"""Starts a ladder for every open clock that has none.

`python -m infra.rearm [REGION …]` works on whatever the environment names; without a region, on all.
Running it twice does no harm.
"""

import sys

from chalicelib.bootstrap import services
from chalicelib.services.recovery import NotAllRepaired


def main(slugs: list[str]) -> int:
    """The command line; the exit status."""
    parts, status = services(), 0
    for slug in slugs or [region.slug for region in parts.directory.regions()]:
        try:
            print(f"{slug}: {parts.recovery.rearm(slug)} clocks armed anew")
        except NotAllRepaired as stopped:
            print(f"{slug}: {stopped}; the log above says which")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
