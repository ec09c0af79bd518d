"""Once a day: repair what got lost."""

from collections.abc import Callable

from chalicelib.bootstrap import application
from chalicelib.services.complaints.recovery import PATIENCE, NotAllRepaired
from chalicelib.telemetry import count, flush, logger


def repair_regions() -> None:
    """Replay lost effects, re-arm clocks without a ladder, hand over open desks, region by region.

    Raises ``NotAllRepaired``, for which an alarm waits, once all that can be repaired is.
    """
    recovery = application().recovery
    left: list[NotAllRepaired] = []
    for region in application().directory.list_regions():
        replayed = _repaired("Replayed", lambda slug: recovery.replay(slug, PATIENCE), region.slug, left)
        rearmed = _repaired("Rearmed", recovery.restart_ladders, region.slug, left)
        told = _repaired("HandedOver", application().duty_roster.run_daily, region.slug, left)
        logger.info("reconciled", region=region.slug, replayed=replayed, rearmed=rearmed, told=told)
    flush()
    if left:
        raise NotAllRepaired(sum(one.done for one in left), sum(one.failed for one in left))


def _repaired(name: str, repair: Callable[[str], int], region: str, left: list[NotAllRepaired]) -> int:
    """How many were repaired, counted; where some were not, that is added to what is left."""
    try:
        done = repair(region)
    except NotAllRepaired as stopped:
        left.append(stopped)
        done = stopped.done
    count(name, done)
    return done
