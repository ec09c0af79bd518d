"""The dossier of one complaint for the Ombudsman, with the masking of its reporter's identity.

It holds everything that its reporter may read, because they decide whether it is sent, and all events, which
prove it. Where the reporter stays unnamed, everything that identifies them is masked, in their own texts too.
Other people's numbers are always masked.
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
"""UU 37/2008 art. 24: the reported event happened less than two years ago."""

_IMPERSONAL = frozenset(
    {"calendar_version", "hash", "hmac", "legal_basis", "prev", "procedure", "sha256", "type", "zone"}
)
"""Fields without personal text: a reporter whose name is that of a city must not break the time zone."""

Status = Literal["there", "withheld", "missing", "to_check"]


class NamedReporter(Value):
    """The reporter, where they agree to be named."""

    name: str
    email: str | None
    phone: str | None
    address: str | None
    representative: str | None
    relation: str | None


class Requirement(Value):
    """A requirement of UU 37/2008 for a *Laporan*, and its status; ``at`` is the instant in its sentence."""

    key: str
    status: Status
    at: datetime | None = None


class DeadlineHistory(Value):
    """A deadline that ran, or runs: its derivation, its moves, and since when it is missed.

    ``kind`` is the kind of the clock's step, and ``does`` the printed text of that step in the procedure.
    """

    name: str
    kind: str | None
    does: Text | None
    derivation: Derivation
    moved_from: tuple[datetime, ...]
    late_since: datetime | None
    running: bool


class Evidence(Value):
    """A file of the complaint, identified by the SHA-256 of its bytes. The bundle does not contain it."""

    of: Literal["report", "answer", "handover"]
    file: FileRef


class QuotedText(Value):
    """A text that events refer to. With the ``salt`` anyone can compute the reference; ``None``: masked."""

    id: str
    text: str
    salt: str | None


class QuotedEvent(Value):
    """An event as stored, with the paths of its masked fields.

    The hash of a masked event shows no more than its place in the chain.
    """

    event: dict[str, Any]
    masked: tuple[str, ...]


class Dossier(Value):
    """A complaint for the Ombudsman, in its state after its last event (``as_of``)."""

    as_of: datetime
    reporter: NamedReporter | None
    view: ComplaintView
    requirements: tuple[Requirement, ...]
    deadlines: tuple[DeadlineHistory, ...]
    evidence: tuple[Evidence, ...]
    words: tuple[QuotedText, ...]
    events: tuple[QuotedEvent, ...]


class DossierBuilder:
    """Builds dossiers."""

    def __init__(self, complaints: Complaints, reader: ComplaintReader) -> None:
        self._complaints = complaints
        self._reader = reader

    def build(self, complaint: Complaint, *, with_identity: bool) -> Dossier:
        """Return the complaint's dossier: the same for the same complaint, at any time and for any reader."""
        identity = self._complaints.get_identity(complaint.ticket)
        events = self._complaints.list_events(complaint.ticket)
        read = self._reader.build_view(complaint, Actor(role=Role.REPORTER, id=complaint.reporter))
        # Officers link other people's reports and add duplicates; the reporter may not know of these.
        others = {*complaint.children, *complaint.linked} - {*read.linked}
        mask = Mask(None, *others) if with_identity else Mask(identity, complaint.reporter, *others)
        view = _mask_view(read, mask, with_identity=with_identity)
        texts = self._complaints.get_texts(
            complaint.ticket, [ref.id for ref in list_readable_refs(complaint)]
        )
        return Dossier(
            as_of=complaint.last_at,
            reporter=_name_reporter(identity) if identity and with_identity else None,
            view=view,
            requirements=tuple(_list_requirements(complaint, identity, texts, with_identity=with_identity)),
            deadlines=_list_deadlines(events, complaint),
            evidence=tuple(_list_evidence(view)),
            words=tuple(_quote_text(sealed, mask) for sealed in texts.values()),
            events=tuple(_quote_event(stored, mask) for stored in events),
        )


def _mask_view(read: ComplaintView, mask: Mask, *, with_identity: bool) -> ComplaintView:
    masked, _ = _mask_tree(read.model_dump(mode="json"), mask)
    # The actions of a reader are theirs alone, and would make two copies of one complaint differ.
    name = read.reporter_name if with_identity else None
    return ComplaintView.model_validate({**masked, "acts": (), "reporter_name": name})


def list_readable_refs(complaint: Complaint) -> Iterator[TextRef]:
    """Yield the texts that the reporter may read."""
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


def _name_reporter(identity: Identity) -> NamedReporter:
    return NamedReporter.model_validate(
        {field: getattr(identity, field) for field in NamedReporter.model_fields}
    )


