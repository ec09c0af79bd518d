"""The linter: each kind of defect, planted alone into a good file, is found with its place and its remedy."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.__main__ import lint_files, list_templates, main
from chalicelib.domain.complaint.events import EVENT_TYPES
from chalicelib.domain.lint import Finding, lint
from chalicelib.domain.lint.events import list_events
from chalicelib.domain.lint.reachability import LEADS_ONLY_TO, LEADS_TO
from chalicelib.domain.lint.steps import OWNERS
from chalicelib.domain.lint.time_budgets import find_longest_path
from chalicelib.domain.procedure.loading import SOPS, list_procedure_files, list_procedure_ids, load_procedure
from chalicelib.domain.procedure.model import ACTS, StepKind
from chalicelib.domain.procedure.toml_text import format_procedure

GOOD = SOPS / "cirebon-2021.toml"
CITY, AGENCY, NATIONAL = "tarakan-2024", "disporbudpar", "sp4n-national"
NAMED_TEMPLATE = re.compile(r'^template = "(.+)"$', re.MULTILINE)
WHOLE = {name: format_procedure(load_procedure(name)) for name in list_procedure_ids()}
"""The text of each procedure with what its base gives it, to plant a defect anywhere."""
EVERY_TEMPLATE = frozenset(name for text in WHOLE.values() for name in NAMED_TEMPLATE.findall(text))
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
DISPUTED = '[[notices]]\nwhen = "complaint.disputed"\nto = "coordinator"\ntemplate = "disputed"\n'
PROTECTED = 'ladder = "owner-only"\nexits = { answer = "deliver"'
REOPENING = """[reopening]
standard_time = { working_days = 10 }
legal_basis = "Keputusan profil: laporan yang selesai dapat dibuka kembali"
opens = "respond"
decision = { id = "Sumber tidak mengenal pembukaan kembali; pelapor diberi 10 hari kerja", \
en = "The source knows no reopening; the reporter has 10 working days" }
"""
NO_TELLING = '[[ladders.silence.rungs]]\nname = "most"\npart = 0.8\ntell = ["owner"]\n'

WAY = "80.0 working days: record, inspect, items, deliver, confirm"
"""The longest one through the good file: the inspectorate's 60 days, and 10 for the reporter twice."""
HERE = "(the line it is planted in)"

