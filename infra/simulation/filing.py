"""The complaints that are filed in the simulator: new ones, and those that come out of another complaint."""

from datetime import datetime, timedelta
from random import Random

from chalicelib.domain.complaint.intake import FileComplaint
from chalicelib.domain.complaint.state import OFFLINE, Complaint, Origin
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.sealed_text import TextRef
from infra.simulation.government import Government
from infra.simulation.people import People

CATEGORIES = ("roads", "waste", "water", "permits", "schools", "health", "land")
"""The subjects of complaints: each is the matter of the agency at the same index."""

TEXT = TextRef(id="text", hmac="00" * 32)
"""A reference to a text that nobody wrote."""
PHOTO = FileRef(sha256="00" * 32, media_type="image/jpeg", size=100_000)


def build_filing(
    government: Government, people: People, rng: Random, now: datetime, number: int
) -> FileComplaint:
    """Build a filing on the web, or one that an officer types in from a letter some days old."""
    reporter = people.reporter
    typed_in = rng.random() < reporter.typed_in
    offline = typed_in and rng.random() < reporter.no_account
    protected = rng.random() < reporter.protected
    fears = protected or rng.random() < reporter.fears_officers
    return FileComplaint(
        region=government.region.slug,
        language="id",
        category=rng.choice(CATEGORIES),
        reporter=f"{OFFLINE if offline else 'reporter-'}{number}",
        anonymous=fears or rng.random() < reporter.anonymous,
        confidential=protected,
        about_agency=rng.choice(government.agencies) if fears else None,
        title=TEXT,
        narrative=TEXT,
        place=TEXT,
        files=(PHOTO,),
        channel="letter" if typed_in else "web",
        received_at=now - timedelta(days=rng.random() * 5) if typed_in else None,
    )


def build_derived_filing(complaint: Complaint, region: str, kind: str) -> FileComplaint:
    """Build the filing that comes out of another complaint: split off, or moved to another region."""
    moved = kind == "rerouted"
    return FileComplaint(
        region=region,
        language=complaint.language,
        category=complaint.category,
        reporter=complaint.reporter,
        anonymous=complaint.anonymous,
        confidential=complaint.confidential,
        about_agency=None if moved else complaint.about_agency,
        title=TEXT,
        narrative=TEXT,
        place=TEXT,
        files=complaint.files,
        channel=complaint.channel,
        received_at=complaint.received_at,
        origin=Origin(kind="rerouted" if moved else "split", ticket=complaint.ticket),
    )
