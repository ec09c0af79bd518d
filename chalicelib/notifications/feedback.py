"""Note on its record what became of an e-mail, and send an SMS if it is lost."""

from dataclasses import replace

from chalicelib.notifications.delivery import is_lost
from chalicelib.notifications.notifier import Notifier
from chalicelib.services.ports import DeliveryOutcome, DeliveryReport, MessageLog, MessageRecord

_RANKS: dict[DeliveryOutcome, int] = {"delivered": 2, "bounced": 3, "complained": 4}
"""Reports come twice and in any order: only a report that says more replaces what is noted."""


class DeliveryFeedback:
    """The reports of the mail service, noted on the records of the e-mails they are about."""

    def __init__(self, log: MessageLog, notifier: Notifier) -> None:
        self._log = log
        self._notifier = notifier

    def handle(self, report: DeliveryReport) -> list[MessageRecord]:
        """Note what became of an e-mail, and send an SMS for one that will never arrive.

        Return the records written; none for a report about no record. Raise DeliveryIncomplete when the SMS
        has to be sent on a retry.
        """
        ticket, _, record_id = report.message.partition(".")
        record = self._log.get(ticket, record_id)
        if record is None:
            return []
        written: list[MessageRecord] = []
        if _is_stronger(report.outcome, than=record.outcome):
            record = replace(record, outcome=report.outcome, reason=report.reason, at=report.at)
            self._log.settle(record)
            written.append(record)
        # Also for a repeated report: the worker may have died before the SMS, which is claimed anyway.
        if is_lost(record):
            written.extend(self._notifier.send_sms_instead(record))
        return written


def _is_stronger(outcome: DeliveryOutcome, than: DeliveryOutcome) -> bool:
    # "failed" says more than "sent", and nothing against a delivery.
    return _RANKS.get(outcome, 1) > _RANKS.get(than, 1 if than == "failed" else 0)
