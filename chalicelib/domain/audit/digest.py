"""The daily digest: one published hash over the last event of every complaint of a region.

With a published digest anybody can prove later that a complaint's events existed on that day and have not
changed. A digest reveals nothing about them: a leaf holds the hash of the last event, which nobody can guess.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from chalicelib.domain.audit import merkle
from chalicelib.domain.complaint.stored_event import GENESIS, compute_digest
from chalicelib.domain.time.calendar import Instant
from chalicelib.domain.values.value import Value

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Head(Value):
    """The head of a complaint's chain: the number and the hash of its last event."""

    ticket: str
    seq: int
    hash: Hash

    @property
    def leaf(self) -> bytes:
        """Return the head's leaf in the Merkle tree."""
        return merkle.hash_leaf(f"{self.ticket}|{self.seq}|{self.hash}".encode())


class Digest(Value):
    """A region's digest for ``date``, made after that day at ``made_at`` (UTC) over ``count`` complaints.

    ``previous`` is the hash of the region's digest before it, 64 zeros for the first one. ``hash`` covers all
    other fields.
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
        """Return whether ``hash`` is the hash of the other fields."""
        return compute_digest(self.model_dump(mode="json")) == self.hash


class Proof(Value):
    """The proof that event ``seq`` was the last of its complaint when the digest was made.

    Its leaf is at ``index``, counted from 0. ``path`` has the hashes of the siblings from there to the root.
    """

    digest: Digest
    seq: int
    index: int
    path: tuple[Hash, ...]

    def is_proof_of(self, head: Head) -> bool:
        """Return whether the digest was made over this head."""
        siblings = [bytes.fromhex(sibling) for sibling in self.path]
        root = merkle.compute_root_from_path(siblings, head.leaf, self.index, self.digest.count)
        return root is not None and root.hex() == self.digest.root


def create_digest(
    region: str, day: date, made_at: Instant, heads: Iterable[Head], previous: Digest | None
) -> tuple[Digest, list[bytes]]:
    """Return the digest over these heads, with its leaves in sorted order, which reveals nothing."""
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
    return unsealed.model_copy(update={"hash": compute_digest(unsealed.model_dump(mode="json"))}), leaves


def create_proof(digest: Digest, leaves: Sequence[bytes], heads: Iterable[Head]) -> Proof | None:
    """Return the proof for the first of these heads of one complaint that the digest covers, if any."""
    for head in heads:
        index = bisect_left(leaves, head.leaf)
        if index < len(leaves) and leaves[index] == head.leaf:
            path = tuple(sibling.hex() for sibling in merkle.build_path(leaves, index))
            return Proof(digest=digest, seq=head.seq, index=index, path=path)
    return None
