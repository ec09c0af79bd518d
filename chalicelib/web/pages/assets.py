"""The look of a page: its style sheet and script, and the content security policy that allows them.

Style and script are part of the page and allowed by their hashes. So a cheap phone sends one request, and an
officer's link loads nothing from anywhere else.
"""

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from markupsafe import Markup

SCREEN_STYLE = "style.css"
PAPER_STYLE = "paper.css"
SCRIPT = "page.js"

_FOLDER = Path(__file__).parent.parent / "static"


@cache
def read_asset(name: str) -> "Markup":
    from markupsafe import Markup

    # Our own file, not a visitor's words.
    return Markup((_FOLDER / name).read_text(encoding="utf-8"))  # noqa: S704


def build_security_policy(style: str, storage: Iterable[str]) -> str:
    """Return the ``Content-Security-Policy`` of a page.

    The browser may load pictures from the origins of the ``storage`` addresses, and post forms to them.
    """
    outside = "".join(f" {origin}" for origin in sorted({_get_origin(address) for address in storage}))
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hash_asset(style)}",
            f"script-src {_hash_asset(SCRIPT)}",
            f"img-src 'self' data:{outside}",
            f"form-action 'self'{outside}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


@cache
def _hash_asset(name: str) -> str:
    digest = hashlib.sha256(read_asset(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _get_origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
