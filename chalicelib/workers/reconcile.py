"""Once a day: repair what got lost."""

from chalicelib.bootstrap import services
from chalicelib.services.recovery import PATIENCE
from chalicelib.telemetry import count, flush, logger


def reconcile() -> None:
    """Replay lost effects and re-arm clocks without a ladder, region by region."""
    parts = services()
    for region in parts.directory.regions():
        replayed = parts.recovery.replay(region.slug, PATIENCE)
        rearmed = parts.recovery.rearm(region.slug)
        logger.info("reconciled", region=region.slug, replayed=replayed, rearmed=rearmed)
        count("Replayed", replayed)
        count("Rearmed", rearmed)
    flush()
