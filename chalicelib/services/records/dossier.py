"""Everything about one complaint that goes to the Ombudsman, and what of it tells who the reporter is.

It holds what its reporter may read, for they decide whether it is sent; and all events, which prove it. Where
they do not say who they are, whatever would tell it is masked, in their own words too; other people's numbers
always are.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.rungs import RungReached
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Role, Text
from chalicelib.domain.time.deadlines import Derivation
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.identity import Identity
from chalicelib.domain.values.masking import Mask
from chalicelib.domain.values.sealed_text import SealedText, TextRef
from chalicelib.domain.values.value import Value
from chalicelib.services.ports import Complaints
from chalicelib.services.views.models import ComplaintView
from chalicelib.services.views.reader import ComplaintReader

_TOO_OLD = timedelta(days=2 * 365)
"""UU 37/2008 art. 24: what is reported happened less than two years ago."""

_NOBODYS = frozenset(
    {"calendar_version", "hash", "hmac", "legal_basis", "prev", "procedure", "sha256", "type", "zone"}
)
"""Fields that hold no person's words: a reporter called as a city must not break the time zone."""

Status = Literal["there", "withheld", "missing", "to_check"]


class NamedReporter(Value):
    """Who the reporter is, where they let it be said."""

    name: str
    email: str | None
    phone: str | None
    address: str | None
    representative: str | None
    relation: str | None


class Requirement(Value):
    """What UU 37/2008 asks of a *Laporan*, and whether the bundle has it; ``at`` is what its words name."""

    key: str
    status: Status
    at: datetime | None = None


class DeadlineHistory(Value):
    """A deadline that ran, or runs: why it is when it is, from when it was moved, since when it is missed.

    ``kind`` is that of the step whose clock it is, and ``does`` what the procedure prints of that step.
    """

    name: str
    kind: str | None
    does: Text | None
    derivation: Derivation
    moved_from: tuple[datetime, ...]
    late_since: datetime | None
    running: bool


class Evidence(Value):
    """A file that the complaint has: known by the SHA-256 of its bytes, and not in the bundle itself."""

    of: Literal["report", "answer", "handover"]
    file: FileRef


class QuotedText(Value):
    """A text that events refer to. With the ``salt`` anyone can compute the reference; ``None``: masked."""

    id: str
    text: str
    salt: str | None


class QuotedEvent(Value):
    """An event as it is stored, and the paths of its fields that were masked: then its hash shows no more
    than its place in the chain.
    """

    event: dict[str, Any]
    masked: tuple[str, ...]


class Dossier(Value):
    """A complaint for the Ombudsman, as it stands after its last event (``as_of``)."""

    as_of: datetime
    reporter: NamedReporter | None
    view: ComplaintView
    requirements: tuple[Requirement, ...]
    deadlines: tuple[DeadlineHistory, ...]
    evidence: tuple[Evidence, ...]
    words: tuple[QuotedText, ...]
    events: tuple[QuotedEvent, ...]


class Dossiers:
    """Puts dossiers together."""

    def __init__(self, complaints: Complaints, reading: ComplaintReader) -> None:
        self._complaints = complaints
        self._reading = reading

    def of(self, complaint: Complaint, *, with_identity: bool) -> Dossier:
        """The complaint's dossier: the same for the same complaint, whoever asks and whenever."""
        identity = self._complaints.get_identity(complaint.ticket)
        events = self._complaints.list_events(complaint.ticket)
        read = self._reading.build_view(complaint, Actor(role=Role.REPORTER, id=complaint.reporter))
        # Officers link other people's reports and let them follow this one; its reporter is not told.
        others = {*complaint.children, *complaint.linked} - {*read.linked}
        mask = Mask(None, *others) if with_identity else Mask(identity, complaint.reporter, *others)
        view = _shown(read, mask, with_identity=with_identity)
        stored = self._complaints.get_texts(
            complaint.ticket, [ref.id for ref in list_readable_refs(complaint)]
        )
        return Dossier(
            as_of=complaint.last_at,
            reporter=_reporter(identity) if identity and with_identity else None,
            view=view,
            requirements=tuple(_requirements(complaint, identity, stored, with_identity=with_identity)),
            deadlines=_deadlines(events, complaint),
            evidence=tuple(_evidence(view)),
            words=tuple(_quoted_words(words, mask) for words in stored.values()),
            events=tuple(_quoted_event(event, mask) for event in events),
        )


def _shown(read: ComplaintView, mask: Mask, *, with_identity: bool) -> ComplaintView:
    seen, _ = _masked(read.model_dump(mode="json"), mask)
    # What somebody might do now is theirs to know, and would make two copies of one complaint differ.
    name = read.reporter_name if with_identity else None
    return ComplaintView.model_validate({**seen, "acts": (), "reporter_name": name})


