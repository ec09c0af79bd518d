"""Once a night: publish where every complaint stands."""

from chalicelib.bootstrap import application
from chalicelib.telemetry import logger


def publish_digests() -> None:
    """Make every region's digest of yesterday. One that fails stops no other's.

    Raises what the last failure was, for which an alarm waits; running again makes what is missing.
    """
    failed: Exception | None = None
    for region in application().directory.list_regions():
        try:
            digest = application().digest_publisher.create_digest(region)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the other regions get theirs
            logger.exception("no digest", region=region.slug)
            failed = error
        else:
            logger.info(
                "digest", region=region.slug, date=str(digest.date), count=digest.count, root=digest.root
            )
    if failed:
        raise failed
