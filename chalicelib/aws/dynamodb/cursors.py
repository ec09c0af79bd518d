"""Cursors: where a list goes on, as a text that means nothing to whoever carries it.

A cursor holds the place in the list and not whose list it is: that comes from the request each time, so a
cursor taken from another person's list, or made up, can only begin one's own list elsewhere.
"""

import base64
import json
import re
from datetime import datetime
from typing import Any

from chalicelib.aws.dynamodb.table import instant, instant_text
from chalicelib.domain.values.errors import Refusal

_LONGEST = 400
_KEY = re.compile(r"[A-Z]+(#[\w-]{1,40}){0,2}")

Place = tuple[str, str, datetime]
"""The last item's ``pk``, ``sk`` and range key in the index."""


def encode(place: Place) -> str:
    """The cursor that goes on after that place."""
    pk, sk, at = place
    packed = json.dumps([pk, sk, instant_text(at)], separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def decode(cursor: str) -> Place:
    """The place in a cursor; ``Refusal("bad_cursor")`` for a text that never was one."""
    try:
        padded = cursor[:_LONGEST] + "=" * (-len(cursor[:_LONGEST]) % 4)
        pk, sk, at = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not (_KEY.fullmatch(pk) and _KEY.fullmatch(sk)):
            raise ValueError(cursor)
        return pk, sk, instant(at)
    except (ValueError, TypeError):
        raise Refusal("bad_cursor") from None


def start_key(cursor: str, hash_key: tuple[str, str], range_name: str) -> dict[str, dict[str, Any]]:
    """The cursor as DynamoDB's ``ExclusiveStartKey`` in an index; ``hash_key`` is its name and value."""
    pk, sk, at = decode(cursor)
    name, value = hash_key
    return {"pk": {"S": pk}, "sk": {"S": sk}, name: {"S": value}, range_name: {"S": instant_text(at)}}
