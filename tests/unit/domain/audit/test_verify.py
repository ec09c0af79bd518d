"""An exported complaint proves itself, and every change of it shows."""

import copy
import json
import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from chalicelib.__main__ import main
from chalicelib.domain.audit.digest import Digest
from chalicelib.domain.audit.verify import verify
from chalicelib.domain.complaint.outcome import Confirm
from chalicelib.domain.complaint.timers import RecomputeDeadlines
from chalicelib.domain.procedure.loading import SOPS, load_procedure, parse_procedure
from chalicelib.domain.procedure.model import Procedure, StepKind
from chalicelib.domain.time.calendar import ONE_DAY, Calendar
from chalicelib.domain.values.actor import SYSTEM
from tests.exports import (
    TICKET,
    Document,
    build_document,
    create_digest_for,
    forge,
    generate_changes,
    verify_document,
)
from tests.paths import ROOT
from tests.procedures import ASK, COMPLETE, DISPUTE, RETURN, Life, every_procedure

PROCEDURE = load_procedure("jawa-timur")

CLOCKS = re.compile(
    r".*\.fact\.(derivation\.(trigger|standard_time\.\w+|legal_basis|zone|due_at|days\.\d+\.(date|counted))"
    r"|rungs\.\d+\.\w+|due_at|arming|visit|clock|rung|late_level|step|kind|late) changed"
)
"""The fields that follow from all others: a forgery of them is found even without a kept digest."""


def build_life(procedure: Procedure) -> Life:
    """Return a life with a completion, a return, an answer and a dispute: all kinds of deadlines."""
    life = Life(procedure, ticket=TICKET).to(StepKind.VERIFY)
    life.do(ASK, life.owner)
    life.now += ONE_DAY * 3
    life.do(COMPLETE, life.owner)
    life.to(StepKind.RESPOND)
    if "return" in life.exits:
        life.do(RETURN, life.owner)
    life.to(StepKind.RESPOND)
    life.reach(life.clock.rungs[0].name)
    life.to(StepKind.CONFIRM)
    life.do(DISPUTE, life.owner)
    life.to(StepKind.CONFIRM)
    return life


@pytest.fixture(scope="module")
def life() -> Life:
    return Life(PROCEDURE, ticket=TICKET).to(StepKind.CONFIRM)


@pytest.fixture(scope="module")
def short() -> Document:
    """Return an export small enough to change everything in it."""
    life = Life(PROCEDURE, ticket=TICKET).to(StepKind.RESPOND)
    life.go_on()
    return build_document(life, create_digest_for(life)[1])


@pytest.fixture(scope="module")
def digest(life: Life) -> Digest:
    return create_digest_for(life)[0]


@pytest.fixture
def document(life: Life) -> Document:
    return build_document(life, create_digest_for(life)[1])


@pytest.mark.parametrize("procedure", every_procedure(), ids=lambda procedure: str(procedure.id))
def test_a_complaint_of_every_procedure_proves_itself(procedure: Procedure) -> None:
    life = build_life(procedure)
    life.go_on()
    digest, proof = create_digest_for(life)
    report = verify_document(build_document(life, proof), [digest])
    assert report.findings == []
    assert report.summary.startswith(f"{TICKET} {len(life.events)} events, procedure {procedure.id}; up to")


def test_deadlines_by_a_calendar_that_is_gone_are_proven_by_the_days_they_record() -> None:
    zone = "Asia/Jakarta"
    closed = {Life(PROCEDURE).now.date() + ONE_DAY: "Hari jadi"}
    life = Life(PROCEDURE, ticket=TICKET, calendar=Calendar(zone, closed))
    life.to(StepKind.VERIFY)
    life.calendar = Calendar(zone, {day + ONE_DAY: name for day, name in closed.items()})
    life.do(RecomputeDeadlines(), SYSTEM)
    life.to(StepKind.RESPOND)
    document = build_document(life)
    report = verify_document(document)
    assert report.findings == []
    assert "their calendar is not here" in report.summary
    for what, changed in generate_changes(document["events"], ".events"):
        forgery = {**document, "events": changed}
        if re.search(r"derivation\.(due_at|trigger|standard_time|days\.\d+\.(date|counted)).* changed", what):
            assert is_rejected(forgery), what


def test_every_single_change_of_an_export_is_found(
    short: Document, record_property: Callable[[str, object], None]
) -> None:
    tried = 0
    for what, changed in generate_changes(short):
        tried += 1
        assert verify_document(changed).findings, what
    record_property("mutations", tried)
    record_property("found", tried)
    assert tried > 1500


def is_rejected(forgery: Document) -> bool:
    """Return whether a forgery is found, or cannot even be made, if the forger computes every hash again."""
    try:
        made = forge(forgery, PROCEDURE)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError):
        return True
    return bool(verify_document(made).findings)


def test_a_forger_who_makes_a_new_chain_is_found_by_the_digest_and_mostly_by_what_follows_from_what(
    short: Document, record_property: Callable[[str, object], None]
) -> None:
    digest = Digest.model_validate(short["proof"]["digest"])
    tried, detected = 0, 0
    for what, changed in generate_changes(short["events"], ".events"):
        # Of fields, only other values: one that holds nothing, left out, is the same event in other bytes.
        if re.search(r"\.(hash|prev|seq) changed|[a-z_] removed| added", what):
            continue
        tried += 1
        detected += (caught := is_rejected(forgery := {**short, "events": changed}))
        assert caught or not CLOCKS.fullmatch(what), what
        if not caught and tried % 10 == 0:
            assert verify_document(forge(forgery, PROCEDURE), [digest]).findings, what
    record_property("forgeries", tried)
    record_property("found_without_digest", detected)


