"""The desk of the region's admin, before an agency has it: verifying, completing, sending on or away."""

from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.steps import (
    desk_of_region,
    inspection,
    leave,
    not_over,
    only_system,
    open_step,
    own_exit,
    own_step,
    reopening_window,
    still_open,
)
from chalicelib.domain.procedure.model import Role, StepKind
from chalicelib.domain.values.errors import Refusal

MOST_COMPLETIONS = 5
MOST_LINKS = 100
MOST_SUPPORTERS = 10


def verify(complaint: Complaint, command: c.Verify, context: DecisionContext) -> list[f.Event]:
    """The admin has checked it. A report that this makes a protected one is now the Inspektorat's."""
    own_step(complaint, context, StepKind.VERIFY)
    confidential = complaint.confidential if command.confidential is None else command.confidential
    verified = f.Verified(
        complaint_class=command.complaint_class,
        category=command.category or complaint.category,
        confidential=confidential,
    )
    onward = complaint.model_copy(update={"confidential": confidential})
    if not onward.protected:
        return [verified]
    return [verified, *open_step(inspection(context.procedure), onward, context)]


def reclassify(complaint: Complaint, command: c.Reclassify, context: DecisionContext) -> list[f.Event]:
    """Class or category are corrected without sending it back; the date of receipt stays."""
    desk_of_region(complaint, context.actor, Role.REGIONAL_ADMIN, Role.COORDINATOR)
    not_over(complaint)
    if complaint.complaint_class is None:
        raise Refusal("not_verified_yet")
    corrected = f.Reclassified(
        complaint_class=command.complaint_class or complaint.complaint_class,
        category=command.category or complaint.category,
    )
    same = (corrected.complaint_class, corrected.category) == (complaint.complaint_class, complaint.category)
    return [] if same else [corrected]


def redact(complaint: Complaint, command: c.Redact, context: DecisionContext) -> list[f.Event]:
    """Words of abuse are masked; what was written stays on record."""
    own_step(complaint, context, StepKind.VERIFY)
    return [f.Redacted(narrative=command.narrative)]


def forward(complaint: Complaint, command: c.Forward, context: DecisionContext) -> list[f.Event]:
    """To exactly one accountable agency; through the consultation first where that is due or asked for.

    Not where verifying it shows that only the Inspektorat may know of it.
    """
    step = own_step(complaint, context, StepKind.VERIFY)
    supporters = tuple(dict.fromkeys(one for one in command.supporters if one != command.agency))
    if len(supporters) > MOST_SUPPORTERS:
        raise Refusal("too_many_supporters", {"most": str(MOST_SUPPORTERS)})
    verified = [] if complaint.state == "verified" else verify(complaint, command.verify, context)
    if any(isinstance(fact, f.StepOpened) for fact in verified):
        return verified
    planned = context.procedure.get_step(step.name)
    complaint_class = command.verify.complaint_class if verified else complaint.complaint_class
    consult = "consult" in planned.exits and (command.consult or complaint_class in planned.consults)
    if command.consult and not consult:
        raise Refusal("not_in_this_step")
    act = "forward_by_letter" if command.by_letter else "forward"
    if act not in planned.exits:
        raise Refusal("not_in_this_step")
    skipped = complaint.skipped
    if "consult" in planned.exits:
        skipped = (
            () if consult or planned.exits["consult"] in complaint.visits else (planned.exits["consult"],)
        )
    forwarded = f.Forwarded(
        agency=command.agency,
        note=command.note,
        supporters=supporters,
        skipped=skipped,
        by_letter=command.by_letter,
    )
    act = "consult" if consult else act
    onward = complaint.model_copy(update={"unit": None, "by_letter": command.by_letter})
    return [*verified, forwarded, *leave(onward, act, context, agency=command.agency)]


def ask(complaint: Complaint, command: c.Ask, context: DecisionContext) -> list[f.Event]:
    """The reporter is asked for named items; the clock of whoever asks pauses until they come."""
    kinds = (StepKind.VERIFY, StepKind.CONSULT, StepKind.RESPOND, StepKind.REVIEW)
    step = own_exit(complaint, context, "ask", *kinds)
    if not command.missing and command.note is None:
        raise Refusal("nothing_asked")
    may_ask(complaint)
    kind = f.CompletionAsked if step.kind is StepKind.VERIFY else f.ItemsAsked
    return [kind(missing=command.missing, note=command.note), *leave(complaint, "ask", context)]


def may_ask(complaint: Complaint) -> None:
    """``Refusal`` where the reporter was asked often enough, or has withdrawn what goes on without them."""
    if complaint.withdrawn_at:
        raise Refusal("reporter_withdrew")
    if complaint.step and complaint.step.kind is StepKind.VERIFY:
        if complaint.completions_asked >= MOST_COMPLETIONS:
            raise Refusal("asked_too_often", {"most": str(MOST_COMPLETIONS)})
    elif complaint.items_asked:
        raise Refusal("items_asked_before")


def hand_over(complaint: Complaint, command: c.HandOver, context: DecisionContext) -> list[f.Event]:
    """Outside our authority: the reporter is told where to go, and the admin follows it."""
    own_exit(complaint, context, "hand_over", StepKind.VERIFY)
    handed = f.HandedOver(body=command.body, address=command.address, reason=command.reason)
    return [handed, *leave(complaint, "hand_over", context)]


