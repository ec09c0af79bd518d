"""The addresses of pages: as a browser needs them, in full, and with a query."""

from urllib.parse import urlencode, urlsplit

from chalicelib.bootstrap import application


def to_url(path: str) -> str:
    """Return a page's path for a browser. The public address may begin with the path of a stage."""
    return urlsplit(application().public_url).path.rstrip("/") + path


def to_absolute_url(path: str, **query: str | tuple[str, ...]) -> str:
    """Return the whole address, so that another site can send a browser back to it."""
    return application().build_url(add_query(path, **query))


def add_query(path: str, **query: str | tuple[str, ...]) -> str:
    """Return the path with those query fields that are not empty."""
    filled = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(filled, doseq=True)}" if filled else path


def keep_local_path(wanted: str) -> str:
    """Return the path if it is one of ours, else "": a link must not send anybody to another site."""
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_ours and "\\" not in wanted else ""
