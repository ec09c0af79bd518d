"""What the recovery commands share: one repair, region by region."""

from collections.abc import Callable, Sequence

from chalicelib.bootstrap import application
from chalicelib.services.complaints.recovery import NotAllRepaired


def repair(slugs: Sequence[str], how: Callable[[str], int], what: str) -> int:
    """Repair these regions, or all where none is named, and say what was done; the exit status."""
    status = 0
    for slug in slugs or [region.slug for region in application().directory.list_regions()]:
        try:
            print(f"{slug}: {how(slug)} {what}")
        except NotAllRepaired as stopped:
            print(f"{slug}: {stopped}; the log above says which")
            status = 1
    return status
