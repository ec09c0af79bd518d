"""Referring a complaint to the Ombudsman after sixty days without follow-up."""

from typing import ClassVar, Literal

from chalicelib.domain.complaint import fields
from chalicelib.domain.complaint.command import Command, Decision, OfferContext
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext, Occurrence
from chalicelib.domain.complaint.permissions import check_reporter, speaks_for_reporter
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal


class Referred(DomainEvent):
    """Sixty days without follow-up: for the Ombudsman, with the reporter's consent. Once a complaint."""

    type: Literal["complaint.referred"] = "complaint.referred"
    occurs: ClassVar = Occurrence(only_with="referral")

    def evolve(self, context: EvolveContext) -> Changes:
        return {"referred_at": context.at}


class Consented(DomainEvent):
    """The reporter lets the bundle go to the Ombudsman, with or without saying who they are."""

    type: Literal["referral.consented"] = "referral.consented"
    occurs: ClassVar = Occurrence(only_with="referral")
    with_identity: bool

    def evolve(self, context: EvolveContext) -> Changes:
        return {"consented_at": context.at, "consented_with_identity": self.with_identity}


def _may_consent(complaint: Complaint, actor: Actor, _: OfferContext) -> bool:
    referred = complaint.referred_at is not None and not complaint.consented_at
    return referred and speaks_for_reporter(complaint, actor)


class Consent(Command):
    """The reporter lets the bundle go to the Ombudsman, with or without saying who they are."""

    decision: ClassVar = Decision(
        name="consent",
        rank=83,
        outside_steps=_may_consent,
        takes_turn=False,
        by_reporter=True,
        refusals=("not_referred",),
    )
    with_identity: fields.WithIdentity

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the consent (UU 37/2008: a *Laporan* is the victim's)."""
        check_reporter(complaint, context.actor)
        if complaint.referred_at is None:
            raise Refusal("not_referred")
        if complaint.consented_at and complaint.consented_with_identity == self.with_identity:
            return []
        return [Consented(with_identity=self.with_identity)]
