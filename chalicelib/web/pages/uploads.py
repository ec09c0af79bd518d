"""Sending photos without JavaScript: a form posts straight to the bucket, which sends the browser back.

The bucket adds ``key`` to the address it sends the browser back to. The page keeps all keys so far as
``foto``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from chalicelib.bootstrap import application
from chalicelib.domain.complaint.fields import MOST_FILES
from chalicelib.web.pages.addresses import add_query, to_absolute_url, to_url
from chalicelib.web.pages.page_call import PageCall

KINDS: Mapping[str, str] = MappingProxyType(
    {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "pdf": "application/pdf"}
)
"""The files that may be sent. The bucket takes exactly the type that was signed, so each has its own form."""


@dataclass(frozen=True)
class UploadedFile:
    """A file in the bucket; ``without`` is the page's address without this file."""

    key: str
    without: str


@dataclass(frozen=True)
class UploadSection:
    """The files that are uploaded so far and, if there may be more, the form for the next one."""

    keys: tuple[UploadedFile, ...]
    form: Mapping[str, Any] | None
    kind: str
    media_type: str
    other_kinds: tuple[tuple[str, str], ...]
    most: int = MOST_FILES

    @property
    def storage(self) -> tuple[str, ...]:
        """Return the bucket's address, if the page posts a form to it."""
        return (self.form["url"],) if self.form else ()


def list_upload_keys(call: PageCall) -> tuple[str, ...]:
    """Return the keys that came with the request, each once."""
    keys = call.form.get_all("foto") or (*call.query.get_all("foto"), *call.query.get_all("key"))
    return tuple(dict.fromkeys(keys))


def prepare_uploads(call: PageCall, path: str, **kept: str) -> UploadSection:
    """Return the uploads of the page at ``path``; ``kept`` are the query fields that the page needs again."""
    keys = list_upload_keys(call)
    kind = call.query.get("jenis") if call.query.get("jenis") in KINDS else next(iter(KINDS))
    back = to_absolute_url(path, foto=keys, **kept)

    def link(**query: str | tuple[str, ...]) -> str:
        return to_url(add_query(path, **query, **kept))

    return UploadSection(
        keys=tuple(UploadedFile(key, link(foto=tuple(k for k in keys if k != key))) for key in keys),
        form=application().files.create_upload_form(KINDS[kind], back) if len(keys) < MOST_FILES else None,
        kind=kind,
        media_type=KINDS[kind],
        other_kinds=tuple((other, link(foto=keys, jenis=other)) for other in KINDS if other != kind),
    )
