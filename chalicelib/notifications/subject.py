"""The subject of a message: an event, the complaint as it is now, and everything around it that is told."""

from dataclasses import dataclass

from chalicelib.domain.complaint.completion import CompletionAsked, ItemsAsked
from chalicelib.domain.complaint.event import DomainEvent
from chalicelib.domain.complaint.handling import AgencySucceeded, Supported
from chalicelib.domain.complaint.routing import HandedOver, HandoverEnded, Rerouted
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.complaint.verification import Archived
from chalicelib.domain.directory.agencies import Agency, Category
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Procedure
from chalicelib.domain.values.sealed_text import TextRef
from chalicelib.services.ports import Complaints, Directory


@dataclass(frozen=True)
class MessageSubject:
    """The subject of a message: an event, the complaint as it is now, and what surrounds it.

    ``agency`` is the one that has the complaint, ``other_agency`` one that helped it or had it before.
    ``title`` is the complaint's and ``reason`` what the admin wrote to the reporter (None where erased).
    ``new_region`` is the region that the complaint was moved to.
    """

    event: StoredEvent
    complaint: Complaint
    procedure: Procedure
    region: Region
    agency: Agency | None
    title: str | None
    other_agency: Agency | None = None
    new_region: Region | None = None
    category: Category | None = None
    reason: str | None = None


def load_subject(ticket: str, seq: int, complaints: Complaints, directory: Directory) -> MessageSubject:
    """Read everything that messages about event ``seq`` may tell.

    Raise LookupError for an event that does not exist, or whose region does not.
    """
    complaint, stored = complaints.get(ticket), complaints.get_event(ticket, seq)
    region = directory.get_region(complaint.region) if complaint else None
    if complaint is None or stored is None or region is None:
        raise LookupError(f"{ticket} event {seq}: not there, or its region is not")

    def find_agency(agency: str | None) -> Agency | None:
        return directory.get_agency(region.slug, agency) if agency else None

    event = stored.event
    agency = find_agency(complaint.agency)
    event_agency = find_agency(get_agency_id(event))
    other = event.agency if isinstance(event, Supported | AgencySucceeded) else None
    reason_ref = find_reason(event)
    words = complaints.get_texts(ticket, [complaint.title.id, *([reason_ref.id] if reason_ref else [])])
    title, reason = words.get(complaint.title.id), words.get(reason_ref.id) if reason_ref else None
    return MessageSubject(
        event=stored,
        complaint=complaint,
        procedure=load_procedure(complaint.procedure, complaint.procedure_version),
        region=region,
        agency=agency if other else event_agency or agency,
        title=title.text if title else None,
        other_agency=find_agency(other),
        new_region=directory.get_region(event.region) if isinstance(event, Rerouted) else None,
        category=directory.get_category(region.slug, complaint.category),
        reason=reason.text if reason else None,
    )


def get_agency_id(event: DomainEvent) -> str | None:
    """Return the agency that an event is about; of two, the one that has the complaint from now on."""
    if isinstance(event, AgencySucceeded):
        return event.successor
    agency: str | None = getattr(event, "agency", None)
    return agency


def find_reason(event: DomainEvent) -> TextRef | None:
    """Return the admin's reason that the message to the reporter repeats, if the event has one."""
    match event:
        case HandedOver(reason=reason) | Rerouted(reason=reason):
            return reason
        case CompletionAsked(note=note) | ItemsAsked(note=note):
            return note
        case Archived(text=text) | HandoverEnded(text=text):
            return text
        case _:
            return None
