"""Complaints that may go to the Ombudsman, and the contents of their bundles."""

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

from chalicelib.documents import ombudsman as paper
from chalicelib.domain.complaint.referral import Consent
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.timers import ReachRung
from chalicelib.domain.directory.agencies import Agency
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.services.complaints.filing import Draft
from chalicelib.services.records.dossier import Dossier, DossierBuilder
from tests.fakes import FakeWorld
from tests.sample_region import CITIZEN, REGION, officer
from tests.world import DRAFT, asks, citizen, forwarded, recorded

INSPECTOR = officer("inspektur", Role.INSPECTORATE, "inspektorat")
SIGNED = (
    f"Saya {CITIZEN.name} ({CITIZEN.email}, 0813-3333-333).\n\nSudah dua motor jatuh."
    "\n<script>alert(1)</script>"
)
ANONYMOUS = replace(DRAFT, narrative=SIGNED, anonymous=True)
PERSONAL = ("Siti", "Aminah", str(CITIZEN.email), "8133333333", "3333-333", CITIZEN.id)


def file_referred(world: FakeWorld, draft: Draft = ANONYMOUS) -> Complaint:
    """File a complaint that is never answered until it may go to the Ombudsman."""
    return refer(world, forwarded(world, draft))


def refer(world: FakeWorld, complaint: Complaint) -> Complaint:
    clock = complaint.find_clock("ombudsman", 1)
    assert clock
    rung = ReachRung(clock=clock.name, visit=clock.visit, generation=clock.generation, rung="due")
    return world.app.command_handler.execute(
        complaint.ticket, rung, asks(SYSTEM, "sixty"), not_before=clock.due_at
    )


def file_protected(world: FakeWorld) -> Complaint:
    world.directory.put(
        Agency(id="inspektorat", region=REGION.slug, name="Inspektorat Daerah", kind="inspectorate")
    )
    world.directory.put(INSPECTOR)
    draft = replace(ANONYMOUS, confidential=True, about_agency="pupr")
    return refer(world, recorded(world, draft))


def file_consented(world: FakeWorld, *, with_identity: bool, draft: Draft = ANONYMOUS) -> Complaint:
    return consent_to(world, file_referred(world, draft), with_identity=with_identity)


def consent_to(world: FakeWorld, complaint: Complaint, *, with_identity: bool) -> Complaint:
    request = asks(citizen(), f"consent-{with_identity}")
    return world.app.command_handler.execute(complaint.ticket, Consent(with_identity=with_identity), request)


def add_ombudsman_email(world: FakeWorld) -> None:
    world.directory.put(REGION.model_copy(update={"ombudsman_email": "ombudsman@example.com"}))


def build_dossier(world: FakeWorld, complaint: Complaint, *, with_identity: bool = False) -> Dossier:
    return DossierBuilder(world.complaints, world.app.reader).build(complaint, with_identity=with_identity)


def unpack(archive: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
        return {name: bundle.read(name).decode() for name in bundle.namelist()}


def read_data(archive: bytes) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(unpack(archive)[paper.DATA])
    return read