@pytest.mark.parametrize("cut", [1, 2, 5])
def test_a_tail_cut_off_with_its_head_shows_against_the_published_digest(
    life: Life, document: Document, digest: Digest, cut: int
) -> None:
    shorter = forge({**document, "events": document["events"][:-cut]}, PROCEDURE)
    assert any(
        "latest events were cut off" in finding for finding in verify_document(shorter, [digest]).findings
    )
    with_the_old_proof = {**shorter, "proof": document["proof"]}
    assert any(
        f"ends with event {len(life.events) - cut}" in finding
        for finding in verify_document(with_the_old_proof).findings
    )


def test_a_newer_event_is_no_reason_to_doubt_the_digest_before_it(life: Life, digest: Digest) -> None:
    older = create_digest_for(life)[1]
    longer = copy.copy(life)
    longer.events = list(life.events)
    longer.do(Confirm(), longer.owner)
    report = verify_document(build_document(longer, older), [digest])
    assert report.findings == []
    assert f"up to event {len(life.events)} in the digest" in report.summary


@pytest.mark.parametrize("place", range(8))
def test_every_event_removed_doubled_or_moved_is_found(document: Document, place: int) -> None:
    events = document["events"]
    removed = [*events[:place], *events[place + 1 :]]
    doubled = [*events[: place + 1], *events[place:]]
    moved = [*removed[: place + 1], events[place], *removed[place + 1 :]]
    for changed in (removed, doubled, moved):
        findings = verify_document({**document, "events": changed}).findings
        assert any(finding.startswith("event ") for finding in findings)


def test_a_field_may_be_withheld_only_where_that_is_said_and_meant(document: Document) -> None:
    masked = copy.deepcopy(document)
    masked["events"][0]["fact"]["reporter"] = "[disamarkan]"
    masked["complaint"]["reporter"] = "[disamarkan]"
    assert verify_document(masked).findings
    declared = {**masked, "withheld": {"1": ["fact.reporter"]}}
    report = verify_document(declared)
    assert report.findings == []
    assert "1 events with fields withheld" in report.summary
    masked["events"][0]["fact"]["category"] = "[disamarkan]"
    assert verify_document({**masked, "withheld": {"1": ["fact.category", "fact.reporter"]}}).findings


@pytest.mark.parametrize(
    "spoiled", [b"", b"[]", b"{", b'{"a": 1, "a": 2}', b"NaN", b"\xff", b"null", b"[" * 99_999]
)
def test_what_is_no_export_is_said_to_be_none(tmp_path: Path, spoiled: bytes) -> None:
    file = tmp_path / "export.json"
    file.write_bytes(spoiled)
    assert main(["verify", str(file)]) == 1


def test_the_command_says_ok_or_one_line_for_each_thing_that_is_wrong(
    tmp_path: Path, document: Document, digest: Digest, capsys: pytest.CaptureFixture[str]
) -> None:
    file, kept = tmp_path / "export.json", tmp_path / "digest.json"
    file.write_text(json.dumps(document))
    kept.write_text(json.dumps({"date": "2026-11-23", "digests": [digest.model_dump(mode="json")]}))
    assert main(["verify", str(file), "--digest", str(kept)]) == 0
    assert capsys.readouterr().out.startswith(f"OK {TICKET} ")
    document["events"][4]["at"] = document["events"][3]["at"].replace("2026", "2025")
    document["complaint"]["state"] = "resolved"
    file.write_text(json.dumps(document))
    assert main(["verify", str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("event 5: is not as it was stored") for line in lines)
    assert any(line.startswith("complaint.state: ") for line in lines)
    assert main(["verify", str(tmp_path / "missing.json")]) == 1
    kept.write_text("{}")
    assert main(["verify", str(file), "--digest", str(kept)]) == 1


def test_verifying_needs_no_cloud(tmp_path: Path, document: Document) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps(document))
    program = (
        "import sys; from chalicelib.__main__ import main; status = main(['verify', sys.argv[1]]); "
        "sys.exit(status or len({'boto3', 'botocore', 'pynamodb', 'http.client'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(file)], cwd=ROOT, check=False)
    assert done.returncode == 0


# The procedure's text


def replace_text(document: Document, text: str) -> Document:
    """Return an export with another text of its procedure, with the right hash."""
    procedure = {**document["procedure"], "text": text, "sha256": sha256(text.encode()).hexdigest()}
    return {**document, "procedure": procedure}


def test_an_export_from_before_procedures_extended_a_base_still_proves_itself() -> None:
    file = Path(__file__).with_name("export-before-bases.json")
    report = verify(file.read_bytes(), None)
    assert report.findings == []
    assert json.loads(file.read_text(encoding="utf-8"))["procedure"]["text"].startswith("# Kabupaten Cirebon")


def test_the_text_in_an_export_is_the_whole_procedure_and_needs_no_base(document: Document) -> None:
    text = document["procedure"]["text"]
    assert "extends" not in text
    assert parse_procedure(text) == PROCEDURE


def test_a_text_with_other_comments_says_the_same_and_one_with_other_times_does_not(
    document: Document,
) -> None:
    text = document["procedure"]["text"]
    assert verify_document(replace_text(document, f"# As printed.\n{text}")).findings == []
    other = text.replace("standard_time = { calendar_days = 60 }", "standard_time = { calendar_days = 61 }")
    assert other != text
    findings = verify_document(replace_text(document, other)).findings
    assert (
        f"procedure.text: is not the text of {PROCEDURE.id} {PROCEDURE.version}, which is on file" in findings
    )


def test_a_text_that_needs_a_base_is_no_procedure(document: Document) -> None:
    own = (SOPS / f"{PROCEDURE.id}.toml").read_text(encoding="utf-8")
    assert "procedure.text: is not a procedure" in verify_document(replace_text(document, own)).findings
