"""How a decision is carried out, whoever makes it.

The API, the pages and the officers' links all come this way: ``parse`` what was given, ``request_for`` it,
``decide_on`` the complaint. What can be decided stands in ``decision_kinds``.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.complaint.available_actions import available_actions
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal, Stale
from chalicelib.domain.values.files import FileRef
from chalicelib.services.complaints.command_handler import CommandHandler, CommandRequest
from chalicelib.services.complaints.decision_requests import KINDS, Decision, Given, Split
from chalicelib.services.complaints.filing import FilingService, SplitDraft
from chalicelib.services.ports import Files
from chalicelib.services.views.access import check_may_read


def parse_decision(given: Mapping[str, Any]) -> Decision:
    """The decision in a JSON body or a form's fields, where ``decision`` names it.

    ``Refusal("unknown_decision")`` for another name; pydantic's ``ValidationError`` for what is wrong in it.
    """
    name = given.get("decision")
    model = KINDS.get(name) if isinstance(name, str) else None
    if model is None:
        raise Refusal("unknown_decision", {"known": ", ".join(KINDS)})
    return model.model_validate(given)


def create_request(
    actor: Actor, ticket: str, decision: Decision, *, tag: str | None = None, key: str | None = None
) -> CommandRequest:
    """Who asks for what, upon which state of the complaint.

    Without a ``key`` the decision itself is the key: the same upon the same state is a repetition, another
    one upon that state is stale. ``Refusal`` where there is neither key nor tag: nothing would tell a
    repetition from saying the same once more.
    """
    if tag is None and key is None:
        raise Refusal("tag_missing" if decision.needs_tag else "idempotency_key_missing")
    body = f"{ticket}\n{decision.model_dump_json()}"
    own_key = f"{ticket}/{tag}/{hashlib.sha256(body.encode()).hexdigest()[:32]}"
    return CommandRequest(actor=actor, key=key or own_key, body=body, tag=tag)


@dataclass(frozen=True)
class DecisionService:
    """Carries decisions out."""

    command_handler: CommandHandler
    filing: FilingService
    files: Files

    def decide(self, ticket: str, decision: Decision, request: CommandRequest) -> Complaint:
        """Carry out a decision; the complaint as it is afterwards.

        Raises ``Refusal`` (``tag_missing`` where a turn is taken without saying upon which state,
        ``unknown_ticket`` for another reporter's complaint) and ``Stale``; then nothing has changed and no
        file has been taken over.
        """
        if request.tag is None and decision.needs_tag:
            raise Refusal("tag_missing")
        complaint = self.command_handler.get(ticket)
        check_may_read(complaint, request.actor)
        request = replace(request, actor=self._capacity(complaint, decision, request.actor))
        if isinstance(decision, Split):
            return self._split(complaint, decision, request)
        given = Given(self._taken(complaint, decision, request))
        return self.command_handler.execute(ticket, decision.command(given), request, given.words)

    def _capacity(self, complaint: Complaint, decision: Decision, actor: Actor) -> Actor:
        """As whom they decide this: as themselves wherever they may."""
        if decision.decision in list_actions_now(complaint, actor, self.command_handler.now()):
            return actor
        # By what they stand in for alone: who may not do it there either, hears so as themselves.
        other = self.command_handler.list_acting_roles(complaint, actor)[-1]
        return (
            other
            if decision.decision in list_actions_now(complaint, other, self.command_handler.now())
            else actor
        )

    def _taken(
        self, complaint: Complaint, decision: Decision, request: CommandRequest
    ) -> tuple[FileRef, ...]:
        """The decision's files, moved into the complaint's folder once all of them are known to be good."""
        if not decision.files or self.command_handler.has_executed(complaint.ticket, request):
            return ()
        uploads = decision.files if self._may(complaint, decision, request) else ()
        for key in uploads:
            self.files.check_upload(key)
        return tuple(self.files.move_upload(complaint.ticket, key) for key in uploads)

    def _split(self, complaint: Complaint, decision: Split, request: CommandRequest) -> Complaint:
        """File the second matter; what is noted on the first one follows from that."""
        if not self.filing.has_filed(request):
            if request.tag != complaint.tag:
                raise Stale(complaint.tag)
            if not self._may(complaint, decision, request):
                raise Refusal("not_your_step")
        draft = SplitDraft(decision.category, decision.title, decision.narrative)
        self.filing.split(complaint, draft, request)
        return self.command_handler.get(complaint.ticket)

    def _may(self, complaint: Complaint, decision: Decision, request: CommandRequest) -> bool:
        """Whether it would be taken now. If not, ``Handling`` says why, or finds it was given before; and as
        a tag never comes back, a decision refused here cannot slip through there without its files.
        """
        upon_this = request.tag in (None, complaint.tag)
        return upon_this and decision.decision in list_actions_now(
            complaint, request.actor, self.command_handler.now()
        )


def list_actions_now(complaint: Complaint, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Every decision this actor could make now, most expected first."""
    procedure = load_procedure(complaint.procedure, complaint.procedure_version)
    return available_actions(complaint, actor, procedure, now)
