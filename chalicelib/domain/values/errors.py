"""Errors the domain raises when it refuses a command."""

from collections.abc import Mapping


class Refusal(Exception):
    """A command that is not allowed now. Nothing has changed.

    ``code`` is stable and selects the sentence a person reads (``refusals.<code>`` in the text catalogues,
    which say why and what to do next). ``details`` fills the placeholders of that sentence and never holds
    personal data.
    """

    def __init__(self, code: str, details: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.details: Mapping[str, str] = dict(details or {})


class Conflict(Exception):
    """A lost race: somebody else changed the complaint first. Read it again and decide again."""


class Stale(Exception):
    """A decision that was made on an older state of the complaint than the current one."""
