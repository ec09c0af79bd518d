"""The e-mail and SMS that the local cloud has sent, as data and as a page for people."""

from __future__ import annotations

import json
import re
import urllib.request
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment

LINK = re.compile(r"https?://[^\s<>\"')]+[^\s<>\"').,;]")
JAKARTA = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True)
class Mail:
    """One e-mail as the mail service accepted it; `sent_at` is RFC 3339 in UTC."""

    id: str
    sent_at: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str

    @property
    def links(self) -> list[str]:
        """Return the addresses in the text part, in their order, each once."""
        return list(dict.fromkeys(LINK.findall(self.text)))


@dataclass(frozen=True)
class Sms:
    """One SMS as the message service accepted it; the local cloud does not keep the instant."""

    id: str
    to: str
    text: str

    @property
    def links(self) -> list[str]:
        """Return the addresses in the text, in their order, each once."""
        return list(dict.fromkeys(LINK.findall(self.text)))


@dataclass(frozen=True)
class Mailbox:
    """Everything sent so far: e-mail newest first; SMS grouped by number, each number's newest first."""

    mails: tuple[Mail, ...]
    sms: tuple[Sms, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: `{"mails": […], "sms": […]}`, each entry with its `links`."""
        return {
            "mails": [asdict(mail) | {"links": mail.links} for mail in self.mails],
            "sms": [asdict(sms) | {"links": sms.links} for sms in self.sms],
        }


def read_mailbox(endpoint: str) -> Mailbox:
    """Ask the local cloud at `endpoint` for all that it has sent."""
    mails = _fetch(f"{endpoint}/_ministack/ses/messages")["messages"]
    sms = _fetch(f"{endpoint}/_ministack/sns/sms-messages")["sms_messages"]
    newest_first = sorted(
        (_parse_mail(raw) for account in mails.values() for raw in account),
        key=lambda mail: mail.sent_at,
        reverse=True,
    )
    return Mailbox(
        tuple(newest_first),
        tuple(_parse_sms(to, raw) for to, sent in sorted(sms.items()) for raw in reversed(sent)),
    )


def render_page(mailbox: Mailbox) -> str:
    """Render the mailbox as one HTML page, in which addresses in texts can be clicked."""
    mails = [_prepare(mail) | {"when": _format_time(mail.sent_at)} for mail in mailbox.mails]
    return _TEMPLATE.render(mails=mails, sms=[_prepare(sms) for sms in mailbox.sms])


def _fetch(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return dict(json.load(answer))


def _parse_mail(raw: dict[str, Any]) -> Mail:
    recipients = (*raw["To"], *raw["CC"], *raw["BCC"])
    subject = str(make_header(decode_header(raw["Subject"]))).strip()
    text, html = raw["BodyText"] or "", raw["BodyHtml"] or ""
    sent_at = _format_instant(raw["Timestamp"])
    return Mail(raw["MessageId"], sent_at, raw["Source"], recipients, subject, text, html)


def _parse_sms(to: str, raw: dict[str, Any]) -> Sms:
    return Sms(raw["MessageId"], to, raw["Message"])


def _format_instant(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _format_time(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(JAKARTA).strftime("%d.%m.%Y %H.%M.%S WIB")


def _prepare(message: Mail | Sms) -> dict[str, Any]:
    return asdict(message) | {"parts": _split_at_links(message.text)}


def _split_at_links(text: str) -> list[tuple[str, bool]]:
    """Cut the text into pieces, each with whether it is an address."""
    parts, end = [], 0
    for link in LINK.finditer(text):
        parts += [(text[end : link.start()], False), (link.group(), True)]
        end = link.end()
    return [*parts, (text[end:], False)]


_TEMPLATE = Environment(autoescape=True).from_string(
    """<!doctype html>
<html lang="id"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Kotak pesan / Mailbox</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:1rem auto;padding:0 1rem;color:#1a1a1a}
article{border:1px solid #767676;border-radius:.4rem;margin:1rem 0;padding:.8rem 1rem}
h1{font-size:1.4rem}h2{font-size:1.2rem}h3{font-size:1.05rem;margin:.2rem 0}
header{color:#444;font-size:.9rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:.6rem 0}
iframe{width:100%;height:24rem;border:1px solid #aaa;background:#fff}
</style></head><body>
<h1>Kotak pesan / Mailbox</h1>
<p>{{ mails | length }} e-mail, {{ sms | length }} SMS; yang terbaru di atas / newest first.
<a href="/_mailbox">Muat ulang / reload</a> · <a href="/_mailbox.json">JSON</a></p>
{% macro body(parts) %}<pre>{% for part, is_link in parts -%}
{% if is_link %}<a href="{{ part }}">{{ part }}</a>{% else %}{{ part }}{% endif %}
{%- endfor %}</pre>{% endmacro %}
<h2>SMS</h2>
{% for message in sms %}<article><header>{{ message.to }}</header>{{ body(message.parts) }}</article>
{% else %}<p>Belum ada. / None yet.</p>{% endfor %}
<h2>E-mail</h2>
{% for mail in mails %}<article>
<header>{{ mail.when }} · {{ mail.sender }} → {{ mail.to | join(", ") }}</header>
<h3>{{ mail.subject }}</h3>
{{ body(mail.parts) }}
{% if mail.html %}<details><summary>HTML</summary>
<iframe title="HTML: {{ mail.subject }}" srcdoc="{{ mail.html }}"
 sandbox="allow-popups allow-top-navigation-by-user-activation"></iframe></details>{% endif %}
</article>
{% else %}<p>Belum ada. / None yet.</p>{% endfor %}
</body></html>
"""
)
