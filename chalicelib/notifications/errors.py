"""How sending a message can go wrong. A code is one word and no address: it is stored and logged."""

from chalicelib.services.ports import MessageRecord

OVER_BUDGET = "sms_budget"
"""The reason noted for an SMS that waits until its region may send again."""


class SendingFailed(Exception):
    """The message was not sent, and another try may succeed: throttled, no connection, account not set up."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MessageRefused(SendingFailed):
    """The provider will never take this message for this address: trying again is of no use."""


class OutcomeUnknown(SendingFailed):
    """The request went out and no answer came: it may have been sent."""


class NotAllTold(Exception):
    """Some addressees could not be told yet: tell again. ``told`` are the records of this attempt."""

    def __init__(self, told: list[MessageRecord], codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        self.told = told
        self.codes = codes
