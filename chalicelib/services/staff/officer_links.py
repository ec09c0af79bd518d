"""Links with which an officer acts on one visit of one step, without an account."""

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
"""A late answer is still wanted: a link lasts this much longer than its deadline, then a new one may."""
_SECRET_BYTES = 16


@dataclass(frozen=True)
class Visit:
    """An officer who opened a link, with the complaint. ``is_open`` is false once the step is done."""

    officer: Officer
    complaint: Complaint
    link: OfficerLink

    @property
    def actor(self) -> Actor:
        """Return the officer as an actor."""
        return to_actor(self.officer)

    @property
    def is_open(self) -> bool:
        """Return whether the step of this link is still to be done."""
        step = self.complaint.step
        return step is not None and (step.name, step.visit) == (self.link.step, self.link.visit)


def to_actor(officer: Officer) -> Actor:
    """Return an officer as an actor: role, region and agency are the directory's, never a request's."""
    return Actor(
        role=officer.role,
        id=officer.id,
        region=officer.region,
        agency=officer.agency,
        unit=officer.unit,
        acting_for=officer.acting_for,
    )


class OfficerLinks:
    """The officers' links. A secret is an HMAC: a retry makes the same one. Only its digest is stored."""

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
        """Return the 22 characters of this officer's link to the open step that is valid now."""
        step = _get_open_step(complaint)
        parts = (
            complaint.ticket,
            step.name,
            step.visit,
            officer.region,
            officer.id,
            officer.epoch,
            self._count_expired(step),
        )
        seed = "/".join(str(part) for part in parts)
        return derive_secret(self._key(), seed)

    def issue(self, officer: Officer, complaint: Complaint) -> str:
        """Store the link and return its secret; issuing it again changes nothing."""
        step, secret = _get_open_step(complaint), self.get_secret(officer, complaint)
        self._links.put(
            OfficerLink(
                digest=hash_secret(secret),
                ticket=complaint.ticket,
                step=step.name,
                visit=step.visit,
                region=officer.region,
                officer=officer.id,
                epoch=officer.epoch,
                expires_at=step.due_at + _LIFE * (1 + self._count_expired(step)),
            )
        )
        return secret

    def has_link(self, officer: Officer, complaint: Complaint) -> bool:
        """Return whether this officer's link to the open step was issued."""
        return self._links.get(hash_secret(self.get_secret(officer, complaint))) is not None

    def get_renewable_visit(self, secret: str) -> Visit:
        """Return the visit of an expired link whose step is still open; else raise ``Refusal``."""
        link = self._find_link(secret)
        visit = self._create_visit(link)
        if self._now() < link.expires_at:
            raise Refusal("link_still_good")
        if not visit.is_open:
            raise Refusal("step_is_done")
        return visit

    def open(self, secret: str) -> Visit:
        """Return the visit of this link.

        Raises ``Refusal``: ``link_unknown`` (altered or never issued), ``link_expired``, or
        ``link_superseded`` (the officer has left the post or is not on duty today). A link of a step that is
        done opens, with ``is_open`` false.
        """
        link = self._find_link(secret)
        if self._now() >= link.expires_at:
            raise Refusal("link_expired")
        return self._create_visit(link)

    def _count_expired(self, step: OpenStep) -> int:
        """Return how many of the step's links have expired: 0 until long after its deadline."""
        return max(0, (self._now() - step.due_at) // _LIFE)

    def _find_link(self, secret: str) -> OfficerLink:
        link = self._links.get(hash_secret(secret))
        if link is None:
            raise Refusal("link_unknown")
        return link

    def _create_visit(self, link: OfficerLink) -> Visit:
        officer = self._directory.get_officer_on_duty(link.region, link.officer)
        if officer is None or officer.epoch != link.epoch:
            raise Refusal("link_superseded")
        complaint = self._complaints.get(link.ticket)
        if complaint is None:
            raise Refusal("link_unknown")
        return Visit(officer, complaint, link)


def create_link_message(officer: Officer, complaint: Complaint, day: date) -> dict[str, object]:
    """Return the message that sends an officer a link to the open step; one a day."""
    return {
        "v": 1,
        "ticket": complaint.ticket,
        "seq": complaint.seq,
        "renew": {"officer": officer.id, "request": day.isoformat()},
    }


def derive_secret(key: bytes, seed: str) -> str:
    """Return 22 characters that only the key's owner can make of the seed, always the same."""
    mac = hmac.new(key, seed.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:_SECRET_BYTES]).rstrip(b"=").decode()


def hash_secret(secret: str) -> str:
    """Return the SHA-256 (hex) of a link's secret: the table stores only this."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _get_open_step(complaint: Complaint) -> OpenStep:
    if complaint.step is None:
        raise Refusal("already_closed")
    return complaint.step
