"""The timeline of a complaint: its events as people read them."""

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.model import Procedure
from chalicelib.domain.values.actor import Actor
from chalicelib.services.ports import Directory
from chalicelib.services.views.models import TimelineEntry
from chalicelib.services.views.names import get_role_title

_TECHNICAL = frozenset({"step.opened", "duplicates.concerned"})
"""Events that only move the machine."""
_INTERNAL = frozenset(
    {
        "answer.sent_back",
        "complaint.answered",
        "answer.published",
        "complaint.disposed",
        "complaint.linked",
        "complaint.redacted",
        "consultation.given",
        "duplicate.adopted",
        "handling.progressed",
        "rung.reached",
        "support.given",
    }
)
"""Events between the government's desks: a reporter reads about their results."""

Titles = Mapping[tuple[str, str], str]
"""The titles of officers by region and id."""


def build_timeline(
    events: Sequence[StoredEvent], procedure: Procedure, directory: Directory, *, for_reporter: bool
) -> tuple[TimelineEntry, ...]:
    """Return the events that are news to the reader, oldest first."""
    hidden = _TECHNICAL | _INTERNAL if for_reporter else _TECHNICAL
    shown = [stored for stored in events if stored.type not in hidden and _is_news(stored)]
    titles = _load_titles(directory, {stored.actor for stored in shown})
    return tuple(_build_moment(stored, procedure, titles) for stored in shown)


def _is_news(stored: StoredEvent) -> bool:
    """Return whether the event is news: a deadline is only where it moved."""
    return not isinstance(stored.event, DeadlineArmed) or stored.event.moved_from is not None


def _load_titles(directory: Directory, actors: Iterable[Actor]) -> Titles:
    """Return the titles of officers, and of those they acted for. Each officer is read once."""
    keys = {
        (actor.region, officer)
        for actor in actors
        if actor.region
        for officer in (actor.id, actor.acting_for)
        if officer
    }
    officers = {key: directory.get_officer(*key) for key in keys}
    return {key: officer.title for key, officer in officers.items() if officer}


def _build_moment(stored: StoredEvent, procedure: Procedure, titles: Titles) -> TimelineEntry:
    actor, event = stored.actor, stored.event
    region = actor.region or ""
    moved = event if isinstance(event, DeadlineArmed) else None
    return TimelineEntry(
        at=stored.at,
        type="deadline.moved" if moved else stored.type,
        by=get_role_title(actor.role, procedure),
        officer=titles.get((region, actor.id)),
        acting_for=titles.get((region, actor.acting_for or "")),
        rung=getattr(event, "rung", None),
        late_level=getattr(event, "late_level", None),
        due_from=moved.moved_from if moved else None,
        due_to=moved.derivation.due_at if moved else None,
    )
