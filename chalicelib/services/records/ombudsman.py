"""Sixty days, and the Ombudsman: who may see the bundle, and how it gets there once the reporter agrees.

The bundle of a consent is made once and kept in the complaint's folder. Its link is an HMAC, as officers'
links are: a retry makes the same one, and only its digest is stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.documents import ombudsman as paper
from chalicelib.domain.complaint.events import Consented
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.ports import Bundle, Bundles, Complaints, Directory, Files
from chalicelib.services.records.dossier import Dossier, Dossiers
from chalicelib.services.staff.officer_links import digest_of, secret_of
from chalicelib.services.views.reader import ComplaintReader, check_may_read

LINK_LIFE = timedelta(days=180)


@dataclass(frozen=True)
class Released:
    """A bundle that may go out: the secret of its link, and the Ombudsman's e-mail where one is known."""

    secret: str
    bundle: Bundle
    ombudsman_email: str | None


class Referral:
    """Shows, makes and hands out the bundles."""

    def __init__(
        self,
        *,
        complaints: Complaints,
        directory: Directory,
        files: Files,
        bundles: Bundles,
        reading: ComplaintReader,
        key: Callable[[], bytes],
        now: Callable[[], datetime],
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._files = files
        self._bundles = bundles
        self._reading = reading
        self._dossiers = Dossiers(complaints, reading)
        self._key = key
        self._now = now

    def preview(self, ticket: str, actor: Actor, *, with_identity: bool) -> Dossier:
        """What would be sent; to officers never with who the reporter is.

        Raises ``Refusal``: whatever reading does, ``not_your_role`` for officers who have no part in it,
        ``not_referred`` before the time is over.
        """
        complaint = self._readable(ticket, actor)
        if complaint.referred_at is None:
            raise Refusal("not_referred")
        named = with_identity and actor.role == Role.REPORTER
        return self._dossiers.of(complaint, with_identity=named)

    def release(self, ticket: str, seq: int) -> Released | None:
        """Make the bundle of the consent that is event ``seq``, unless there it is already.

        ``None`` where that event is no consent, or the reporter has decided otherwise since. Raises
        ``LookupError`` for an event that is not there yet.
        """
        event, complaint = self._complaints.event(ticket, seq), self._complaints.get(ticket)
        if event is None or complaint is None:
            raise LookupError(f"{ticket} has no event {seq} yet")
        if not isinstance(event.event, Consented) or self._consent(complaint) != seq:
            return None
        secret = self._secret(ticket, seq)
        bundle = self._bundles.get(digest_of(secret)) or self._make(complaint, seq, secret)
        region = self._directory.region(complaint.region)
        return Released(secret, bundle, region.ombudsman_email if region else None)

    def open(self, secret: str) -> Bundle:
        """The bundle behind a link of the Ombudsman's.

        Raises ``Refusal``: ``bundle_unknown``, ``bundle_expired``, ``bundle_replaced`` where the reporter has
        decided otherwise since.
        """
        bundle = self._bundles.get(digest_of(secret))
        complaint = self._complaints.get(bundle.ticket) if bundle else None
        if bundle is None or complaint is None:
            raise Refusal("bundle_unknown")
        if self._consent(complaint) != bundle.seq:
            raise Refusal("bundle_replaced")
        if self._now() >= bundle.expires_at:
            raise Refusal("bundle_expired")
        return bundle

    def released(self, ticket: str, actor: Actor) -> Bundle | None:
        """The bundle that was made after the reporter's last word on it, for whoever may have it.

        The reporter may; whoever has to hand it over may, where the Ombudsman has no e-mail address on file.
        If it names an anonymous reporter, only after a recorded look at who they are.
        """
        complaint = self._readable(ticket, actor)
        seq = self._consent(complaint)
        if seq is None or not (actor.role == Role.REPORTER or self._hands_over(complaint, actor)):
            return None
        return self._bundles.get(digest_of(self._secret(ticket, seq)))

    def is_by_hand(self, region: str) -> bool:
        """Whether somebody has to hand the region's bundles over."""
        known = self._directory.region(region)
        return known is None or known.ombudsman_email is None

    def address(self, bundle: Bundle) -> str:
        """A short-lived address of the ZIP."""
        return self._files.address(bundle.ticket, bundle.file)

    def _make(self, complaint: Complaint, seq: int, secret: str) -> Bundle:
        dossier = self._dossiers.of(complaint, with_identity=complaint.consented_with_identity)
        made = Bundle(
            digest=digest_of(secret),
            ticket=complaint.ticket,
            seq=seq,
            region=complaint.region,
            file=self._files.put(complaint.ticket, paper.archive(dossier), paper.MEDIA_TYPE),
            expires_at=self._now() + LINK_LIFE,
        )
        self._bundles.put(made)
        # Another worker may have been quicker: the first one's is the bundle.
        return self._bundles.get(made.digest) or made

    def _readable(self, ticket: str, actor: Actor) -> Complaint:
        complaint = self._complaints.get(ticket)
        if complaint is None:
            raise Refusal("unknown_ticket")
        check_may_read(complaint, actor)
        if actor.role != Role.REPORTER and actor.role not in _preparing(complaint):
            raise Refusal("not_your_role")
        return complaint

    def _hands_over(self, complaint: Complaint, actor: Actor) -> bool:
        if not self.is_by_hand(complaint.region):
            return False
        unnamed = not (complaint.anonymous and complaint.consented_with_identity)
        return unnamed or self._reading.view(complaint, actor).reporter_name is not None

    def _consent(self, complaint: Complaint) -> int | None:
        """The number of the event of the reporter's last word on it."""
        if complaint.consented_at is None:
            return None
        events = self._complaints.events(complaint.ticket)
        return max(event.seq for event in events if isinstance(event.event, Consented))

    def _secret(self, ticket: str, seq: int) -> str:
        return secret_of(self._key(), f"{ticket}/{seq}")


def _preparing(complaint: Complaint) -> tuple[Role, ...]:
    """Which officers prepare it; the admin too where they speak for a reporter without an account."""
    if complaint.protected:
        return (Role.INSPECTORATE,)
    return (Role.COORDINATOR,) if complaint.has_account else (Role.COORDINATOR, Role.REGIONAL_ADMIN)
