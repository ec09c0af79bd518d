"""What officers decide and reporters say, made into the domain's commands.

The API, the pages and the officers' links all come this way: ``parse`` what was given, ``request_for`` it,
``decide_on`` the complaint.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain import commands as c
from chalicelib.domain.complaint import Complaint
from chalicelib.domain.decide import acts_of
from chalicelib.domain.errors import Refusal
from chalicelib.domain.events import Actor
from chalicelib.domain.facts import ComplaintClass, FileRef
from chalicelib.domain.model import Value
from chalicelib.domain.privacy import LONGEST_TEXT, Words
from chalicelib.services.filing import MOST_FILES
from chalicelib.services.handling import Handling, Request
from chalicelib.services.ports import Files
from chalicelib.services.reading import check_may_read
from chalicelib.services.words import seal

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
"""The name of a region, category or agency."""
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)]
UploadKey = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Uploads = Annotated[tuple[UploadKey, ...], Field(max_length=MOST_FILES)]
"""Keys of objects that were uploaded, as ``Files.upload_form`` gave them."""


class Verify(Value):
    """The admin has checked it: class, category (``null``: as filed), confidential (``null``: as filed)."""

    decision: Literal["verify"] = "verify"
    complaint_class: ComplaintClass = "complaint"
    category: Code | None = None
    confidential: bool | None = None


class Forward(Value):
    """The admin hands it to one agency; verifies it first where that has not been done."""

    decision: Literal["forward"] = "forward"
    agency: Code
    note: LongText | None = None
    complaint_class: ComplaintClass = "complaint"
    category: Code | None = None
    confidential: bool | None = None


class Accept(Value):
    """The agency takes it on."""

    decision: Literal["accept"] = "accept"


class Answer(Value):
    """The agency answers to the admin."""

    decision: Literal["answer"] = "answer"
    text: LongText
    uploads: Uploads = ()


class SendBack(Value):
    """The admin returns the answer to the agency, with what is to be mended."""

    decision: Literal["send_back"] = "send_back"
    reason: LongText


class Publish(Value):
    """The admin passes the answer on."""

    decision: Literal["publish"] = "publish"


class Reply(Value):
    """The reporter, or the admin, writes something that decides nothing."""

    decision: Literal["reply"] = "reply"
    text: LongText


class Satisfied(Value):
    """The reporter is satisfied: the complaint is resolved."""

    decision: Literal["satisfied"] = "satisfied"


class NotSatisfied(Value):
    """The reporter is not satisfied, and says why."""

    decision: Literal["not_satisfied"] = "not_satisfied"
    reason: LongText


OfficersDecision = Verify | Forward | Accept | Answer | SendBack | Publish
Decision = OfficersDecision | Reply | Satisfied | NotSatisfied

_OFFICERS: Mapping[str, type[OfficersDecision]] = {
    "verify": Verify,
    "forward": Forward,
    "accept": Accept,
    "answer": Answer,
    "send_back": SendBack,
    "publish": Publish,
}


def parse(given: Mapping[str, Any]) -> OfficersDecision:
    """The decision in a JSON body or a form's fields, where ``decision`` names it.

    ``Refusal("unknown_decision")`` for another name; pydantic's ``ValidationError`` for what is wrong in it.
    """
    name = given.get("decision")
    model = _OFFICERS.get(name) if isinstance(name, str) else None
    if model is None:
        raise Refusal("unknown_decision", {"known": ", ".join(_OFFICERS)})
    return model.model_validate(given)


def request_for(
    actor: Actor, ticket: str, decision: Decision, *, tag: str | None = None, key: str | None = None
) -> Request:
    """Who asks for what, upon which state of the complaint.

    Without a ``key`` the decision itself is the key: the same upon the same state is a repetition, another
    one upon that state is stale.
    """
    body = f"{ticket}\n{decision.model_dump_json()}"
    own_key = f"{ticket}/{tag}/{hashlib.sha256(body.encode()).hexdigest()[:32]}"
    return Request(actor=actor, key=key or own_key, body=body, tag=tag)


def decide_on(
    handling: Handling, files: Files, ticket: str, decision: Decision, request: Request
) -> Complaint:
    """Carry out a decision; the complaint as it is afterwards.

    Raises ``Refusal`` (``tag_missing`` where an officer does not say upon which state, ``unknown_ticket`` for
    another reporter's complaint) and ``Stale``; then nothing has changed and no file has been taken over.
    """
    if request.tag is None and isinstance(decision, OfficersDecision):
        raise Refusal("tag_missing")
    complaint = handling.get(ticket)
    check_may_read(complaint, request.actor)
    uploads = decision.uploads if isinstance(decision, Answer) and _may(complaint, request) else ()
    for key in uploads:
        files.check(key)
    taken = tuple(files.take_over(ticket, key) for key in uploads)
    command, words = _command(decision, taken)
    return handling.handle(ticket, command, request, words)


def _may(complaint: Complaint, request: Request) -> bool:
    """Whether an answer would be taken now. If not, ``Handling`` says why, or finds it was given before;
    and as a tag never comes back, an answer refused here cannot slip through there without its files.
    """
    return request.tag == complaint.tag and "answer" in acts_of(complaint, request.actor)


def _command(decision: Decision, taken: tuple[FileRef, ...]) -> tuple[c.Command, Sequence[Words]]:
    match decision:
        case Verify():
            return _verify(decision), ()
        case Forward(agency=agency, note=note):
            words = [seal("note", note)] if note else []
            ref = words[0].ref if words else None
            return c.Forward(agency=agency, note=ref, verify=_verify(decision)), words
        case Accept():
            return c.Accept(), ()
        case Answer(text=text):
            answer = seal("answer", text)
            return c.Answer(text=answer.ref, files=taken), [answer]
        case SendBack(reason=reason):
            said = seal("reason", reason)
            return c.SendBack(reason=said.ref), [said]
        case Publish():
            return c.Publish(), ()
        case _:
            return _reporters(decision)


def _verify(decision: Verify | Forward) -> c.Verify:
    return c.Verify(
        complaint_class=decision.complaint_class,
        category=decision.category,
        confidential=decision.confidential,
    )


def _reporters(decision: Reply | Satisfied | NotSatisfied) -> tuple[c.Command, Sequence[Words]]:
    match decision:
        case Reply(text=text):
            reply = seal("reply", text)
            return c.Write(text=reply.ref), [reply]
        case Satisfied():
            return c.Confirm(), ()
        case NotSatisfied(reason=reason):
            said = seal("reason", reason)
            return c.Dispute(reason=said.ref), [said]
