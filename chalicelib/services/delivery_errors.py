"""The ways in which sending can fail. A code is one word and no address: it is stored and logged."""


class SendingFailed(Exception):
    """The message was not sent, and a retry may succeed: throttled, no connection, account not set up."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MessageRefused(SendingFailed):
    """The provider will never take this message for this address: a retry is of no use."""


class OutcomeUnknown(SendingFailed):
    """The request went out and no answer came: it may have been sent."""
