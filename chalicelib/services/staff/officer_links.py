"""Links by which an officer acts on one visit of one step, without an account."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.domain.complaint.state import Complaint, OpenStep
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.ports import Complaints, Directory, Links, OfficerLink

_LIFE = timedelta(days=90)
"""A late answer is still wanted: a link outlives its deadline by this, and another as long follows it."""
_SECRET_BYTES = 16


@dataclass(frozen=True)
class Visit:
    """Who stands at the door, and before which complaint. ``is_open`` is false once the step is done."""

    officer: Officer
    complaint: Complaint
    link: OfficerLink

    @property
    def actor(self) -> Actor:
        """As whom they act."""
        return to_actor(self.officer)

    @property
    def is_open(self) -> bool:
        """Whether the step of this link is still to be done."""
        step = self.complaint.step
        return step is not None and (step.name, step.visit) == (self.link.step, self.link.visit)


def to_actor(officer: Officer) -> Actor:
    """An officer as an actor: role, region and agency come from the directory, never from a request."""
    return Actor(
        role=officer.role,
        id=officer.id,
        region=officer.region,
        agency=officer.agency,
        unit=officer.unit,
        acting_for=officer.acting_for,
    )


class OfficerLinks:
    """Issues and opens links. The secret is an HMAC: a retry makes the same one. Only its digest is kept."""

    def __init__(
        self,
        links: Links,
        complaints: Complaints,
        directory: Directory,
        key: Callable[[], bytes],
        now: Callable[[], datetime],
    ) -> None:
        self._links = links
        self._complaints = complaints
        self._directory = directory
        self._key = key
        self._now = now

    def get_secret(self, officer: Officer, complaint: Complaint) -> str:
        """The 22 characters of this officer's link to the open step: the one that is good now."""
        step = _open_step(complaint)
        parts = (
            complaint.ticket,
            step.name,
            step.visit,
            officer.region,
            officer.id,
            officer.epoch,
            self._lives_before(step),
        )
        seed = "/".join(str(part) for part in parts)
        return derive_secret(self._key(), seed)

    def issue(self, officer: Officer, complaint: Complaint) -> str:
        """Make the link work; its secret. Issuing it again changes nothing."""
        step, secret = _open_step(complaint), self.get_secret(officer, complaint)
        self._links.put(
            OfficerLink(
                digest=hash_secret(secret),
                ticket=complaint.ticket,
                step=step.name,
                visit=step.visit,
                region=officer.region,
                officer=officer.id,
                epoch=officer.epoch,
                expires_at=step.due_at + _LIFE * (1 + self._lives_before(step)),
            )
        )
        return secret

    def has_link(self, officer: Officer, complaint: Complaint) -> bool:
        """Whether this officer was given their link to the open step."""
        return self._links.get(hash_secret(self.get_secret(officer, complaint))) is not None

    def get_renewable_visit(self, secret: str) -> Visit:
        """The visit of an expired link whose step still waits for its officer; else ``Refusal``."""
        link = self._link(secret)
        visit = self._visit(link)
        if self._now() < link.expires_at:
            raise Refusal("link_still_good")
        if not visit.is_open:
            raise Refusal("step_is_done")
        return visit

    def open(self, secret: str) -> Visit:
        """The visit this link leads to.

        Raises ``Refusal``: ``link_unknown`` (altered or never issued), ``link_expired``, ``link_moved`` (the
        officer has left the post or is not on duty today). A link of a step that is done opens, with
        ``is_open`` false.
        """
        link = self._link(secret)
        if self._now() >= link.expires_at:
            raise Refusal("link_expired")
        return self._visit(link)

    def _lives_before(self, step: OpenStep) -> int:
        """How many of the step's links have expired: 0 until long after its deadline."""
        return max(0, (self._now() - step.due_at) // _LIFE)

    def _link(self, secret: str) -> OfficerLink:
        link = self._links.get(hash_secret(secret))
        if link is None:
            raise Refusal("link_unknown")
        return link

    def _visit(self, link: OfficerLink) -> Visit:
        officer = self._directory.get_officer_on_duty(link.region, link.officer)
        if officer is None or officer.epoch != link.epoch:
            raise Refusal("link_moved")
        complaint = self._complaints.get(link.ticket)
        if complaint is None:
            raise Refusal("link_unknown")
        return Visit(officer, complaint, link)


def renewal(visit: Visit, day: date) -> dict[str, object]:
    """The message by which an officer gets a fresh link at the address on file; one a day."""
    return create_link_message(visit.officer, visit.complaint, day)


def create_link_message(officer: Officer, complaint: Complaint, day: date) -> dict[str, object]:
    """The message by which an officer gets a link to the open step; one a day."""
    return {
        "v": 1,
        "ticket": complaint.ticket,
        "seq": complaint.seq,
        "renew": {"officer": officer.id, "request": day.isoformat()},
    }


def derive_secret(key: bytes, seed: str) -> str:
    """The 22 characters that only who has the key can make of the seed, and always the same."""
    mac = hmac.new(key, seed.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:_SECRET_BYTES]).rstrip(b"=").decode()


def hash_secret(secret: str) -> str:
    """SHA-256 (hex) of a link's secret: what the table knows of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _open_step(complaint: Complaint) -> OpenStep:
    if complaint.step is None:
        raise Refusal("already_closed")
    return complaint.step
