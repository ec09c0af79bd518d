"""The ways in which telling people of an event can fail."""

from chalicelib.services.ports import MessageRecord

OVER_BUDGET = "sms_budget"
"""The reason noted for an SMS that waits until its region may send again."""


class DeliveryIncomplete(Exception):
    """Some messages could not be sent yet: retry. ``records`` are those that this attempt wrote."""

    def __init__(self, records: list[MessageRecord], codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        self.records = records
        self.codes = codes
