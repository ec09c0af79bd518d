"""What the local cloud has sent: e-mail and SMS, as data and as a page for people."""

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
        """Addresses in the text part, in their order, each once."""
        return list(dict.fromkeys(LINK.findall(self.text)))


@dataclass(frozen=True)
class Sms:
    """One SMS as the message service accepted it; the local cloud does not keep the instant."""

    id: str
    to: str
    text: str

    @property
    def links(self) -> list[str]:
        """Addresses in the text, in their order, each once."""
        return list(dict.fromkeys(LINK.findall(self.text)))


@dataclass(frozen=True)
class Post:
    """Everything sent so far: e-mail newest first; SMS by telephone number, each number's newest first."""

    mails: tuple[Mail, ...]
    sms: tuple[Sms, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data: `{"mails": […], "sms": […]}`, each entry with its `links`."""
        return {
            "mails": [asdict(mail) | {"links": mail.links} for mail in self.mails],
            "sms": [asdict(sms) | {"links": sms.links} for sms in self.sms],
        }


def read(endpoint: str) -> Post:
    """Ask the local cloud at `endpoint` what it has sent."""
    mails = _fetch(f"{endpoint}/_ministack/ses/messages")["messages"]
    sms = _fetch(f"{endpoint}/_ministack/sns/sms-messages")["sms_messages"]
    return Post(
        tuple(
            sorted((_mail(raw) for account in mails.values() for raw in account), key=_sent_at, reverse=True)
        ),
        tuple(_sms(to, raw) for to, sent in sorted(sms.items()) for raw in reversed(sent)),
    )


def page(post: Post) -> str:
    """The mailbox as one HTML page; addresses in texts can be clicked."""
    return _TEMPLATE.render(mails=[_view(mail) for mail in post.mails], sms=[_view(sms) for sms in post.sms])


def _fetch(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return dict(json.load(answer))


def _sent_at(mail: Mail) -> str:
    return mail.sent_at


def _mail(raw: dict[str, Any]) -> Mail:
    recipients = (*raw["To"], *raw["CC"], *raw["BCC"])
    subject = str(make_header(decode_header(raw["Subject"]))).strip()
    text, html = raw["BodyText"] or "", raw["BodyHtml"] or ""
    return Mail(raw["MessageId"], _instant(raw["Timestamp"]), raw["Source"], recipients, subject, text, html)


def _sms(to: str, raw: dict[str, Any]) -> Sms:
    return Sms(raw["MessageId"], to, raw["Message"])


def _instant(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _view(entry: Mail | Sms) -> dict[str, Any]:
    return asdict(entry) | {"parts": _parts(entry.text), "when": _local_time(entry)}


def _local_time(entry: Mail | Sms) -> str:
    if isinstance(entry, Sms):
        return ""
    return datetime.fromisoformat(entry.sent_at).astimezone(JAKARTA).strftime("%d.%m.%Y %H.%M.%S WIB")


def _parts(text: str) -> list[tuple[str, bool]]:
    """The text cut into pieces, each with whether it is an address."""
    parts, end = [], 0
    for found in LINK.finditer(text):
        parts += [(text[end : found.start()], False), (found.group(), True)]
        end = found.end()
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
