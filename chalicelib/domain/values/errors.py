"""What the domain answers when it does not do as asked."""

from collections.abc import Mapping


class Refusal(Exception):
    """A command that may not happen now. Nothing has changed.

    ``code`` is stable and names the sentence a person reads (``refusals.<code>`` in the text
    catalogues, which say why and what to do next); ``details`` fills the blanks of that sentence and
    never holds personal data.
    """

    def __init__(self, code: str, details: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.details: Mapping[str, str] = dict(details or {})


class Conflict(Exception):
    """Somebody else changed the complaint first: read it again and decide again."""


class Stale(Exception):
    """The decision was made upon an older state of the complaint than the present one."""
