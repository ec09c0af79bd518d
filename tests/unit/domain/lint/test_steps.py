"""Names, owners and exits of steps, and roles."""

from pathlib import Path

import pytest

from chalicelib.domain.lint.reachability import LEADS_ONLY_TO, LEADS_TO
from chalicelib.domain.lint.steps import OWNERS
from chalicelib.domain.procedure.model import ACTS, StepKind
from tests.unit.domain.lint.planting import (
    CITY,
    Defects,
    assert_found,
)

SECOND_CONFIRM = """
[[steps]]
name = "again"
kind = "confirm"
owner = "reporter"
standard_time = { working_days = 10 }
legal_basis = "x"
ladder = "silence"
exits = { satisfied = "resolved", not_satisfied = "respond", silence = "resolved" }
"""

DEFECTS: Defects = {
    "step twice": (
        ('name = "review"', 'name = "respond"'),
        "step respond",
        "is there twice",
        "a name of its own",
    ),
    "step called as an end": (
        ('name = "review"', 'name = "resolved"'),
        "step resolved",
        "has a name with a meaning of its own",
        "another name",
    ),
    "step called as a clock": (
        ('name = "explain"', 'name = "silence"'),
        "step silence",
        "has a name with a meaning of its own",
        "another name",
    ),
    "owner unknown": (
        ('owner = "liaison"', 'owner = "camat"'),
        "step respond",
        '"camat"',
        "head, inspectorate, liaison, regional_admin, secretariat or unit",
    ),
    "owner of a system step": (
        ('kind = "deliver"\nowner = "system"', 'kind = "deliver"\nowner = "regional_admin"'),
        "step deliver",
        "cannot own a step of kind deliver",
        "owned by system",
    ),
    "system owns an officer's step": (
        ('kind = "review"\nowner = "regional_admin"', 'kind = "review"\nowner = "system"'),
        "step review",
        "cannot own a step of kind review",
        "coordinator or regional_admin",
    ),
    "stands for no answering step": (
        ('stands_for = ["respond"]', 'stands_for = ["review"]'),
        "step letter",
        'stands for "review"',
        "Let only answering steps stand for one another",
    ),
    "owner without title": (
        ("[roles.system]", "[roles.central_admin]"),
        "step record",
        '"system" has no title',
        "Add [roles.system]",
    ),
    "role unknown": (("[roles.system]", "[roles.camat]"), "role camat", "not a known role", "Use one of"),
    "role without title": (
        ('title = { id = "Masyarakat", en = "Citizen" }', ""),
        "role reporter",
        '"title" is missing',
        "Add it",
    ),
    "superior unknown": (
        ('superior = "head"', 'superior = "central_admin"'),
        "role liaison",
        '"central_admin" has no title',
        "Add [roles.central_admin]",
    ),
    "superior of oneself": (
        ('superior = "head"', 'superior = "liaison"'),
        "role liaison",
        "its own superior",
        "the role above",
    ),
    "a superior to be notified, but there is none": (
        ('superior = "head"', ""),
        "step respond",
        "rung most tells the superior, but nobody stands above liaison",
        "Give [roles.liaison] a superior",
    ),
    "two steps that ask the reporter": (
        ("[ladders.handling]", SECOND_CONFIRM + "[ladders.handling]"),
        "file",
        "has 2 steps of kind confirm",
        "exactly one",
    ),
    "a step that verifies after the one between agencies": (
        ('record = "verify"', 'record = "arbitrate"'),
        "step verify",
        "stands before the step that verifies every report",
        "Put step arbitrate before it",
    ),
    "act missing": (
        (', send_back = "respond"', ""),
        "step review",
        'its exits lack "send_back"',
        "Say where send_back leads",
    ),
    "act unknown": (
        ('exits.forward = "respond"', 'exits.forward = "respond"\nexits.burn = "respond"'),
        "step verify",
        '"burn" is not an act of kind verify',
        "Use archive, ask, consult, forward, forward_by_letter, hand_over and merge",
    ),
    "an agency's step that cannot go on": (
        ('exits = { answer = "review" }', 'exits = { ask = "items" }'),
        "step explain",
        "cannot go on",
        "accept, answer, dispose or proceed",
    ),
    "a completion without an end": (
        (', lapse = "lapsed"', ""),
        "step completion",
        "does not say what a reporter's silence means",
        'either lapse = "lapsed" or expire = "back"',
    ),
    "a completion with two ends": (
        (', lapse = "lapsed"', ', lapse = "lapsed", expire = "back"'),
        "step completion",
        "does not say what a reporter's silence means",
        "either lapse",
    ),
    "classes to consult about, but nobody to consult": (
        ('exits.forward = "respond"', 'consults = ["aspiration"]\nexits.forward = "respond"'),
        "step verify",
        'lacks "consult"',
        "Say where consult leads",
    ),
    "proof asked for where nobody answers": (
        ('owner = "liaison"', 'owner = "liaison"\nproof = true'),
        CITY,
        "step receive",
        "nobody answers in it",
        "the step that has answer",
    ),
    "nobody for a protected report": (
        (', protect = "inspect"', ""),
        "step record",
        "no way past that officer's unit",
        "Let protect lead to a step",
    ),
    "target unknown": (
        ('answer = "review"', 'answer = "reveiw"'),
        "step respond",
        'answer leads to "reveiw", which is no step',
        "Use deliver or review",
    ),
    "first step unknown": (
        ('opens = "record"', 'opens = "rec"'),
        "filing",
        'opens "rec", which is no step',
        "Use record",
    ),
    "a first step that records nothing": (
        ('opens = "record"', 'opens = "verify"'),
        "filing",
        'opens "verify", which cannot come next',
        "Use record",
    ),
    "silence that goes on": (
        ('silence = "resolved"', 'silence = "respond"'),
        "step confirm",
        'silence leads to "respond", which cannot come next',
        "Use resolved",
    ),
    "an answer that ends": (
        ('answer = "review"', 'answer = "resolved"'),
        "step respond",
        'answer leads to "resolved", which cannot come next',
        "Use deliver or review",
    ),
    "going back where nobody waits": (
        ('answer = "review"', 'answer = "back"'),
        "step respond",
        'answer leads to "back", which cannot come next',
        "Use deliver or review",
    ),
    "a completion that does not go back": (
        ('complete = "back", lapse', 'complete = "verify", lapse'),
        "step completion",
        'complete leads to "verify", which cannot come next',
        "Use back",
    ),
    "an admin's question that lapses into handling": (
        ('exits.ask = "completion"', 'exits.ask = "items"'),
        "step verify",
        'ask leads to "items", which cannot come next',
        "Use completion",
    ),
    "an agency's question that lapses the complaint": (
        ('return = "verify", ask = "items"', 'return = "verify", ask = "completion"'),
        "step respond",
        'ask leads to "completion", which cannot come next',
        "Use items",
    ),
    "a protected report for the agency": (
        ('protect = "inspect"', 'protect = "respond"'),
        "step record",
        'protect leads to "respond", which cannot come next',
        "Use inspect",
    ),
    "a letter that the agency types in": (
        ('exits.forward_by_letter = "letter"', 'exits.forward_by_letter = "respond"'),
        "step verify",
        'forward_by_letter leads to "respond", which cannot come next',
        "Use letter",
    ),
    "a reopening at the admin's": (
        ('opens = "respond"', 'opens = "review"'),
        "reopening",
        'opens "review", which cannot come next',
        "Use explain or respond",
    ),
    "an arbitration by the admin": (
        ('opens = "arbitrate"', 'opens = "verify"'),
        "arbitration",
        'opens "verify", which cannot come next',
        "Use arbitrate",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_steps_is_found_with_place_and_remedy(defect: str, tmp_path: Path) -> None:
    assert_found(DEFECTS[defect], tmp_path)


def test_the_linter_knows_the_owners_of_every_kind_of_step_and_the_targets_of_every_act() -> None:
    assert set(OWNERS) == set(StepKind)
    assert {*LEADS_TO, *LEADS_ONLY_TO, "ask"} == set().union(*ACTS.values())
