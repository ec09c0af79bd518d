"""A Merkle tree over hashes: one root for all of them, and a short proof that one of them is included.

Built as in RFC 9162 (2.1): leaves and nodes are hashed with different prefixes, so that a node cannot pass
for a leaf, and the last hash of an odd row moves up unchanged. Every hash is the 32 bytes of a SHA-256.
"""

from collections.abc import Sequence
from hashlib import sha256


def hash_leaf(data: bytes) -> bytes:
    """Return the hash of a leaf's data."""
    return sha256(b"\x00" + data).digest()


def compute_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaves in this order; without leaves it is the hash of nothing."""
    row = list(leaves)
    while len(row) > 1:
        row = _hash_row(row)
    return row[0] if row else sha256(b"").digest()


def build_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the path that proves the leaf at ``index``: its sibling on each row, from the bottom up."""
    row, siblings = list(leaves), []
    while len(row) > 1:
        if index ^ 1 < len(row):
            siblings.append(row[index ^ 1])
        row, index = _hash_row(row), index // 2
    return siblings


def compute_root_from_path(path: Sequence[bytes], leaf: bytes, index: int, count: int) -> bytes | None:
    """Return the root over ``count`` leaves with ``leaf`` at ``index``; ``None`` for an invalid path."""
    if not 0 <= index < count:
        return None
    node, siblings, last = leaf, list(reversed(path)), count - 1
    while last:
        if index % 2 or index < last:
            if not siblings:
                return None
            sibling = siblings.pop()
            node = _hash_node(sibling, node) if index % 2 else _hash_node(node, sibling)
        index, last = index // 2, last // 2
    return None if siblings else node


def _hash_row(row: Sequence[bytes]) -> list[bytes]:
    pairs = [_hash_node(*row[at : at + 2]) for at in range(0, len(row) - 1, 2)]
    return [*pairs, row[-1]] if len(row) % 2 else pairs


def _hash_node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
