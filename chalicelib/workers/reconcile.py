"""Repair lost effects and timers, once a day."""

from collections.abc import Callable

from chalicelib.bootstrap import application
from chalicelib.services.complaints.recovery import PATIENCE, NotAllRepaired
from chalicelib.telemetry import count, flush, logger


def repair_regions() -> None:
    """Replay lost effects, restart missing ladders and hand over open steps, region by region.

    Raise ``NotAllRepaired`` in the end where something failed, which triggers an alarm.
    """
    recovery = application().recovery
    failures: list[NotAllRepaired] = []
    for region in application().directory.list_regions():
        replayed = _repair_region(
            "Replayed", lambda slug: recovery.replay(slug, PATIENCE), region.slug, failures
        )
        rearmed = _repair_region("Rearmed", recovery.restart_ladders, region.slug, failures)
        handed_over = _repair_region("HandedOver", application().duty_roster.run_daily, region.slug, failures)
        logger.info(
            "reconciled", region=region.slug, replayed=replayed, rearmed=rearmed, handed_over=handed_over
        )
    flush()
    if failures:
        raise NotAllRepaired(
            sum(failure.done for failure in failures), sum(failure.failed for failure in failures)
        )


def _repair_region(
    metric: str, repair: Callable[[str], int], region: str, failures: list[NotAllRepaired]
) -> int:
    """Return the number of repairs and count it as a metric; add a failure to ``failures``."""
    try:
        done = repair(region)
    except NotAllRepaired as failure:
        failures.append(failure)
        done = failure.done
    count(metric, done)
    return done
