"""The printed progress of the demo: rows that are done, messages that went out, and the next deadline."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from textwrap import shorten
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.i18n.dates import format_deadline, format_time
from infra.local.mailbox import Mail, Sms


class Progress:
    """Prints of a complaint what it has not printed yet; `rows` are the numbers of the rows that are done."""

    def __init__(self, zone: str, say: Callable[[str], None]) -> None:
        self.rows: set[int] = set()
        self._zone = ZoneInfo(zone)
        self._say = say
        self._printed_messages: set[str] = set()

    def print_person(self, does: str) -> None:
        self._say(f"       {'Masyarakat':32} {does}")

    def print_rows(self, rows: Iterable[dict[str, Any]]) -> None:
        """Print the rows that are done since the last time."""
        for row in rows:
            if row["done_at"] and row["number"] not in self.rows:
                self.rows.add(row["number"])
                self._say(self._format_row(row))

    def print_messages(self, mails: Sequence[Mail], sms: Sequence[Sms]) -> None:
        """Print the messages that were sent since the last time, oldest first; both are newest first."""
        lines = [(mail.id, f"e-mail to {', '.join(mail.to)}: {mail.subject}") for mail in reversed(mails)]
        lines += [(text.id, f"SMS to {text.to}: {text.text}") for text in reversed(sms)]
        for message, line in lines:
            if message not in self._printed_messages:
                self._printed_messages.add(message)
                self._say(f"         sent: {line}")

    def print_turn(self, holder: dict[str, Any]) -> None:
        due = format_deadline(datetime.fromisoformat(holder["due_at"]), self._zone, "id")
        self._say(f"       -> {holder['title']['id']}: due {due}")

    def _format_row(self, row: dict[str, Any]) -> str:
        done = format_time(datetime.fromisoformat(row["done_at"]), self._zone, "id")
        standard = row["standard_time"]["id"] if row["standard_time"] else "-"
        actor = shorten(row["actor"]["id"], 32, placeholder=" …")
        return f"row {row['number']:<2} {actor:32} {standard:8} {row['does']['id']} ({done})"
