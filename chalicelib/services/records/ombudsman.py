"""The referral to the Ombudsman after sixty days, with the bundle that goes out once the reporter agrees.

The bundle of a consent is made once and kept in the complaint's folder. Its link is an HMAC, as officers'
links are: a retry makes the same one, and only its digest is stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.complaint.referral import Consented
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.ports import Bundle, Bundles, Complaints, Directory, Files
from chalicelib.services.records.dossier import Dossier, DossierBuilder
from chalicelib.services.staff.officer_links import derive_secret, hash_secret
from chalicelib.services.views.access import check_may_read
from chalicelib.services.views.reader import ComplaintReader

LINK_LIFE = timedelta(days=180)
MEDIA_TYPE = "application/zip"

CreateArchive = Callable[[Dossier], bytes]
"""Makes the ZIP of a dossier: the same dossier makes the same bytes."""


@dataclass(frozen=True)
class ReleasedBundle:
    """A bundle that may go out: the secret of its link, and the Ombudsman's e-mail if the region has one."""

    secret: str
    bundle: Bundle
    ombudsman_email: str | None


@dataclass(frozen=True)
class BundleFiles:
    """The bundles as ZIPs in the complaints' folders, each with the secret of its link."""

    files: Files
    bundles: Bundles
    create_archive: CreateArchive
    key: Callable[[], bytes]
    now: Callable[[], datetime]

    def create(self, dossier: Dossier, complaint: Complaint, seq: int) -> Bundle:
        """Store the bundle of the consent that is event ``seq``, and return it."""
        body = self.create_archive(dossier)
        bundle = Bundle(
            digest=hash_secret(self.get_secret(complaint.ticket, seq)),
            ticket=complaint.ticket,
            seq=seq,
            region=complaint.region,
            file=self.files.put(complaint.ticket, body, MEDIA_TYPE),
            expires_at=self.now() + LINK_LIFE,
        )
        self.bundles.put(bundle)
        # Another worker may have been quicker: the bundle that was stored first is the bundle.
        return self.bundles.get(bundle.digest) or bundle

    def get(self, ticket: str, seq: int) -> Bundle | None:
        """Return the bundle of the consent that is event ``seq``."""
        return self.find(self.get_secret(ticket, seq))

    def find(self, secret: str) -> Bundle | None:
        """Return the bundle behind the link with this secret, expired or not."""
        return self.bundles.get(hash_secret(secret))

    def get_secret(self, ticket: str, seq: int) -> str:
        """Return the secret of the link to the bundle of a consent; always the same."""
        return derive_secret(self.key(), f"{ticket}/{seq}")


class ReferralService:
    """Shows, makes and opens the bundles for those who may have them."""

    def __init__(
        self, complaints: Complaints, directory: Directory, reader: ComplaintReader, bundles: BundleFiles
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._reader = reader
        self._dossiers = DossierBuilder(complaints, reader)
        self._bundles = bundles

    def preview(self, ticket: str, actor: Actor, *, with_identity: bool) -> Dossier:
        """Return the dossier that would be sent; for officers always without the reporter's identity.

        Raises ``Refusal``: what reading raises, ``not_your_role`` for officers who have no part in it,
        ``not_referred`` before the time is over.
        """
        complaint = self._get_readable(ticket, actor)
        if complaint.referred_at is None:
            raise Refusal("not_referred")
        named = with_identity and actor.role == Role.REPORTER
        return self._dossiers.build(complaint, with_identity=named)

    def release(self, ticket: str, seq: int) -> ReleasedBundle | None:
        """Make the bundle of the consent that is event ``seq``, unless it was made before.

        ``None`` where that event is no consent, or the reporter has decided otherwise since. Raises
        ``LookupError`` for an event that is not stored yet.
        """
        event, complaint = self._complaints.get_event(ticket, seq), self._complaints.get(ticket)
        if event is None or complaint is None:
            raise LookupError(f"{ticket} has no event {seq} yet")
        if not isinstance(event.event, Consented) or self._find_consent(complaint) != seq:
            return None
        bundle = self._bundles.get(ticket, seq) or self._create_bundle(complaint, seq)
        region = self._directory.get_region(complaint.region)
        email = region.ombudsman_email if region else None
        return ReleasedBundle(self._bundles.get_secret(ticket, seq), bundle, email)

    def open(self, secret: str) -> Bundle:
        """Return the bundle behind a link of the Ombudsman's.

        Raises ``Refusal``: ``bundle_unknown``, ``bundle_expired``, ``bundle_replaced`` where the reporter has
        decided otherwise since.
        """
        bundle = self._bundles.find(secret)
        complaint = self._complaints.get(bundle.ticket) if bundle else None
        if bundle is None or complaint is None:
            raise Refusal("bundle_unknown")
        if self._find_consent(complaint) != bundle.seq:
            raise Refusal("bundle_replaced")
        if self._bundles.now() >= bundle.expires_at:
            raise Refusal("bundle_expired")
        return bundle

    def get_released(self, ticket: str, actor: Actor) -> Bundle | None:
        """Return the bundle of the reporter's last consent, for those who may have it.

        The reporter may. Where the Ombudsman has no e-mail address on file, the officers may who have to
        deliver it by hand: if it names an anonymous reporter, only after a recorded look at who they are.
        """
        complaint = self._get_readable(ticket, actor)
        seq = self._find_consent(complaint)
        if seq is None or not (actor.role == Role.REPORTER or self._may_deliver(complaint, actor)):
            return None
        return self._bundles.get(ticket, seq)

    def is_delivered_by_hand(self, region: str) -> bool:
        """Return whether an officer has to deliver the region's bundles."""
        stored = self._directory.get_region(region)
        return stored is None or stored.ombudsman_email is None

    def get_address(self, bundle: Bundle) -> str:
        """Return a short-lived address of the ZIP."""
        return self._bundles.files.create_address(bundle.ticket, bundle.file)

    def _create_bundle(self, complaint: Complaint, seq: int) -> Bundle:
        dossier = self._dossiers.build(complaint, with_identity=complaint.consented_with_identity)
        return self._bundles.create(dossier, complaint, seq)

    def _get_readable(self, ticket: str, actor: Actor) -> Complaint:
        complaint = self._complaints.get(ticket)
        if complaint is None:
            raise Refusal("unknown_ticket")
        check_may_read(complaint, actor)
        if actor.role != Role.REPORTER and actor.role not in _list_preparing_roles(complaint):
            raise Refusal("not_your_role")
        return complaint

    def _may_deliver(self, complaint: Complaint, actor: Actor) -> bool:
        if not self.is_delivered_by_hand(complaint.region):
            return False
        unnamed = not (complaint.anonymous and complaint.consented_with_identity)
        return unnamed or self._reader.build_view(complaint, actor).reporter_name is not None

    def _find_consent(self, complaint: Complaint) -> int | None:
        """Return the number of the event of the reporter's last consent."""
        if complaint.consented_at is None:
            return None
        events = self._complaints.list_events(complaint.ticket)
        return max(event.seq for event in events if isinstance(event.event, Consented))


def _list_preparing_roles(complaint: Complaint) -> tuple[Role, ...]:
    """Return the officers' roles; the admin's too where they speak for a reporter without an account."""
    if complaint.protected:
        return (Role.INSPECTORATE,)
    return (Role.COORDINATOR,) if complaint.has_account else (Role.COORDINATOR, Role.REGIONAL_ADMIN)
