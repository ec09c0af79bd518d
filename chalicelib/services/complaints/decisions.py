"""Carry out a decision, for everybody who makes one.

The API, the pages and the officers' links all come this way: ``parse_decision`` reads what was given
(``decision_inputs``), ``create_request`` says who asks and on which state, ``DecisionService.decide`` carries
it out.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.complaint.available_actions import list_available_actions
from chalicelib.domain.complaint.duplicates import SplitComplaint
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal, Stale
from chalicelib.domain.values.files import FileRef
from chalicelib.services.complaints.command_handler import CommandHandler, CommandRequest
from chalicelib.services.complaints.decision_inputs import DecisionInput
from chalicelib.services.complaints.filing import FilingService, SplitDraft
from chalicelib.services.ports import Files
from chalicelib.services.views.access import check_may_read


def create_request(
    actor: Actor, ticket: str, decision: DecisionInput, *, tag: str | None = None, key: str | None = None
) -> CommandRequest:
    """Return the request of an actor who decides on the state of the complaint that ``tag`` names.

    Without a ``key`` the decision itself is the key: the same on the same state is a repetition, another
    one on that state is stale. ``Refusal`` where there is neither key nor tag: nothing would distinguish a
    repetition from saying the same once more.
    """
    if key is None and decision.declaration.repeatable:
        raise Refusal("idempotency_key_missing")
    if tag is None and key is None:
        raise Refusal("tag_missing" if decision.declaration.takes_turn else "idempotency_key_missing")
    body = f"{ticket}\n{decision.model_dump_json()}"
    own_key = f"{ticket}/{tag}/{hashlib.sha256(body.encode()).hexdigest()[:32]}"
    return CommandRequest(actor=actor, key=key or own_key, body=body, tag=tag)


@dataclass(frozen=True)
class DecisionService:
    """The use case of deciding."""

    command_handler: CommandHandler
    filing: FilingService
    files: Files

    def decide(self, ticket: str, decision: DecisionInput, request: CommandRequest) -> Complaint:
        """Carry out a decision; return the complaint after it.

        Raises ``Refusal`` (``tag_missing`` where a decision takes a turn without naming the state,
        ``unknown_ticket`` for another reporter's complaint) and ``Stale``; then nothing has changed and no
        file has been taken over.
        """
        if request.tag is None and decision.declaration.takes_turn:
            raise Refusal("tag_missing")
        complaint = self.command_handler.get(ticket)
        check_may_read(complaint, request.actor)
        request = replace(request, actor=self._choose_actor(complaint, decision, request.actor))
        if decision.command is SplitComplaint:
            return self._split(complaint, decision, request)
        files = self._take_over_files(complaint, decision, request)
        command, texts = decision.to_command(files)
        return self.command_handler.execute(ticket, command, request, texts)

    def _choose_actor(self, complaint: Complaint, decision: DecisionInput, actor: Actor) -> Actor:
        """Return the role in which the actor decides: their own wherever they may."""
        if decision.decision in list_actions_now(complaint, actor, self.command_handler.now()):
            return actor
        # A deputy who may not decide this either gets the refusal in their own role.
        deputy = self.command_handler.list_acting_roles(complaint, actor)[-1]
        offered = list_actions_now(complaint, deputy, self.command_handler.now())
        return deputy if decision.decision in offered else actor

    def _take_over_files(
        self, complaint: Complaint, decision: DecisionInput, request: CommandRequest
    ) -> tuple[FileRef, ...]:
        """Move the decision's files into the complaint's folder, once all of them are checked."""
        if not decision.files or self.command_handler.has_executed(complaint.ticket, request):
            return ()
        uploads = decision.files if self._may_decide(complaint, decision, request) else ()
        for key in uploads:
            self.files.check_upload(key)
        return tuple(self.files.move_upload(complaint.ticket, key) for key in uploads)

    def _split(self, complaint: Complaint, decision: DecisionInput, request: CommandRequest) -> Complaint:
        """File the second matter; the note on the first complaint follows from that."""
        if not self.filing.has_filed(request):
            if request.tag != complaint.tag:
                raise Stale(complaint.tag)
            if not self._may_decide(complaint, decision, request):
                raise Refusal("not_your_step")
        draft = SplitDraft(**decision.model_dump(exclude={"decision"}))
        self.filing.split(complaint, draft, request)
        return self.command_handler.get(complaint.ticket)

    def _may_decide(self, complaint: Complaint, decision: DecisionInput, request: CommandRequest) -> bool:
        """Return whether the decision would be accepted now.

        If not, ``CommandHandler`` says why, or finds that it was made before. As a tag never comes back, a
        decision refused here cannot slip through there without its files.
        """
        if request.tag not in (None, complaint.tag):
            return False
        now = self.command_handler.now()
        return decision.decision in list_actions_now(complaint, request.actor, now)


def list_actions_now(complaint: Complaint, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Return every decision this actor could make now, most expected first."""
    procedure = load_procedure(complaint.procedure, complaint.procedure_version)
    return list_available_actions(complaint, actor, procedure, now)
