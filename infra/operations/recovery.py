"""The shared part of the recovery commands: one kind of repair, region by region."""

import argparse
from collections.abc import Callable

from chalicelib.bootstrap import application
from chalicelib.services.complaints.recovery import NotAllRepaired, Recovery


def run_repair(name: str, description: str, repair: Callable[[Recovery, str], int], repaired: str) -> int:
    """Repair the regions that the command line names, or all; print the counts, return the exit status."""
    parser = argparse.ArgumentParser(prog=f"python -m infra {name}", description=description)
    parser.add_argument("regions", nargs="*", metavar="REGION", help="default: all regions")
    slugs = parser.parse_args().regions or [region.slug for region in application().directory.list_regions()]
    status = 0
    for slug in slugs:
        try:
            print(f"{slug}: {repair(application().recovery, slug)} {repaired}")
        except NotAllRepaired as stopped:
            print(f"{slug}: {stopped}; the log above says which")
            status = 1
    return status
