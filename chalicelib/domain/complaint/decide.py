"""The rules' entrance: a command and a complaint in, facts or a refusal out.

Nothing here knows of queues, tables or clocks on the wall; ``now`` is an argument.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint import (
    completion,
    duplicates,
    handling,
    intake,
    outcome,
    timers,
    verification,
)
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.state import Complaint

__all__ = ["DecisionContext", "decide", "file"]


def file(command: c.File, context: DecisionContext) -> list[f.Event]:
    """The facts of a new complaint; ``Refusal`` where it may not be filed."""
    return timers.with_envelopes(None, intake.file(command, context), context)


def decide(complaint: Complaint, command: c.Command, context: DecisionContext) -> list[f.Event]:
    """The facts that follow, none where nothing is left to do; ``Refusal`` where it may not be."""
    rule: Callable[[Complaint, Any, DecisionContext], list[f.Event]] = _RULES[type(command)]
    facts = duplicates.with_duplicates(complaint, rule(complaint, command, context))
    return timers.with_envelopes(complaint, facts, context)


_RULES: dict[type[c.Command], Callable[[Complaint, Any, DecisionContext], list[f.Event]]] = {
    c.Record: intake.record,
    c.Verify: verification.verify,
    c.Reclassify: verification.reclassify,
    c.Redact: verification.redact,
    c.Forward: verification.forward,
    c.Ask: verification.ask,
    c.Complete: completion.complete,
    c.HandOver: verification.hand_over,
    c.EndHandover: verification.end_handover,
    c.Archive: verification.archive,
    c.Merge: verification.merge,
    c.Adopt: verification.adopt,
    c.Inherit: verification.inherit,
    c.Release: verification.release,
    c.LinkTo: verification.link_to,
    c.NoteSplit: verification.note_split,
    c.Reroute: verification.reroute,
    c.Advise: verification.advise,
    c.Accept: handling.accept,
    c.Return: handling.give_back,
    c.Dispose: handling.dispose,
    c.Proceed: handling.proceed,
    c.Support: handling.support,
    c.AskForTime: handling.ask_for_time,
    c.Answer: handling.answer,
    c.Succeed: handling.succeed,
    c.SendBack: outcome.send_back,
    c.Publish: outcome.publish,
    c.Deliver: outcome.deliver,
    c.Write: outcome.write,
    c.AskQuestion: outcome.ask_question,
    c.Confirm: outcome.confirm,
    c.Dispute: outcome.dispute,
    c.Reopen: outcome.reopen,
    c.Withdraw: outcome.withdraw,
    c.Consent: outcome.consent,
    c.SeeIdentity: verification.see_identity,
    c.ReachRung: timers.reach_rung,
    c.Rearm: timers.rearm,
    c.Recount: timers.recount,
}
