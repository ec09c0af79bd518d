"""The duplicates of a complaint: they get its published answer, or hear that there will be none."""

from dataclasses import dataclass

from chalicelib.domain.complaint.duplicates import AdoptDuplicate, InheritAnswer, ReleaseDuplicate
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.domain.values.sealed_text import LONGEST_TEXT
from chalicelib.services.complaints.command_handler import CommandHandler, CommandRequest
from chalicelib.services.complaints.reference_checks import has_answer
from chalicelib.services.complaints.sealed_text import seal
from chalicelib.services.ports import Complaints, Files
from chalicelib.services.views.texts import get_answer_text


@dataclass(frozen=True)
class DuplicateService:
    """Keeps the duplicates of a complaint in step with it."""

    complaints: Complaints
    files: Files
    command_handler: CommandHandler

    def add_duplicate(self, child: str, parent: str) -> None:
        """Record the duplicate with its parent, and update it at once if the parent has an answer already."""
        self.command_handler.execute_for_system(
            parent, AdoptDuplicate(child=child), f"adopt.{parent}.{child}"
        )
        self.update_duplicate(child, parent)

    def update_duplicate(self, child: str, parent: str) -> None:
        """Copy the parent's published answer, or release the duplicate where the parent will have none.

        Nothing happens while the parent is being handled. A parent that became a duplicate at the same moment
        releases its own, so that no duplicate waits for another.
        """
        leader, follower = self.command_handler.get(parent), self.command_handler.get(child)
        if has_answer(leader):
            self._copy_answer(follower, leader)
        elif leader.finished or leader.state == "duplicate" or leader.protected:
            key = f"release.{child}.{follower.seq}"
            self.command_handler.execute_for_system(child, ReleaseDuplicate(parent=parent), key)

    def _copy_answer(self, child: Complaint, parent: Complaint) -> None:
        if child.parent != parent.ticket:
            return
        answer = parent.published_answers[-1]
        text = get_answer_text(child.reporter, parent, answer, self.complaints)
        for file in answer.files:
            self.files.copy(parent.ticket, file, child.ticket)
        sealed = seal("answer", text[:LONGEST_TEXT] or "-")
        command = InheritAnswer(
            parent=parent.ticket,
            agency=answer.agency,
            text=sealed.ref,
            files=answer.files,
            late=answer.late,
            by_letter=parent.by_letter,
        )
        # The key is the child's state: it may follow the same parent a second time.
        request = CommandRequest(actor=SYSTEM, key=f"inherit.{child.ticket}.{child.seq}")
        self.command_handler.execute(child.ticket, command, request, [sealed])