def _list_requirements(
    complaint: Complaint, identity: Identity | None, texts: Mapping[str, SealedText], *, with_identity: bool
) -> Iterator[Requirement]:
    """Yield the requirements of UU 37/2008 art. 24 (1) and (3), in its order.

    Filing never asks for birth, marital status and occupation, nor for the day of the event, which the
    Ombudsman has to look for in the account.
    """

    def get_status(value: str | None) -> Status:
        if not value:
            return "missing"
        return "there" if with_identity else "withheld"

    received = complaint.received_at
    yield Requirement(key="name", status=get_status(identity.name if identity else None))
    for key in ("birth", "marital_status", "occupation"):
        yield Requirement(key=key, status="missing")
    yield Requirement(key="address", status=get_status(identity.address if identity else None))
    has_narrative = complaint.narrative.id in texts
    yield Requirement(key="account", status="there" if has_narrative else "missing")
    yield Requirement(key="conveyed", status="there", at=received)
    yield Requirement(key="unsettled", status="there" if complaint.referred_at else "to_check")
    recent = complaint.last_at - received < _TOO_OLD
    yield Requirement(key="recent", status="to_check" if recent else "missing", at=received)
    if identity and identity.representative:
        yield Requirement(key="mandate", status="missing")


def _list_deadlines(events: Sequence[StoredEvent], complaint: Complaint) -> tuple[DeadlineHistory, ...]:
    """Return every deadline in the order in which they began, each as computed last."""
    procedure = load_procedure(complaint.procedure, complaint.procedure_version)
    steps = {step.name: step for step in procedure.steps}
    histories: dict[tuple[str, int], DeadlineHistory] = {}
    for stored in events:
        match stored.event:
            case DeadlineArmed(clock=name, visit=visit, derivation=derivation, moved_from=before):
                earlier = histories.get((name, visit))
                moved = earlier.moved_from if earlier else ()
                step = steps.get(name)
                histories[name, visit] = DeadlineHistory(
                    name=name,
                    kind=step.kind.value if step else None,
                    does=step.rows[0].does if step and step.rows else None,
                    derivation=derivation,
                    moved_from=(*moved, before) if before else moved,
                    late_since=earlier.late_since if earlier else None,
                    running=complaint.find_clock(name, visit) is not None,
                )
            case RungReached(clock=name, visit=visit, late_level=level) if level:
                history = histories[name, visit]
                if history.late_since is None:
                    histories[name, visit] = history.model_copy(update={"late_since": stored.at})
            case _:
                pass
    return tuple(_mark_overdue(history, complaint.last_at) for history in histories.values())


def _mark_overdue(history: DeadlineHistory, as_of: datetime) -> DeadlineHistory:
    """Return the history, late where its clock runs past its limit without a timer to report it."""
    if history.late_since or not history.running or as_of < history.derivation.due_at:
        return history
    return history.model_copy(update={"late_since": history.derivation.due_at})


def _list_evidence(view: ComplaintView) -> Iterator[Evidence]:
    yield from (Evidence(of="report", file=file) for file in view.files)
    for answer in view.answers:
        yield from (Evidence(of="answer", file=file) for file in answer.files)
    if view.handover:
        yield from (Evidence(of="handover", file=file) for file in view.handover.files)


def _quote_text(sealed: SealedText, mask: Mask) -> QuotedText:
    text = mask.apply(sealed.text)
    # With the salt, somebody could find the masked text by trying.
    return QuotedText(id=sealed.id, text=text, salt=sealed.salt if text == sealed.text else None)


def _quote_event(stored: StoredEvent, mask: Mask) -> QuotedEvent:
    event, paths = _mask_tree(stored.model_dump(mode="json"), mask)
    return QuotedEvent(event=event, masked=tuple(paths))


def _mask_tree(tree: Any, mask: Mask, path: str = "") -> tuple[Any, list[str]]:
    """Return the tree with its strings masked, and the dotted paths of those that changed."""
    match tree:
        case str():
            text = mask.apply(tree)
            return text, [path] if text != tree else []
        case dict():
            parts = {name: _mask_field(name, value, mask, path) for name, value in tree.items()}
            masked = {name: value for name, (value, _) in parts.items()}
            return masked, [changed for _, paths in parts.values() for changed in paths]
        case list():
            items = [_mask_tree(value, mask, f"{path}.{n}") for n, value in enumerate(tree)]
            return [value for value, _ in items], [changed for _, paths in items for changed in paths]
        case _:
            return tree, []


def _mask_field(name: str, value: Any, mask: Mask, path: str) -> tuple[Any, list[str]]:
    if name in _IMPERSONAL:
        return value, []
    return _mask_tree(value, mask, f"{path}.{name}".lstrip("."))