def end_handover(complaint: Complaint, command: c.EndHandover, context: DecisionContext) -> list[f.Event]:
    """The other body's answer is recorded, or the matter closed with a reason; never "selesai"."""
    own_step(complaint, context, StepKind.FOLLOW)
    ended = f.HandoverEnded(outcome=command.outcome, text=command.text, files=command.files)
    return [ended, *leave(complaint, "end", context)]


def archive(complaint: Complaint, command: c.Archive, context: DecisionContext) -> list[f.Event]:
    """It is filed away with a reason. One that was handled before names the answer, and may be disputed."""
    own_exit(complaint, context, "archive", StepKind.VERIFY)
    handled = command.reason == "already_handled"
    if handled and not command.earlier:
        raise Refusal("earlier_missing")
    archived = f.Archived(
        reason=command.reason,
        text=command.text,
        earlier=command.earlier if handled else None,
        reopening=reopening_window(context) if handled else None,
    )
    return [archived, *leave(complaint, "archive", context)]


def merge(complaint: Complaint, command: c.Merge, context: DecisionContext) -> list[f.Event]:
    """A duplicate gets its parent's answer, and keeps its own say about it."""
    own_exit(complaint, context, "merge", StepKind.VERIFY)
    may_merge(complaint)
    if command.parent == complaint.ticket:
        raise Refusal("own_duplicate")
    return [f.Merged(parent=command.parent), *leave(complaint, "merge", context)]


def may_merge(complaint: Complaint) -> None:
    """``Refusal`` where others are its duplicates: they would wait for one that waits."""
    if complaint.children:
        raise Refusal("has_duplicates")


def link_to(complaint: Complaint, command: c.LinkTo, context: DecisionContext) -> list[f.Event]:
    """Another complaint about the matter is noted; each goes its own way."""
    desk_of_region(complaint, context.actor, Role.REGIONAL_ADMIN, Role.COORDINATOR)
    if command.ticket == complaint.ticket:
        raise Refusal("own_duplicate")
    return _linked(complaint, f.Linked(ticket=command.ticket))


def note_split(complaint: Complaint, command: c.NoteSplit, context: DecisionContext) -> list[f.Event]:
    """The second matter has its own number now."""
    only_system(context.actor)
    return _linked(complaint, f.SplitOff(ticket=command.ticket))


def _linked(complaint: Complaint, fact: f.Linked | f.SplitOff) -> list[f.Event]:
    if fact.ticket in complaint.linked:
        return []
    room_for_link(complaint)
    return [fact]


def room_for_link(complaint: Complaint) -> None:
    """``Refusal`` where it is linked with as many as it can hold."""
    if len(complaint.linked) >= MOST_LINKS:
        raise Refusal("too_many_links", {"most": str(MOST_LINKS)})


def reroute(complaint: Complaint, command: c.Reroute, context: DecisionContext) -> list[f.Event]:
    """The central admin moves what was filed in the wrong region, as long as nobody has verified it."""
    if context.actor.role != Role.CENTRAL_ADMIN or complaint.protected:
        raise Refusal("not_your_role")
    if complaint.state != "received" or not still_open(complaint, StepKind.VERIFY):
        raise Refusal("step_is_done")
    if command.region == complaint.region:
        raise Refusal("same_region")
    return [f.Rerouted(region=command.region, reason=command.reason)]


def advise(complaint: Complaint, command: c.Advise, context: DecisionContext) -> list[f.Event]:
    """The consultation is over: the agency's turn."""
    own_step(complaint, context, StepKind.CONSULT)
    return [f.Consulted(text=command.text, files=command.files), *leave(complaint, "advise", context)]


def see_identity(complaint: Complaint, command: c.SeeIdentity, context: DecisionContext) -> list[f.Event]:
    """Who an anonymous reporter is may be seen by those who must know; every look is on record."""
    desk_of_region(complaint, context.actor, *may_see_identity(complaint))
    return [f.IdentitySeen(reason=command.reason)] if complaint.anonymous else []


def may_see_identity(complaint: Complaint) -> tuple[Role, ...]:
    """Who must be able to know who an anonymous reporter is."""
    return (Role.INSPECTORATE,) if complaint.protected else (Role.REGIONAL_ADMIN, Role.COORDINATOR)


def adopt(complaint: Complaint, command: c.Adopt, context: DecisionContext) -> list[f.Event]:
    """A duplicate follows this complaint."""
    only_system(context.actor)
    return [] if command.child in complaint.children else [f.Adopted(child=command.child)]


def inherit(complaint: Complaint, command: c.Inherit, context: DecisionContext) -> list[f.Event]:
    """The parent's answer is the duplicate's too; its own reporter is asked about it."""
    only_system(context.actor)
    if complaint.state != "duplicate" or complaint.parent != command.parent:
        return []
    inherited = f.Inherited(**{name: getattr(command, name) for name in c.Inherit.model_fields})
    confirm = context.procedure.get_first_step(StepKind.CONFIRM)
    return [inherited, *open_step(confirm.name, complaint, context, agency=command.agency)]


def release(complaint: Complaint, command: c.Release, context: DecisionContext) -> list[f.Event]:
    """The parent ended without an answer: the admin decides anew about its duplicate."""
    only_system(context.actor)
    if complaint.state != "duplicate" or complaint.parent != command.parent:
        return []
    verify_step = context.procedure.get_first_step(StepKind.VERIFY)
    return [f.Released(parent=command.parent), *open_step(verify_step.name, complaint, context)]
