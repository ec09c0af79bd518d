"""What a message may say to whom."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from chalicelib.domain.complaint import Complaint
from chalicelib.domain.directory import Agency, Region
from chalicelib.domain.events import Event
from chalicelib.domain.procedure import Procedure, Role
from chalicelib.notify.audience import Addressee
from chalicelib.notify.mail import one_line
from chalicelib.notify.render import Known
from chalicelib.texts.dates import Language, deadline_short, deadline_words, time_words

_SHORT_GOVERNMENTS = (
    (re.compile(r"^(Pemerintah )?Kabupaten\b"), "Pemkab"),
    (re.compile(r"^(Pemerintah )?Kota\b"), "Pemkot"),
    (re.compile(r"^(Pemerintah )?Provinsi\b"), "Pemprov"),
)
"""What everybody calls a government, and an SMS has room for."""

CONFIDENTIAL_OFFICER = "confidential-officer"
CONFIDENTIAL_REPORTER = "confidential-reporter"


@dataclass(frozen=True)
class Matter:
    """What is told of: an event, the complaint as it is now, and what surrounds it.

    ``agency`` is the one the complaint was forwarded to, ``title`` the complaint's (None where erased).
    """

    event: Event
    complaint: Complaint
    procedure: Procedure
    region: Region
    agency: Agency | None
    title: str | None


def template_for(addressee: Addressee, complaint: Complaint) -> str:
    """The template to render: confidential complaints have two of their own, with nothing to give away."""
    if not complaint.confidential:
        return addressee.template
    return CONFIDENTIAL_OFFICER if addressee.officer else CONFIDENTIAL_REPORTER


def language_of(addressee: Addressee) -> Language:
    """The language the person chose."""
    person = addressee.officer or addressee.identity
    return person.language if person else "id"


def known(matter: Matter, addressee: Addressee, link: str) -> Known:
    """What the addressee's message may use.

    Never a person's name, never the narrative; of a confidential complaint the deadline and the link alone.
    ``to`` is an officer's title (None for the reporter), ``holder`` whoever has the open step, ``deadline``
    that step's, ``at`` the event's time, both on the clock of the complaint's zone.
    """
    complaint, language = matter.complaint, language_of(addressee)
    step, zone = complaint.step, ZoneInfo(complaint.zone)
    due_at = step.due_at if step and step.owner != Role.SYSTEM else None
    said: dict[str, str | int | bool | None] = {
        "region": one_line(matter.region.name),
        "region_short": _short(one_line(matter.region.name)),
        "link": link,
        "owner": addressee.owner,
        "to": _salutation(addressee, matter.procedure, language),
        "deadline": deadline_words(due_at, zone, language) if due_at else None,
        "deadline_short": deadline_short(due_at, zone, language) if due_at else None,
        "step": step.kind.value if step else None,
    }
    if complaint.confidential:
        return said
    agency = one_line(matter.agency.name) if matter.agency else None
    return said | {
        "ticket": complaint.ticket,
        "title": one_line(matter.title) if matter.title else None,
        "agency": agency,
        "admin": _title(Role.REGIONAL_ADMIN, matter.procedure, language),
        "holder": (agency if step.agency else _title(step.owner, matter.procedure, language))
        if step
        else None,
        "visit": step.visit if step else 0,
        "late_level": complaint.late_level,
        "at": time_words(matter.event.at, zone, language),
    }


def _short(government: str) -> str:
    for pattern, short in _SHORT_GOVERNMENTS:
        government = pattern.sub(short, government)
    return government


def _salutation(addressee: Addressee, procedure: Procedure, language: Language) -> str | None:
    if addressee.officer is None:
        return None
    return one_line(addressee.officer.title) or _title(addressee.role, procedure, language)


def _title(role: str, procedure: Procedure, language: Language) -> str:
    title = procedure.roles.get(role)
    return one_line(title.title.within(language)) if title else role
