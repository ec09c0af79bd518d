"""The daily digest: one hash over where every complaint of a region stands, published so that it stays so.

Whoever keeps a published digest can prove later that a complaint's events were there on that day, and
unchanged. It tells nothing of them: a leaf holds the hash of the last event, which nobody can guess.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from chalicelib.domain.audit import merkle
from chalicelib.domain.complaint.stored_event import GENESIS, digest_of
from chalicelib.domain.time.calendar import Instant
from chalicelib.domain.values.value import Value

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Head(Value):
    """Where a complaint stands: the number and the hash of its last event."""

    ticket: str
    seq: int
    hash: Hash

    @property
    def leaf(self) -> bytes:
        """Its leaf in the tree."""
        return merkle.hash_leaf(f"{self.ticket}|{self.seq}|{self.hash}".encode())


class Digest(Value):
    """The digest of a region's ``date``, made after that day at ``made_at`` (UTC) over ``count`` complaints.

    ``previous`` is the hash of the region's digest before it, 64 zeros for its first; ``hash`` covers all
    the others.
    """

    region: str
    date: date
    made_at: Instant
    count: int
    root: Hash
    previous: Hash
    hash: Hash

    @property
    def is_whole(self) -> bool:
        """Whether its hash is that of what it says."""
        return digest_of(self.model_dump(mode="json")) == self.hash


class Proof(Value):
    """That event ``seq`` was the last of its complaint when the digest was made: its leaf is at ``index``,
    counted from 0, and ``path`` are the hashes beside the way from there to the root.
    """

    digest: Digest
    seq: int
    index: int
    path: tuple[Hash, ...]

    def holds_for(self, head: Head) -> bool:
        """Whether the digest was made over this head."""
        beside = [bytes.fromhex(one) for one in self.path]
        found = merkle.compute_root_from_path(beside, head.leaf, self.index, self.digest.count)
        return found is not None and found.hex() == self.digest.root


def create_digest(
    region: str, day: date, made_at: Instant, heads: Iterable[Head], previous: Digest | None
) -> tuple[Digest, list[bytes]]:
    """The digest over these heads, and its leaves in their order: by themselves, which says nothing."""
    leaves = sorted(head.leaf for head in heads)
    unsealed = Digest(
        region=region,
        date=day,
        made_at=made_at,
        count=len(leaves),
        root=merkle.compute_root(leaves).hex(),
        previous=previous.hash if previous else GENESIS,
        hash=GENESIS,
    )
    return unsealed.model_copy(update={"hash": digest_of(unsealed.model_dump(mode="json"))}), leaves


def create_proof(digest: Digest, leaves: Sequence[bytes], heads: Iterable[Head]) -> Proof | None:
    """The proof of the first of these heads of one complaint that the digest was made over, if it was."""
    for head in heads:
        index = bisect_left(leaves, head.leaf)
        if index < len(leaves) and leaves[index] == head.leaf:
            path = tuple(one.hex() for one in merkle.build_path(leaves, index))
            return Proof(digest=digest, seq=head.seq, index=index, path=path)
    return None
