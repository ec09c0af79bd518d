"""The ladders of steps, overall deadlines and plans."""

from pathlib import Path

import pytest

from tests.unit.domain.lint.planting import (
    AGENCY,
    CITY,
    NATIONAL,
    NO_TELLING,
    Defects,
    assert_found,
)

PROTECTED = 'ladder = "owner-only"\nexits = { answer = "deliver"'

DEFECTS: Defects = {
    "an officer's step without ladder": (
        ('baris 5"\nladder = "handling"', 'baris 5"'),
        "step respond",
        "nothing happens when its time runs out",
        "Give it a ladder: completion, handling",
    ),
    "the reporter's step without ladder": (
        ('ladder = "silence"\n', ""),
        "step confirm",
        "nothing happens when its time runs out",
        "Give it a ladder",
    ),
    "ladder unknown": (
        ('ladder = "silence"', 'ladder = "quiet"'),
        "step confirm",
        '"quiet" does not exist',
        "Use completion, handling",
    ),
    "ladder unused": (
        (
            "[ladders.silence]",
            '[ladders.spare]\nrungs = [{ name = "due", part = 1.0, act = "silence" }]\n[ladders.silence]',
        ),
        "ladder spare",
        "no step, envelope or plan uses it",
        "remove it",
    ),
    "ladder of a system step": (
        ('kind = "deliver"\nowner = "system"', 'kind = "deliver"\nowner = "system"\nladder = "handling"'),
        "step deliver",
        "is the system's own, but has a ladder",
        "Remove it",
    ),
    "no rung at the deadline": (
        ('part = 1.0\nact = "silence"', 'further_working_days = 1\nact = "silence"'),
        "ladder silence",
        "has no rung at the deadline",
        "part = 1.0",
    ),
    "a silence that never ends": (
        ('part = 1.0\nact = "silence"', 'part = 1.0\ntell = ["owner"]\ntemplate = "silence-reminder"'),
        "step confirm",
        "keep it open for ever",
        "the act silence",
    ),
    "a reporter marked late": (
        ('act = "silence"', 'act = "silence"\nlate_level = 1'),
        "step confirm",
        "marks the reporter late",
        "Remove late_level",
    ),
    "a deadline that marks nobody late": (
        ("late_level = 1\n", ""),
        "step verify",
        "marks it late",
        "Give that rung a late_level",
    ),
    "a timer that does an officer's work": (
        ("part = 1.0\ntell", 'part = 1.0\nact = "silence"\ntell'),
        "step respond",
        "an officer's work by timer",
        "Remove act",
    ),
    "an act no timer can do": (
        ('act = "silence"', 'act = "resolve"'),
        "ladder silence, rung due",
        "'resolve'",
        "'silence'",
    ),
    "a completion that never lapses": (
        ('part = 1.0\nact = "lapse"', 'part = 1.0\ntell = ["owner"]\ntemplate = "completion-reminder"'),
        "step completion",
        "keep it open for ever",
        "the act lapse",
    ),
    "items that lapse the complaint": (
        ('act = "expire"', 'act = "lapse"'),
        "step items",
        'rung due of its ladder "items" does "lapse", which is no exit of it',
        "Let it do expire",
    ),
    "late by another body's delay": (
        (
            '[[ladders.handover.rungs]]\nname = "due"',
            '[[ladders.handover.rungs]]\nlate_level = 1\nname = "due"',
        ),
        "step follow-handover",
        "does more than remind",
        "Remove late_level",
    ),
    "others notified of a protected report": (
        (PROTECTED, PROTECTED.replace("owner-only", "handling")),
        "step inspect",
        "tells others of a protected report",
        "only the owner",
    ),
    "a reminder within minutes": (
        ('ladder = "brief"', 'ladder = "handling"'),
        AGENCY,
        "step receive",
        "rung half reminds within 20 minutes",
        "begins at the deadline",
    ),
    "an hour of the last day within minutes": (
        ('name = "most"\npart = 0.8', 'name = "most"\nlast_day_at = 08:00:00'),
        AGENCY,
        "step inventory",
        "rung most names an hour of the last day",
        "Use part instead",
    ),
    "an hour of the last day after the deadline": (
        ('name = "level-2"\nfurther_working_days = 2', 'name = "level-2"\nlast_day_at = 08:00:00'),
        "ladder handling, rung level-2",
        "is not later than due before it",
        "in order of time",
    ),
    "late in the morning of the last day": (
        ("last_day_at = 08:00:00", "last_day_at = 08:00:00\nlate_level = 1"),
        "ladder plan, rung due-day",
        "late before the deadline",
        "Remove late_level",
    ),
    "an act before the deadline": (
        (NO_TELLING, NO_TELLING + 'act = "silence"\n'),
        "ladder silence, rung most",
        "acts before the deadline",
        "Move act",
    ),
    "late before the deadline": (
        ('part = 0.8\ntell = ["owner", "superior"]', 'part = 0.8\nlate_level = 1\ntell = ["owner"]'),
        "ladder handling, rung most",
        "late before the deadline",
        "Remove late_level",
    ),
    "rungs out of order": (
        ("part = 0.5", "part = 0.9"),
        "ladder handling, rung most",
        "is not later than half before it",
        "in order of time",
    ),
    "days before parts": (
        ('name = "half"\npart = 0.5', 'name = "half"\nfurther_working_days = 1'),
        "ladder handling, rung most",
        "is not later than half before it",
        "in order of time",
    ),
    "levels that do not rise": (
        ("late_level = 3", "late_level = 2"),
        "ladder handling, rung level-3",
        "does not rise after level-2",
        "Raise it",
    ),
    "rung twice": (
        ('name = "level-3"', 'name = "level-2"'),
        "ladder handling, rung level-2",
        "is there twice",
        "a name of its own",
    ),
    "a rung with two moments": (
        ("part = 0.5", "part = 0.5\nfurther_working_days = 1"),
        "ladder handling, rung half",
        "moment is not clear",
        "exactly one of part, last_day_at and further_working_days",
    ),
    "a rung with words for nobody": (
        ('tell = ["owner"]\ntemplate = "reminder"', 'template = "reminder"'),
        "ladder handling, rung half",
        "tells nobody",
        "Say in tell who gets it",
    ),
    "a rung that tells nothing": (
        ('tell = ["owner"]\ntemplate = "reminder"', 'tell = ["owner"]'),
        "ladder handling, rung half",
        "but not what",
        "Give it a template",
    ),
    "a rung that does nothing": (
        ('tell = ["owner"]\ntemplate = "reminder"', ""),
        "ladder handling, rung half",
        "does nothing",
        "Let it tell somebody",
    ),
    "a rung for an unknown role": (
        ('tell = ["owner"]\ntemplate = "reminder"', 'tell = ["camat"]\ntemplate = "reminder"'),
        "ladder handling, rung half",
        'tells "camat"',
        "Use coordinator",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_waits_is_found_with_place_and_remedy(defect: str, tmp_path: Path) -> None:
    assert_found(DEFECTS[defect], tmp_path)


OVERALL_DEFECTS: Defects = {
    "envelope called as a step": (
        ('name = "ombudsman"', 'name = "respond"'),
        "envelope respond",
        "has the name of a step",
        "another name",
    ),
    "envelope called as a clock": (
        ('name = "ombudsman"', 'name = "plan"'),
        "envelope plan",
        "has a name with a meaning of its own",
        "another name",
    ),
    "a missing value of an envelope": (
        ('legal_basis = "UU 37/2008 tentang Ombudsman Republik Indonesia"', ""),
        "envelope ombudsman",
        '"legal_basis" is missing',
        "Add it",
    ),
    "a missing value of the reopening": (
        ('legal_basis = "Keputusan profil: laporan yang selesai dapat dibuka kembali"', ""),
        "reopening",
        '"legal_basis" is missing',
        "Add it",
    ),
    "an envelope without time": (
        ("standard_time = { calendar_days = 60 }\n", ""),
        "envelope ombudsman",
        "its time is not clear",
        "either standard_time or by_class",
    ),
    "an envelope with two times": (
        ("by_class.complaint", "standard_time = { working_days = 9 }\nby_class.complaint"),
        NATIONAL,
        "envelope resolution",
        "its time is not clear",
        "either standard_time or by_class",
    ),
    "an envelope for a class that does not exist": (
        ("by_class.complaint", "by_class.grievance"),
        NATIONAL,
        "envelope resolution",
        "'grievance'",
        "'supervision'",
    ),
    "an envelope by class before there is one": (
        ('starts_on = ["complaint.verified"', 'starts_on = ["complaint.filed"'),
        NATIONAL,
        "envelope resolution",
        "starts on complaint.filed, when no class is known yet",
        "Start it on complaint.verified",
    ),
    "an envelope's ladder unknown": (
        ('ladder = "ombudsman"', 'ladder = "ombudman"'),
        "envelope ombudsman",
        '"ombudman" does not exist',
        "ombudsman, owner-only",
    ),
    "an envelope that starts on an unknown event": (
        ('"complaint.completed", "complaint.reopened"]', '"complaint.complete"]'),
        "envelope ombudsman",
        '"complaint.complete" is not a known event',
        "complaint.completed",
    ),
    "an envelope that starts on an unknown step": (
        ('starts_on = ["step.opened:receive"]', 'starts_on = ["step.opened:recieve"]'),
        CITY,
        "envelope follow-up-time",
        '"recieve" is unknown after "step.opened"',
        "receive",
    ),
    "an envelope that stops on what never happens": (
        ('stops_on = ["completion.asked"]', 'stops_on = ["consultation.given"]'),
        "envelope ombudsman",
        "consultation.given never happens",
        "completion.asked",
    ),
    "an envelope that starts and stops at once": (
        ('stops_on = ["completion.asked"]', 'stops_on = ["complaint.filed"]'),
        "envelope ombudsman",
        "starts and stops on complaint.filed",
        "one of the two",
    ),
    "an envelope that tells the owner of the step": (
        ('tell = ["liaison"]\ntemplate = "reminder"', 'tell = ["owner"]\ntemplate = "reminder"'),
        CITY,
        "envelope follow-up-time",
        "rung half tells the owner",
        "Name the role",
    ),
    "an envelope of mere words": (
        ('act = "refer"', 'tell = ["coordinator"]\ntemplate = "overdue"'),
        "envelope ombudsman",
        "its deadline has no effect but messages",
        'act = "refer"',
    ),
    "an envelope that ends a step": (
        ('act = "refer"', 'act = "silence"'),
        "envelope ombudsman",
        'rung due does "silence", which ends a step',
        "Remove it",
    ),
    "a plan's ladder unknown": (
        ('ladder = "plan"', 'ladder = "plann"'),
        "planning",
        '"plann" does not exist',
        "plan or silence",
    ),
    "a plan's rung for the owner of the step": (
        ('tell = ["liaison", "regional_admin"]', 'tell = ["owner"]'),
        "planning",
        "rung due-day tells the owner",
        "Name the role",
    ),
    "a plan that refers": (
        (
            'template = "plan-due"',
            'template = "plan-due"\n[[ladders.plan.rungs]]\nname = "due"\npart = 1.0\nact = "refer"',
        ),
        "planning",
        "rung due does more than remind",
        "Remove late_level and act",
    ),
}


@pytest.mark.parametrize("defect", OVERALL_DEFECTS)
def test_a_defect_of_overall_deadlines_is_found_with_place_and_remedy(defect: str, tmp_path: Path) -> None:
    assert_found(OVERALL_DEFECTS[defect], tmp_path)
