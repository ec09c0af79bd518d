"""Cursors: the place where a list continues, as an opaque text.

A cursor holds the place in a list, but not the owner of the list: the owner comes from each request. So a
cursor of another person's list, or an invented one, can only start one's own list at another place.
"""

import base64
import json
import re
from datetime import datetime
from typing import Any

from chalicelib.aws.dynamodb.table import format_instant, parse_instant
from chalicelib.domain.values.errors import Refusal

_LONGEST = 400
_KEY = re.compile(r"[A-Z]+(#[\w-]{1,40}){0,2}")

CursorPlace = tuple[str, str, datetime]
"""The last item's ``pk``, ``sk`` and range key in the index."""


def encode(place: CursorPlace) -> str:
    """Return the cursor that continues after the place."""
    pk, sk, at = place
    packed = json.dumps([pk, sk, format_instant(at)], separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def decode(cursor: str) -> CursorPlace:
    """Return the place in a cursor. Raise ``Refusal("bad_cursor")`` for another text."""
    try:
        padded = cursor[:_LONGEST] + "=" * (-len(cursor[:_LONGEST]) % 4)
        pk, sk, at = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not (_KEY.fullmatch(pk) and _KEY.fullmatch(sk)):
            raise ValueError(cursor)
        return pk, sk, parse_instant(at)
    except (ValueError, TypeError):
        raise Refusal("bad_cursor") from None


def build_start_key(cursor: str, hash_key: tuple[str, str], range_name: str) -> dict[str, dict[str, Any]]:
    """Return a cursor as DynamoDB's ``ExclusiveStartKey`` of an index; ``hash_key`` is name and value."""
    pk, sk, at = decode(cursor)
    name, value = hash_key
    return {"pk": {"S": pk}, "sk": {"S": sk}, name: {"S": value}, range_name: {"S": format_instant(at)}}
