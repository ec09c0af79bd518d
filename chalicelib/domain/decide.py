"""The rules' entrance: a command and a complaint in, facts or a refusal out.

Nothing here knows of queues, tables or clocks on the wall; ``now`` is an argument.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.domain import commands as c
from chalicelib.domain import facts as f
from chalicelib.domain.complaint import Complaint
from chalicelib.domain.frame import Frame
from chalicelib.domain.rules import agency, desk, family, intake, outcome, supplying, timers

__all__ = ["Frame", "decide", "file"]


def file(command: c.File, frame: Frame) -> list[f.Fact]:
    """The facts of a new complaint; ``Refusal`` where it may not be filed."""
    return timers.with_envelopes(None, intake.file(command, frame), frame)


def decide(complaint: Complaint, command: c.Command, frame: Frame) -> list[f.Fact]:
    """The facts that follow, none where nothing is left to do; ``Refusal`` where it may not be."""
    rule: Callable[[Complaint, Any, Frame], list[f.Fact]] = _RULES[type(command)]
    facts = family.with_duplicates(complaint, rule(complaint, command, frame))
    return timers.with_envelopes(complaint, facts, frame)


_RULES: dict[type[c.Command], Callable[[Complaint, Any, Frame], list[f.Fact]]] = {
    c.Record: intake.record,
    c.Verify: desk.verify,
    c.Reclassify: desk.reclassify,
    c.Redact: desk.redact,
    c.Forward: desk.forward,
    c.Ask: desk.ask,
    c.Complete: supplying.complete,
    c.HandOver: desk.hand_over,
    c.EndHandover: desk.end_handover,
    c.Archive: desk.archive,
    c.Merge: desk.merge,
    c.Adopt: desk.adopt,
    c.Inherit: desk.inherit,
    c.Release: desk.release,
    c.LinkTo: desk.link_to,
    c.NoteSplit: desk.note_split,
    c.Reroute: desk.reroute,
    c.Advise: desk.advise,
    c.Accept: agency.accept,
    c.Return: agency.give_back,
    c.Dispose: agency.dispose,
    c.Proceed: agency.proceed,
    c.Support: agency.support,
    c.AskForTime: agency.ask_for_time,
    c.Answer: agency.answer,
    c.Succeed: agency.succeed,
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
    c.SeeIdentity: desk.see_identity,
    c.ReachRung: timers.reach_rung,
    c.Rearm: timers.rearm,
    c.Recount: timers.recount,
}
