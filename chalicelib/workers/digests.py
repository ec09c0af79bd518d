"""Publish the daily digests, once a night."""

from chalicelib.bootstrap import application
from chalicelib.telemetry import logger


def publish_digests() -> None:
    """Create every region's digest of yesterday. One failure does not stop the other regions.

    Raise the last failure in the end, which triggers an alarm. Another run creates the missing digests.
    """
    failed: Exception | None = None
    for region in application().directory.list_regions():
        try:
            digest = application().digest_publisher.publish(region)
        except Exception as error:  # noqa: BLE001 -- the other regions must get their digests
            logger.exception("digest failed", region=region.slug)
            failed = error
        else:
            logger.info(
                "digest published",
                region=region.slug,
                date=str(digest.date),
                count=digest.count,
                root=digest.root,
            )
    if failed:
        raise failed
