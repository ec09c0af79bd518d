"""What an act's name becomes when somebody does it: the command, with arguments they could give."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import NamedTuple

from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.state import OFFLINE, Complaint
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.sealed_text import TextRef
from chalicelib.services.complaints.reference_checks import MOST_DUPLICATES, has_answer
from infra.simulation.government import BY_LETTER, INSPECTORATE, Government
from infra.simulation.people import People, pick

CATEGORIES = ("roads", "waste", "water", "permits", "schools", "health", "land")
"""What complaints are about: each is the matter of the agency in the same place."""
_LOOKS_BACK = 60
"""So many of the latest complaints the admin thinks of when one looks like a duplicate."""


class Deed(NamedTuple):
    """What somebody is about to do an act upon; ``others`` are the region's, the latest first."""

    complaint: Complaint
    government: Government
    people: People
    rng: Random
    now: datetime
    regions: Sequence[str]
    others: Callable[[], Iterable[Complaint]]


def words(name: str) -> TextRef:
    """A reference to words that nobody wrote."""
    return TextRef(id=name, hmac="00" * 32)


_SAID = words("said")
_PHOTO = FileRef(sha256="00" * 32, media_type="image/jpeg", size=100_000)


def filing(government: Government, people: People, rng: Random, now: datetime, number: int) -> c.File:
    """A complaint of somebody's: on the web, or typed in by an officer from a letter some days old."""
    reporter = people.reporter
    typed_in = rng.random() < reporter.typed_in
    offline = typed_in and rng.random() < reporter.no_account
    protected = rng.random() < reporter.protected
    fears = protected or rng.random() < reporter.fears_officers
    return c.File(
        region=government.region.slug,
        language="id",
        category=rng.choice(CATEGORIES),
        reporter=f"{OFFLINE if offline else 'reporter-'}{number}",
        anonymous=fears or rng.random() < reporter.anonymous,
        confidential=protected,
        about_agency=rng.choice(government.agencies) if fears else None,
        title=_SAID,
        narrative=_SAID,
        place=_SAID,
        files=(_PHOTO,),
        channel="letter" if typed_in else "web",
        received_at=now - timedelta(days=rng.random() * 5) if typed_in else None,
    )


def out_of(complaint: Complaint, region: str, kind: str) -> c.File:
    """A complaint that comes out of another: split off from it, or moved to another region."""
    moved = kind == "rerouted"
    return c.File(
        region=region,
        language=complaint.language,
        category=complaint.category,
        reporter=complaint.reporter,
        anonymous=complaint.anonymous,
        confidential=complaint.confidential,
        about_agency=None if moved else complaint.about_agency,
        title=_SAID,
        narrative=_SAID,
        place=_SAID,
        files=complaint.files,
        channel=complaint.channel,
        received_at=complaint.received_at,
        origin=f.Origin(kind="rerouted" if moved else "split", ticket=complaint.ticket),
    )


def command_for(act: str, deed: Deed) -> c.Command | None:
    """The decision of that name; ``None`` where there is nothing to decide it about."""
    return _COMMANDS[act](deed)


def _verify(deed: Deed) -> c.Verify:
    afraid = deed.complaint.anonymous and deed.complaint.about_agency is not None
    complaint_class = pick(deed.rng, deed.people.classes)
    return c.Verify.model_validate(
        {"complaint_class": complaint_class, "confidential": True if afraid else None}
    )


def _forward(deed: Deed) -> c.Forward:
    verify = _verify(deed)
    grade = deed.complaint.complaint_class or verify.complaint_class
    agencies = deed.government.agencies
    right = agencies[CATEGORIES.index(deed.complaint.category)]
    officers = deed.people.officer
    agency = deed.rng.choice(agencies) if deed.rng.random() < officers.wrong_agency else right
    if grade == "supervision" and deed.government.procedure.supervision_to_inspectorate:
        agency = INSPECTORATE
    supported = deed.rng.random() < officers.supporters
    supporters = (deed.rng.choice(agencies),) if supported else ()
    return c.Forward(
        agency=agency,
        verify=verify,
        supporters=tuple(one for one in supporters if one != agency),
        by_letter=agency == BY_LETTER,
    )


def _merge(deed: Deed) -> c.Merge | None:
    return c.Merge(parent=found.ticket) if (found := _other(deed, _may_be_parent)) else None


def _may_be_parent(other: Complaint) -> bool:
    """As the services check it: it is still to be answered, or was."""
    return (
        other.state != "duplicate"
        and not other.protected
        and (not other.finished or has_answer(other))
        and len(other.children) < MOST_DUPLICATES
    )


