"""A Merkle tree over hashes: one root for all of them, and a short proof that one of them is under it.

Built as in RFC 9162 (2.1): leaves and nodes are hashed apart, so that no node passes for a leaf, and the last
one of an odd row goes up as it is. Every value is the 32 bytes of a SHA-256.
"""

from collections.abc import Sequence
from hashlib import sha256


def hash_leaf(data: bytes) -> bytes:
    """The leaf of some data."""
    return sha256(b"\x00" + data).digest()


def compute_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves in this order; of none it is the hash of nothing."""
    row = list(leaves)
    while len(row) > 1:
        row = _hash_row(row)
    return row[0] if row else sha256(b"").digest()


def build_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """What proves the leaf at ``index``: the hash beside it on each row, from below."""
    row, beside = list(leaves), []
    while len(row) > 1:
        if index ^ 1 < len(row):
            beside.append(row[index ^ 1])
        row, index = _hash_row(row), index // 2
    return beside


def compute_root_from_path(path: Sequence[bytes], one: bytes, index: int, count: int) -> bytes | None:
    """The root over ``count`` leaves of which ``one`` is at ``index``, or ``None`` where no path is so."""
    if not 0 <= index < count:
        return None
    above, last = list(reversed(path)), count - 1
    while last:
        if index % 2 or index < last:
            if not above:
                return None
            beside = above.pop()
            one = _hash_node(beside, one) if index % 2 else _hash_node(one, beside)
        index, last = index // 2, last // 2
    return None if above else one


def _hash_row(row: Sequence[bytes]) -> list[bytes]:
    pairs = [_hash_node(*row[at : at + 2]) for at in range(0, len(row) - 1, 2)]
    return [*pairs, row[-1]] if len(row) % 2 else pairs


def _hash_node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
