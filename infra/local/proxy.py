"""The local front door: one stable address without stage prefix, in front of the API that is deployed now.

On AWS a domain name does this. Here a changed set of routes gives API Gateway a new id, so the door asks for
the address at every request. It also shows the mailbox: everybody's telephone and inbox in one.
"""

from __future__ import annotations

import http.client
import json
import logging
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from infra.local.mailbox import Mailbox, render_page

log = logging.getLogger(__name__)

# Headers that speak of one connection only (RFC 9110, 7.6.1), and those that each side writes itself.
HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "content-length",
        "date",
        "server",
    }
)
TIMEOUT_SECONDS = 40


class FrontDoor:
    """Serves `http://localhost:<port>/` in a thread.

    `get_api_address` returns the API's present address, with its stage and no slash at its end;
    `read_mailbox` returns all that the cloud has sent.
    """

    def __init__(
        self, port: int, get_api_address: Callable[[], str], read_mailbox: Callable[[], Mailbox]
    ) -> None:
        sources = {
            "get_api_address": staticmethod(get_api_address),
            "read_mailbox": staticmethod(read_mailbox),
        }
        handler = type("Handler", (_Handler,), sources)
        self._server = _Server(("127.0.0.1", port), handler)
        self._thread = Thread(target=self._server.serve_forever, name="front-door", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and release the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore a browser that left before the answer came; it often does."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    get_api_address: Callable[[], str]
    read_mailbox: Callable[[], Mailbox]

    def _serve(self) -> None:
        path = urlsplit(self.path).path
        if self.command == "GET" and path == "/_mailbox":
            self._answer(HTTPStatus.OK, "text/html; charset=utf-8", render_page(self.read_mailbox()).encode())
        elif self.command == "GET" and path == "/_mailbox.json":
            self._answer(
                HTTPStatus.OK, "application/json", json.dumps(self.read_mailbox().to_dict()).encode()
            )
        else:
            self._forward()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815 - theirs

    def _forward(self) -> None:
        try:
            answer, body = self._request_api()
        except (OSError, http.client.HTTPException) as error:
            log.warning("the local cloud did not answer %s %s: %s", self.command, self.path, error)
            self._answer(
                HTTPStatus.BAD_GATEWAY, "text/plain; charset=utf-8", b"The local cloud does not answer.\n"
            )
        else:
            self._relay(answer, body)

    def _request_api(self) -> tuple[http.client.HTTPResponse, bytes]:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        api = urlsplit(self.get_api_address())
        connection = http.client.HTTPConnection(
            api.hostname or "127.0.0.1", api.port, timeout=TIMEOUT_SECONDS
        )
        try:
            connection.putrequest(
                self.command, api.path + self.path, skip_host=True, skip_accept_encoding=True
            )
            for name, value in self._build_headers(api.netloc):
                connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def _build_headers(self, host: str) -> list[tuple[str, str]]:
        kept = [
            (name, value) for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP | {"host"}
        ]
        forwarded = [
            ("X-Forwarded-For", self.client_address[0]),
            ("X-Forwarded-Host", self.headers.get("Host", "")),
        ]
        return [("Host", host), *kept, *forwarded, ("X-Forwarded-Proto", "http")]

    def _relay(self, answer: http.client.HTTPResponse, body: bytes) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self._finish(body)

    def _answer(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Cache-Control", "no-store")
        self._finish(body)

    def _finish(self, body: bytes) -> None:
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        log.debug(format, *args)