# what is planted: (old, new) | the procedure, where it is another one | where
# | part of the problem | part of the remedy
SEEDED: dict[str, tuple] = {
    # the file itself
    "not TOML": (('version = "', "version = "), HERE, "is not TOML", "missing quotation mark"),
    "a name given twice": (
        ("[roles.head]", "[roles.reporter]"),
        HERE,
        "is not TOML",
        "a name given twice",
    ),
    "another id": (('id = "', 'id = "new-'), "file", 'has the id "new-', "Call the file new-"),
    "unknown key of the file": (("[filing]", "[colour]\n[filing]"), "file", '"colour"', "Remove it"),
    "unknown key of a step": (
        ('kind = "verify"', 'kind = "verify"\nownr = "x"'),
        "step verify",
        '"ownr" is not a known key',
        "correct its spelling",
    ),
    "unknown key of a row": (
        ('standard_time = { id = "1 menit"', 'standrd_time = { id = "1 menit"'),
        "row 2",
        '"standrd_time" is not a known key',
        "correct its spelling",
    ),
    "wrong type": (("number = 3", 'number = "three"'), "row three", "'three'", "valid integer"),
    "wrong type in a rung": (
        ("further_working_days = 2", 'further_working_days = "soon"'),
        "ladder handling, rung level-2",
        "'soon'",
        "valid integer",
    ),
    "a missing value": (
        ('legal_basis = "Keputusan profil: waktu memeriksa jawaban sebelum baris 6"', ""),
        "step review",
        '"legal_basis" is missing',
        "Add it",
    ),
    "no number": (("number = 3\n", ""), "row (number 1 in the file of step verify)", "is missing", "Add it"),
    "no English": (
        (', en = "Complaints coordinator"', ""),
        "role coordinator",
        '"title.en" is missing',
        "in Indonesian (id) and in English (en)",
    ),
    "empty words": (('en = "Citizen"', 'en = ""'), "role reporter", '"title.en" is empty', "Fill it in"),
    "no unit of time": (
        ("standard_time = { working_days = 10 }", "standard_time = {}"),
        "step confirm",
        "exactly one of minutes, working_days, calendar_days",
        "Correct the value",
    ),
    "unknown kind": (('kind = "review"', 'kind = "check"'), "step review", "'check'", "'verify'"),
    "a notice without template": (
        ('when = "complaint.filed"\nto = "reporter"\ntemplate = "received"', 'when = "x"\nto = "reporter"'),
        "notice 1",
        '"template" is missing',
        "Add it",
    ),
    # steps, owners and acts
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
    "superior to be told but there is none": (
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
    # the way
    "unreachable step": (
        (', question = "explain"', ""),
        "step explain",
        "is never reached",
        "Let an exit of an earlier step lead to it",
    ),
    "a path that does not end": (
        ('answer = "review", return', 'proceed = "respond", return'),
        "step respond",
        "no path from it ends",
        "or resolved",
    ),
    "an agency's step before the forwarding": (
        ('record = "verify"', 'record = "respond"'),
        "step record",
        'record leads to "respond", which cannot come next',
        "Use arbitrate or verify",
    ),
    "a citizen asked before there is an answer": (
        ('publish = "deliver"', 'publish = "confirm"'),
        "step review",
        'publish leads to "confirm", which cannot come next',
        "Use deliver",
    ),
    # waits
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
    "others told of a protected report": (
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
    # what people are told
    "a rung's template unknown": (
        ('template = "silence-reminder"', 'template = "hush"'),
        "ladder silence, rung most",
        '"hush" does not exist',
        "Use agency-succeeded",
    ),
    "a notice's template unknown": (
        ('template = "to-review"', 'template = "to-reveiw"'),
        "notice step.opened:review",
        '"to-reveiw" does not exist',
        "Use agency-succeeded",
    ),
    "a notice for an unknown role": (
        ('to = "liaison"\ntemplate = "resolved"', 'to = "camat"\ntemplate = "resolved"'),
        "notice complaint.confirmed",
        'tells "camat"',
        "Use coordinator",
    ),
    "supporters told of what names none": (
        ('to = "reporter"\ntemplate = "received"', 'to = "supporters"\ntemplate = "received"'),
        "notice complaint.filed",
        'tells "supporters", which this event does not name',
        "Use it with complaint.forwarded",
    ),
    "an agency told by an event that names none": (
        ('to = "reporter"\ntemplate = "received"', 'to = "agency"\ntemplate = "received"'),
        "notice complaint.filed",
        'tells "agency", which this event does not name',
        "complaint.returned",
    ),
    "a rung for the supporters": (
        ('tell = ["owner"]\ntemplate = "reminder"', 'tell = ["supporters"]\ntemplate = "reminder"'),
        "ladder handling, rung half",
        'tells "supporters"',
        "Use coordinator",
    ),
    "an officer who never hears of their turn": (
        ('to = "owner"\ntemplate = "to-review"', 'to = "coordinator"\ntemplate = "to-review"'),
        "step review",
        "nobody tells its owner",
        "Add a notice to the owner when step.opened:review",
    ),
    "a reporter who never hears what is missing": (
        ('to = "reporter"\ntemplate = "items-asked"', 'to = "coordinator"\ntemplate = "items-asked"'),
        "step items",
        "nobody tells its owner",
        "Add a notice to the reporter when items.asked",
    ),
    "a reporter who never hears the answer": (
        (
            'when = "answer.delivered"\nto = "reporter"',
            'when = "answer.delivered"\nto = "coordinator"',
        ),
        "step confirm",
        "nobody tells its owner",
        "Add a notice to the reporter when answer.delivered",
    ),
    "a notice of what another procedure has": (
        ('when = "complaint.disputed"', 'when = "consultation.given"'),
        "notice consultation.given",
        "never happens in this procedure",
        "complaint.disputed",
    ),
    "a notice of a reopening that there is not": (
        (REOPENING, ""),
        "notice complaint.reopened",
        "never happens in this procedure",
        "Use agency.succeeded",
    ),
    "a notice of a referral that there is not": (
        ('act = "refer"', "late_level = 1"),
        "notice complaint.referred",
        "never happens in this procedure",
        "Use agency.succeeded",
    ),
    "a notice of an unknown kind of dispute": (
        ('when = "complaint.disputed"', 'when = "complaint.disputed:late"'),
        "notice complaint.disputed:late",
        '"late" is unknown after "complaint.disputed"',
        "Use again",
    ),
    "a notice of an unknown event": (
        ('when = "complaint.disputed"', 'when = "complaint.lost"'),
        "notice complaint.lost",
        "not a known event",
        "complaint.disputed",
    ),
    "a notice of a rung": (
        ('when = "complaint.disputed"', 'when = "rung.reached"'),
        "notice rung.reached",
        "never happens in this procedure",
        "complaint.disputed",
    ),
    "a notice of an unknown step": (
        ('when = "step.opened:review"', 'when = "step.opened:judge"'),
        "notice step.opened:judge",
        '"judge" is unknown',
        "review or verify",
    ),
    "a notice of an unknown writer": (
        ('when = "complaint.replied:reporter"', 'when = "complaint.replied:press"'),
        "notice complaint.replied:press",
        '"press" is unknown after "complaint.replied"',
        "government or reporter",
    ),
    "a notice of an event that has no kinds": (
        ('when = "complaint.confirmed"', 'when = "complaint.confirmed:late"'),
        "notice complaint.confirmed:late",
        "nothing can stand after",
        "Write complaint.confirmed alone",
    ),
    "the same notice twice": (
        (
            "[[notices]]\n",
            DISPUTED + "[[notices]]\n",
        ),
        "notice complaint.disputed",
        "tells coordinator the same twice",
        "Remove one",
    ),
    # rows
    "row twice": (("number = 4", "number = 3"), "row 3", "is there twice", "as the printed table does"),
    "row missing": (("number = 7", "number = 8"), "row 7", "is missing", "without gaps from 1"),
    "row done by an unknown event": (
        ('done_by = "complaint.answered"', 'done_by = "complaint.replyed"'),
        "row 5",
        "not a known event",
        "complaint.accepted, complaint.answered, complaint.returned or items.asked",
    ),
    "row done by an event of elsewhere": (
        ('done_by = "complaint.forwarded"', 'done_by = "complaint.answered"'),
        "row 3",
        "never happens in step verify",
        "complaint.forwarded",
    ),
    "row done by an act that the step lacks": (
        ('done_by = "complaint.disposed"', 'done_by = "handling.progressed"'),
        AGENCY,
        "row 3",
        "never happens in step dispose",
        "complaint.disposed",
    ),
    "row done by publishing where somebody judges first": (
        ('done_by = "complaint.answered"', 'done_by = "answer.published"'),
        "row 5",
        "never happens in step respond",
        "complaint.answered",
    ),
    "row of the filing done by an event of elsewhere": (
        ('done_by = "complaint.filed"', 'done_by = "complaint.recorded"'),
        "row 1",
        "never happens in filing",
        "Use complaint.filed",
    ),
    "row that needs what a later one puts out": (
        (
            'needs = { id = "Disposisi Kepala Dinas"',
            'needs = { id = "Laporan hasil tindak lanjut"',
        ),
        AGENCY,
        "row 4",
        'needs "laporan hasil tindak lanjut", which no earlier row puts out, but row 6',
        "Put the rows in order",
    ),
    "row that needs what was misspelt": (
        ('needs = { id = "Disposisi Kepala Dinas"', 'needs = { id = "Disposisi Kepala Dnas"'),
        AGENCY,
        "row 4",
        'row 3 puts out "disposisi kepala dinas"',
        "Write both the same way",
    ),
    # words, owners and legal bases
    "blank words": (
        ('en = "Citizen"', 'en = " "'),
        "role reporter",
        '"title.en" is blank',
        "Write the words",
    ),
    "words that were not translated": (
        (
            'en = "The source knows no reopening; the reporter has 10 working days"',
            'en = "Sumber tidak mengenal pembukaan kembali; pelapor diberi 10 hari kerja"',
        ),
        "reopening",
        '"decision" is the same in Indonesian and English',
        "Translate it",
    ),
    "a deadline whose legal basis names nothing": (
        ('legal_basis = "Keputusan profil: waktu memeriksa jawaban sebelum baris 6"', 'legal_basis = "-"'),
        "step review",
        'its legal basis is "-", which names no rule',
        "Name the rule",
    ),
    "an envelope whose legal basis names nothing": (
        ('legal_basis = "UU 37/2008 tentang Ombudsman Republik Indonesia"', 'legal_basis = "?"'),
        "envelope ombudsman",
        "names no rule",
        "say that the profile decided it",
    ),
    "two owners of one step": (
        ('owner = "liaison"', 'owner = "liaison, head"'),
        "step respond",
        'its owner is "liaison, head"',
        "head, inspectorate, liaison",
    ),
    "a role without any part": (
        ("[roles.reporter]", '[roles.unit]\ntitle = { id = "Bidang", en = "Unit" }\n[roles.reporter]'),
        "role unit",
        "does nothing here",
        "Remove it",
    ),
    # the citizen's next step
    "no way to take it up again": (
        (REOPENING, ""),
        "file",
        "without a next step once a complaint is finished",
        "Add [reopening]",
    ),
    "no way to the Ombudsman": (
        ('act = "refer"', "late_level = 1"),
        "file",
        "without a next step where nobody follows",
        "go to the Ombudsman",
    ),
    "an end that the reporter is not told of": (
        ('when = "complaint.lapsed"\nto = "reporter"', 'when = "complaint.lapsed"\nto = "coordinator"'),
        "notices",
        "nobody tells the reporter of complaint.lapsed",
        "Add a notice to the reporter",
    ),
    "steps that take more than their envelope": (
        (
            'name = "follow-up-time"\nstandard_time = { working_days = 10 }',
            'name = "follow-up-time"\nstandard_time = { working_days = 3 }',
        ),
        CITY,
        "envelope follow-up-time",
        "gives 3 working days, and its steps take",
        "Shorten them",
    ),
    # clocks over several steps
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
    "an envelope that tells whoever has the step": (
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
    "a plan's rung for whoever has the step": (
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


def lint_text(folder: Path, text: str, name: str = GOOD.name) -> list[Finding]:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return lint(file, EVERY_TEMPLATE)


@pytest.mark.parametrize("defect", SEEDED)
def test_a_seeded_defect_is_found_with_file_place_and_remedy(defect: str, tmp_path: Path) -> None:
    (old, new), *planted_in, where, problem, remedy = SEEDED[defect]
    file = SOPS / f"{planted_in[0]}.toml" if planted_in else GOOD
    good = WHOLE[file.stem]
    assert old in good, "the defect is not planted"
    if where == HERE:
        where = f"line {good[: good.index(old)].count(chr(10)) + 1}"
    findings = lint_text(tmp_path, good.replace(old, new, 1), file.name)
    assert any(
        found.file == str(tmp_path / file.name)
        and found.where == where
        and problem in found.problem
        and remedy in found.remedy
        for found in findings
    ), "\n".join(str(found) for found in findings) or "nothing was found"


@pytest.mark.parametrize("name", list_procedure_ids())
def test_the_good_files_that_the_defects_are_planted_in_are_good(name: str, tmp_path: Path) -> None:
    findings = lint_text(tmp_path, WHOLE[name], f"{name}.toml")
    assert [found for found in findings if found.severity == "error"] == []


def test_a_file_without_any_row_is_found(tmp_path: Path) -> None:
    good = WHOLE[GOOD.stem]
    rows = re.compile(r"^\[\[(?:steps|filing)\.rows\]\]\n(?:.+\n)+", re.MULTILINE)
    (finding,) = lint_text(tmp_path, rows.sub("", good))
    assert (finding.where, finding.problem) == ("file", "has no rows")


def test_a_warning_is_said_and_does_not_fail(capsys: pytest.CaptureFixture[str]) -> None:
    file = SOPS / f"{AGENCY}.toml"
    assert lint_files([file]) == 0
    warning, good = capsys.readouterr().out.splitlines()
    assert warning.startswith(
        f"WARNING {file}: envelope coordination: gives 5 working days, and its steps take 5.6"
    )
    assert good.startswith(f"OK {file}: longest legal path ")


def test_the_longest_legal_path_takes_everybodys_whole_time_and_nothing_twice() -> None:
    way = find_longest_path(load_procedure(NATIONAL))
    assert way.days == pytest.approx(60 + 10 + 10, abs=0.01)
    assert way.steps == ("record", "inspect", "items", "deliver", "confirm")


def test_a_version_that_was_replaced_is_not_asked_for_what_came_after_it(tmp_path: Path) -> None:
    unprotected = WHOLE[GOOD.stem].replace(', protect = "inspect"', "")
    problems = {found.where for found in lint_text(tmp_path, unprotected, "cirebon-2021@old.toml")}
    assert "step record" not in problems


def test_a_finding_is_two_plain_sentences_after_its_file_and_place(tmp_path: Path) -> None:
    text = WHOLE[GOOD.stem].replace('opens = "record"', 'opens = "recrod"')
    finding = str(lint_text(tmp_path, text)[0])
    assert finding == (f'{tmp_path / GOOD.name}: filing: opens "recrod", which is no step. Use record.')


def test_all_defects_of_a_file_are_found_together(tmp_path: Path) -> None:
    text = WHOLE[GOOD.stem]
    text = text.replace('owner = "liaison"', 'owner = "camat"').replace("number = 7", "number = 9")
    assert {found.where for found in lint_text(tmp_path, text)} >= {"step respond", "row 7", "row 8"}


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_however_a_file_is_mangled_the_linter_answers_with_findings(data: st.DataObject) -> None:
    lines = WHOLE[GOOD.stem].splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key = lines[at].partition("=")[0]
        junk = [
            [],
            [lines[at]] * 2,
            *([f"{key}= {value}"] for value in ("7", '""', "[]", "{}", "true", "[{}]")),
        ]
        lines[at : at + 1] = data.draw(st.sampled_from(junk))
    with TemporaryDirectory() as folder:
        for finding in lint_text(Path(folder), "\n".join(lines)):
            assert all(finding)


def test_a_file_that_is_not_there_and_one_that_is_not_text_are_findings(tmp_path: Path) -> None:
    picture = tmp_path / "picture.toml"
    picture.write_bytes(b"\x89PNG")
    (unread,), (undecoded,) = lint(tmp_path / "absent.toml", ()), lint(picture, ())
    assert (unread.where, unread.problem) == ("file", "cannot be read")
    assert (undecoded.where, undecoded.problem) == ("file", "is not UTF-8 text")


def test_the_linter_knows_the_owners_of_every_kind_of_step_and_the_targets_of_every_act() -> None:
    assert set(OWNERS) == set(StepKind)
    assert {*LEADS_TO, *LEADS_ONLY_TO, "ask"} == set().union(*ACTS.values())


def test_the_linter_knows_where_every_event_comes_from() -> None:
    happening = set().union(*(list_events(load_procedure(name)) for name in list_procedure_ids()))
    assert happening == EVENT_TYPES - {"rung.reached"}


# The command


def test_every_procedure_of_this_repository_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint"]) == 0
    said = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("WARNING ")]
    assert [line.partition(": ")[0] for line in said] == [f"OK {file}" for file in list_procedure_files()]


def test_the_command_prints_each_finding_on_a_line_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / GOOD.name
    bad.write_text(WHOLE[GOOD.stem].replace("number = 7", "number = 8"), encoding="utf-8")
    assert lint_files([bad, GOOD]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{bad}: row 7: is missing. Add it, or number the rows without gaps from 1.",
        f"OK {GOOD}: longest legal path {WAY}",
    ]


def test_an_unknown_file_gets_a_clear_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    absent = tmp_path / "absent.toml"
    assert lint_files([absent]) == 1
    assert capsys.readouterr().out == f"{absent}: file: cannot be read. Check its path and name.\n"


def test_a_template_counts_only_where_every_language_has_it(tmp_path: Path) -> None:
    for name in ("id/received.txt", "id/answered.txt", "id/_common.txt", "en/received.txt", "en/_common.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "layout.html").touch()
    assert list_templates(tmp_path) == {"received"}


def test_the_linter_runs_as_a_command_without_any_cloud(tmp_path: Path) -> None:
    copy = shutil.copy(GOOD, tmp_path / GOOD.name)
    run = subprocess.run(
        [sys.executable, "-m", "chalicelib", "lint", copy], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (0, f"OK {copy}: longest legal path {WAY}\n")
