"""The whole application over the fakes, spoken to as an API client does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chalice.test import Client, HTTPResponse, TestHTTPClient

from app import app
from chalicelib import bootstrap
from chalicelib.domain.directory.officers import Account, Officer
from chalicelib.services.staff.accounts import Person
from chalicelib.web import session
from tests.fakes import FakeWorld
from tests.sample_region import CITIZEN, REGION

COMPLAINT: dict[str, Any] = {
    "region": REGION.slug,
    "category": "jalan-rusak",
    "title": "Lubang besar di depan pasar",
    "narrative": "Ada lubang sedalam setengah meter, sudah dua motor jatuh.",
    "place": {"latitude": -6.7, "longitude": 108.55, "address": "Jl. Raya Contoh, depan pasar"},
}


@dataclass
class Api:
    world: FakeWorld
    http: TestHTTPClient

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        who: Account | Officer | None = None,
        **headers: str,
    ) -> HTTPResponse:
        """Header names are written with underscores; a ``str`` body goes as it is, anything else as JSON."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if who is not None:
            given["Authorization"] = f"Bearer {self.token(who)}"
        raw = b""
        if body is not None:
            given.setdefault("Content-Type", "application/json")
            raw = (body if isinstance(body, str) else json.dumps(body)).encode()
        return self.http.request(method, path, headers=given, body=raw)

    def get(self, path: str, who: Account | Officer | None = None, **headers: str) -> HTTPResponse:
        return self.send("GET", path, None, who, **headers)

    def post(
        self, path: str, body: Any, who: Account | Officer | None = None, **headers: str
    ) -> HTTPResponse:
        return self.send("POST", path, body, who, **headers)

    def file(self, who: Account | Officer = CITIZEN, key: str = "key-1", **more: Any) -> HTTPResponse:
        return self.post("/api/v1/complaints", COMPLAINT | more, who, Idempotency_Key=key)

    def decide(
        self, ticket: str, who: Account | Officer, decision: str, key: str | None = None, /, **more: Any
    ) -> HTTPResponse:
        """Decide on the state as it is now."""
        tag = self.world.complaints.snapshots[ticket].tag
        body = {"decision": decision, **more}
        headers = {"If_Match": f'"{tag}"'} | ({"Idempotency_Key": key} if key else {})
        return self.post(f"/api/v1/complaints/{ticket}/decisions", body, who, **headers)

    def token(self, who: Account | Officer) -> str:
        if isinstance(who, Officer):
            account = self.world.accounts.get(f"account-{who.id}")
            assert account is not None
            return session.issue_token(Person(account, self.world.directory.get_officer(who.region, who.id)))
        return session.issue_token(Person(who))

    def all_there_is(self) -> str:
        """Everything that is stored, sent or counted as sent: what a refused request must leave as it was."""
        world = self.world
        complaints = world.complaints
        return repr(
            (
                complaints.snapshots,
                complaints.histories,
                complaints.markers,
                complaints.texts,
                complaints.identities,
                world.accounts.stored,
                world.provider.ids,
                world.provider.confirmed,
                world.provider.codes_sent,
                world.provider.reset_codes_sent,
                world.provider.passwords,
                world.files.taken,
                world.queues.sent,
            )
        )


@contextmanager
def speaking_to(world: FakeWorld) -> Iterator[Api]:
    """The application with these fakes under it."""
    bootstrap.install(world.app)
    try:
        with Client(app) as client:
            yield Api(world, client.http)
    finally:
        bootstrap.install(None)


def code_of(response: HTTPResponse) -> str:
    """The last part of a problem's type."""
    return str(response.json_body["type"]).rpartition("/")[2]
