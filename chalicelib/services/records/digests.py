"""The daily digest of every region: made once a night, published, and what proves a complaint by it.

The heads are read from the complaints themselves, month by month of their filing: a night costs one read of
every snapshot there is (some 5 KB: about 0.02 dollars for 50,000), where an item kept beside each would cost
a write at every event.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.audit.digest import Digest, Head, Proof, create_digest, create_proof
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.time.calendar import ONE_DAY
from chalicelib.services.ports import Complaints, Digests, Directory

_FIRST_MONTH = (2026, 1)
"""Before it no complaint was filed anywhere."""


class DigestPublisher:
    """Makes, publishes and proves."""

    def __init__(
        self, complaints: Complaints, directory: Directory, digests: Digests, now: Callable[[], datetime]
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._digests = digests
        self._now = now

    def create_digest(self, region: Region) -> Digest:
        """The digest of the region's yesterday; the one there is, where it was made before."""
        now = self._now()
        day = now.astimezone(ZoneInfo(region.zone)).date() - ONE_DAY
        known = self._digests.get(region.slug, day)
        if known:
            return known
        heads = self._heads(region, day + ONE_DAY)
        digest, leaves = create_digest(region.slug, day, now, heads, self._digests.get_latest(region.slug))
        self._digests.put(digest, leaves)
        # Another worker may have been quicker: the first one's is the digest.
        return self._digests.get(region.slug, day) or digest

    def list_published(self, day: date) -> list[Digest]:
        """Every region's digest of a day; none where the day has not ended, or none was made."""
        found = (self._digests.get(region.slug, day) for region in self._directory.list_regions())
        return [digest for digest in found if digest]

    def create_proof(self, complaint: Complaint, heads: list[Head]) -> Proof | None:
        """What proves a complaint by its region's newest digest; ``None`` where it was filed after that.

        ``heads`` are all it had, oldest first; the newest that the digest knows is the one it was made over.
        """
        digest = self._digests.get_latest(complaint.region)
        if digest is None:
            return None
        return create_proof(digest, self._digests.list_leaves(digest), reversed(heads))

    def _heads(self, region: Region, today: date) -> Iterator[Head]:
        for month in _months(today):
            yield from self._complaints.list_heads(self._complaints.list_filed(region.slug, month))


def _months(today: date) -> Iterator[str]:
    """Every month from the first one to today's, as ``2026-11``."""
    year, month = _FIRST_MONTH
    while (year, month) <= (today.year, today.month):
        yield f"{year}-{month:02}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
