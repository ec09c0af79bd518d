"""Ticket numbers as people type them."""

from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.ticket import TicketError, parse_ticket


def normalise_ticket(typed: str) -> str:
    """Return the ticket number however it was typed; raise ``Refusal("ticket_mistyped")`` if it is none."""
    try:
        return parse_ticket(typed)
    except TicketError as error:
        raise Refusal("ticket_mistyped") from error