def list_readable_refs(complaint: Complaint) -> Iterator[TextRef]:
    """The texts that the reporter may read."""
    yield complaint.title
    yield complaint.narrative
    for answer in complaint.published_answers:
        yield answer.text
    more = [complaint.place, *(reply.text for reply in complaint.replies)]
    more += [answer.proof_note for answer in complaint.published_answers]
    more += [answer.plan.owner for answer in complaint.published_answers if answer.plan]
    if complaint.handover:
        more += [complaint.handover.reason, complaint.handover.text]
    if complaint.archive:
        more.append(complaint.archive.text)
    yield from (ref for ref in more if ref)


def _reporter(identity: Identity) -> NamedReporter:
    return NamedReporter.model_validate(
        {field: getattr(identity, field) for field in NamedReporter.model_fields}
    )


def _requirements(
    complaint: Complaint, identity: Identity | None, stored: Mapping[str, SealedText], *, with_identity: bool
) -> Iterator[Requirement]:
    """UU 37/2008 art. 24 (1) and (3), in its order.

    Birth, marital status and occupation are never asked for when a complaint is filed; nor is the day of
    what happened, which the Ombudsman has to look for in the account.
    """

    def known(given: str | None) -> Status:
        if not given:
            return "missing"
        return "there" if with_identity else "withheld"

    received = complaint.received_at
    yield Requirement(key="name", status=known(identity.name if identity else None))
    for key in ("birth", "marital_status", "occupation"):
        yield Requirement(key=key, status="missing")
    yield Requirement(key="address", status=known(identity.address if identity else None))
    told = complaint.narrative.id in stored
    yield Requirement(key="account", status="there" if told else "missing")
    yield Requirement(key="conveyed", status="there", at=received)
    yield Requirement(key="unsettled", status="there" if complaint.referred_at else "to_check")
    recent = complaint.last_at - received < _TOO_OLD
    yield Requirement(key="recent", status="to_check" if recent else "missing", at=received)
    if identity and identity.representative:
        yield Requirement(key="mandate", status="missing")


def _deadlines(events: Sequence[StoredEvent], complaint: Complaint) -> tuple[DeadlineHistory, ...]:
    """Every deadline in the order in which they began, each as it was counted last."""
    procedure = load_procedure(complaint.procedure, complaint.procedure_version)
    steps = {step.name: step for step in procedure.steps}
    stories: dict[tuple[str, int], DeadlineHistory] = {}
    for event in events:
        match event.event:
            case DeadlineArmed(clock=name, visit=visit, derivation=derivation, moved_from=before):
                known = stories.get((name, visit))
                moved = known.moved_from if known else ()
                step = steps.get(name)
                stories[name, visit] = DeadlineHistory(
                    name=name,
                    kind=step.kind.value if step else None,
                    does=step.rows[0].does if step and step.rows else None,
                    derivation=derivation,
                    moved_from=(*moved, before) if before else moved,
                    late_since=known.late_since if known else None,
                    running=complaint.clock(name, visit) is not None,
                )
            case RungReached(clock=name, visit=visit, late_level=level) if level:
                story = stories[name, visit]
                if story.late_since is None:
                    stories[name, visit] = story.model_copy(update={"late_since": event.at})
            case _:
                pass
    return tuple(_overdue(story, complaint.last_at) for story in stories.values())


def _overdue(story: DeadlineHistory, as_of: datetime) -> DeadlineHistory:
    """The story of a clock that runs past its limit without a timer that would have said so."""
    if story.late_since or not story.running or as_of < story.derivation.due_at:
        return story
    return story.model_copy(update={"late_since": story.derivation.due_at})


def _evidence(view: ComplaintView) -> Iterator[Evidence]:
    yield from (Evidence(of="report", file=file) for file in view.files)
    for answer in view.answers:
        yield from (Evidence(of="answer", file=file) for file in answer.files)
    if view.handover:
        yield from (Evidence(of="handover", file=file) for file in view.handover.files)


def _quoted_words(words: SealedText, mask: Mask) -> QuotedText:
    said = mask.apply(words.text)
    # With the salt, what was masked could be found by trying.
    return QuotedText(id=words.id, text=said, salt=words.salt if said == words.text else None)


def _quoted_event(event: StoredEvent, mask: Mask) -> QuotedEvent:
    seen, paths = _masked(event.model_dump(mode="json"), mask)
    return QuotedEvent(event=seen, masked=tuple(paths))


def _masked(tree: Any, mask: Mask, path: str = "") -> tuple[Any, list[str]]:
    """The tree with its strings masked, and the dotted paths of those that changed."""
    match tree:
        case str():
            said = mask.apply(tree)
            return said, [path] if said != tree else []
        case dict():
            parts = {
                name: (value, []) if name in _NOBODYS else _masked(value, mask, f"{path}.{name}".lstrip("."))
                for name, value in tree.items()
            }
            return {name: value for name, (value, _) in parts.items()}, [
                one for _, paths in parts.values() for one in paths
            ]
        case list():
            several = [_masked(value, mask, f"{path}.{n}") for n, value in enumerate(tree)]
            return [value for value, _ in several], [one for _, paths in several for one in paths]
        case _:
            return tree, []
