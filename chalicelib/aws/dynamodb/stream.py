"""Parse records of the table's stream. The relay does not import the models, and so starts faster."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.complaint.stored_event import StoredEvent


def parse_stream_image(image: Mapping[str, Any]) -> StoredEvent:
    """Return the event in the stream image of an ``EventItem``.

    Raise ``KeyError`` or ``ValidationError`` for another image.
    """
    return StoredEvent.model_validate_json(image["body"]["S"])
