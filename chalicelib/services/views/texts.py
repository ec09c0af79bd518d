"""The sealed texts of a complaint, read from their own place, for a view of it."""

from collections.abc import Iterator, Mapping

from chalicelib.domain.complaint.state import AgencyAnswer, Complaint
from chalicelib.domain.values.masking import Mask
from chalicelib.domain.values.place import Place
from chalicelib.domain.values.sealed_text import TextRef
from chalicelib.services.ports import Complaints

Texts = Mapping[str, str]
"""Texts by their ids. An erased text is absent."""


def load_texts(complaints: Complaints, complaint: Complaint, answers: tuple[AgencyAnswer, ...]) -> Texts:
    """Return the complaint's texts, with those of the given answers."""
    refs = [*_list_refs(complaint), *_list_answer_refs(answers)]
    sealed = complaints.get_texts(complaint.ticket, [ref.id for ref in refs if ref])
    return {name: text.text for name, text in sealed.items()}


def find_text(texts: Texts, ref: TextRef | None) -> str:
    """Return the text; empty where it is erased, or there is no reference."""
    return texts.get(ref.id, "") if ref else ""


def find_place(texts: Texts, ref: TextRef | None) -> Place | None:
    """Return the place, which is stored as JSON."""
    text = find_text(texts, ref)
    return Place.model_validate_json(text) if text else None


def get_answer_text(reporter: str, complaint: Complaint, answer: AgencyAnswer, complaints: Complaints) -> str:
    """Return the text of an answer; empty where it is erased.

    For another reporter, everything in it that identifies the complaint's own reporter is masked.
    """
    sealed = complaints.get_texts(complaint.ticket, [answer.text.id]).get(answer.text.id)
    if sealed is None or reporter == complaint.reporter:
        return sealed.text if sealed else ""
    return Mask(complaints.get_identity(complaint.ticket), complaint.reporter).apply(sealed.text)


def _list_refs(complaint: Complaint) -> Iterator[TextRef | None]:
    yield from (complaint.title, complaint.narrative, complaint.redacted, complaint.place)
    yield from (complaint.forward_note, complaint.withdrawal)
    yield from (reply.text for reply in complaint.replies)
    yield from (note.text for note in complaint.notes)
    if complaint.waiting:
        yield complaint.waiting.note
    if complaint.handover:
        yield from (complaint.handover.reason, complaint.handover.text)
    if complaint.archive:
        yield complaint.archive.text


def _list_answer_refs(answers: tuple[AgencyAnswer, ...]) -> Iterator[TextRef | None]:
    for answer in answers:
        yield from (answer.text, answer.sent_back, answer.proof_note)
        if answer.plan:
            yield answer.plan.owner
