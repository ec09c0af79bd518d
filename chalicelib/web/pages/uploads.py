"""Sending photos without JavaScript: a form straight to the bucket, which sends the browser back to the page.

The bucket adds ``key`` to the address it sends back to; the page keeps all keys so far as ``foto``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from chalicelib.bootstrap import application
from chalicelib.services.complaints.decision_requests import MOST_FILES
from chalicelib.web.pages.rendering import Call, absolute, url, with_query

KINDS: Mapping[str, str] = MappingProxyType(
    {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "pdf": "application/pdf"}
)
"""What may be sent. The bucket takes exactly the type that was signed, so each has a form of its own."""


@dataclass(frozen=True)
class Uploaded:
    """A file that lies in the bucket; ``without`` is the page's address when it is left out."""

    key: str
    without: str


@dataclass(frozen=True)
class Uploads:
    """What is uploaded so far and, where there is room, the form for one more."""

    keys: tuple[Uploaded, ...]
    form: Mapping[str, Any] | None
    kind: str
    media_type: str
    other_kinds: tuple[tuple[str, str], ...]
    most: int = MOST_FILES


def keys_of(call: Call) -> tuple[str, ...]:
    """The keys that came with the request, each once."""
    given = call.form.all("foto") or (*call.query.all("foto"), *call.query.all("key"))
    return tuple(dict.fromkeys(given))


def uploads(call: Call, path: str, **kept: str) -> Uploads:
    """The uploads of the page at ``path``; ``kept`` are the query's fields that the page needs again."""
    keys = keys_of(call)
    kind = call.query.get("jenis") if call.query.get("jenis") in KINDS else next(iter(KINDS))
    back = absolute(path, foto=keys, **kept)
    return Uploads(
        keys=tuple(
            Uploaded(key, url(with_query(path, foto=tuple(other for other in keys if other != key), **kept)))
            for key in keys
        ),
        form=application().files.upload_form(KINDS[kind], back) if len(keys) < MOST_FILES else None,
        kind=kind,
        media_type=KINDS[kind],
        other_kinds=tuple(
            (other, url(with_query(path, foto=keys, jenis=other, **kept))) for other in KINDS if other != kind
        ),
    )