def _archive(deed: Deed) -> c.Archive:
    earlier = _other(deed, has_answer) if deed.rng.random() < 0.5 else None
    if earlier:
        return c.Archive(reason="already_handled", text=_SAID, earlier=earlier.ticket)
    return c.Archive(reason="private", text=_SAID)


def _link(deed: Deed) -> c.LinkTo | None:
    found = _other(deed, lambda other: other.ticket not in deed.complaint.linked)
    return c.LinkTo(ticket=found.ticket) if found else None


def _other(deed: Deed, fits: Callable[[Complaint], bool]) -> Complaint | None:
    latest = islice(deed.others(), _LOOKS_BACK)
    found = [other for other in latest if other.ticket != deed.complaint.ticket and fits(other)]
    return deed.rng.choice(found) if found else None


def _reroute(deed: Deed) -> c.Reroute | None:
    elsewhere = [region for region in deed.regions if region != deed.complaint.region]
    return c.Reroute(region=deed.rng.choice(elsewhere), reason=_SAID) if elsewhere else None


def _reclassify(deed: Deed) -> c.Reclassify:
    complaint_class = pick(deed.rng, deed.people.classes)
    return c.Reclassify.model_validate({"complaint_class": complaint_class})


def _answer(deed: Deed) -> c.Answer:
    officers = deed.people.officer
    if deed.rng.random() >= officers.plans:
        return c.Answer(text=_SAID, files=(_PHOTO,))
    today = deed.government.calendar.local(deed.now).date()
    day = today + timedelta(days=deed.rng.randint(*officers.plan_days))
    return c.Answer(text=_SAID, plan=f.Plan(date=day, owner=_SAID))


def _dispose(deed: Deed) -> c.Dispose:
    units = deed.government.units_of(deed.complaint.agency)
    return c.Dispose(unit=deed.rng.choice(units) if units else None, instruction=_SAID)


def _ask_for_time(deed: Deed) -> c.AskForTime:
    today = deed.government.calendar.local(deed.now).date()
    return c.AskForTime(until=today + timedelta(days=deed.rng.randint(1, 14)), reason=_SAID)


_COMMANDS: dict[str, Callable[[Deed], c.Command | None]] = {
    "verify": _verify,
    "forward": _forward,
    "ask": lambda _: c.Ask(missing=("photo", "place"), note=_SAID),
    "hand_over": lambda _: c.HandOver(body="another body", address="its address", reason=_SAID),
    "archive": _archive,
    "merge": _merge,
    "redact": lambda _: c.Redact(narrative=_SAID),
    "complete": lambda _: c.Complete(text=_SAID, place=_SAID, files=(_PHOTO,)),
    "advise": lambda _: c.Advise(text=_SAID),
    "accept": lambda _: c.Accept(),
    "proceed": lambda _: c.Proceed(note=_SAID),
    "dispose": _dispose,
    "answer": _answer,
    "return": lambda _: c.Return(reason=_SAID),
    "ask_for_time": _ask_for_time,
    "publish": lambda _: c.Publish(),
    "send_back": lambda _: c.SendBack(reason=_SAID),
    "satisfied": lambda _: c.Confirm(),
    "not_satisfied": lambda _: c.Dispute(reason=_SAID),
    "question": lambda _: c.AskQuestion(text=_SAID),
    "end_handover": lambda _: c.EndHandover(outcome="answered", text=_SAID),
    "reply": lambda _: c.Write(text=_SAID),
    "withdraw": lambda _: c.Withdraw(),
    "reopen": lambda _: c.Reopen(reason=_SAID),
    "consent": lambda deed: c.Consent(with_identity=deed.rng.random() < 0.5),
    "link": _link,
    "reclassify": _reclassify,
    "see_identity": lambda _: c.SeeIdentity(reason=_SAID),
    "reroute": _reroute,
    "support": lambda _: c.Support(text=_SAID),
}


def inherited(parent: Complaint) -> c.Inherit:
    """The parent's published answer for its duplicate, as the services hand it on."""
    answer = parent.published_answers[-1]
    return c.Inherit(
        parent=parent.ticket,
        agency=answer.agency,
        text=_SAID,
        files=answer.files,
        late=answer.late,
        by_letter=parent.by_letter,
    )


def speaks_for(complaint: Complaint) -> Role:
    """Who says what a reporter says: they themselves, or the desk for one without an account."""
    if complaint.has_account:
        return Role.REPORTER
    return Role.INSPECTORATE if complaint.protected else Role.REGIONAL_ADMIN
