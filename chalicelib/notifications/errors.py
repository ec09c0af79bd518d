"""How telling the people of an event can go wrong."""

from chalicelib.services.ports import MessageRecord

OVER_BUDGET = "sms_budget"
"""The reason noted for an SMS that waits until its region may send again."""


class NotAllTold(Exception):
    """Some addressees could not be told yet: tell again. ``told`` are the records of this attempt."""

    def __init__(self, told: list[MessageRecord], codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        self.told = told
        self.codes = codes
