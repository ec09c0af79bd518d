"""What the table's stream brings. Apart from the models: the relay needs none of them, and starts quicker."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.complaint.stored_event import StoredEvent


def parse_stream_image(image: Mapping[str, Any]) -> StoredEvent:
    """The event in the stream image of an ``EventItem``; ``KeyError`` or ``ValidationError`` in any other."""
    return StoredEvent.model_validate_json(image["body"]["S"])
