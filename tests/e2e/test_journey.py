"""The main job: a complaint travels each government's whole procedure on the local cloud."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.audit.verify import verify
from infra.local.demo import say
from infra.local.demo_data import load_scenario
from infra.local.journey import LAST_EXPORT, Journey
from tests.e2e.demo import REGIONS, Demo, find_officer

ROWS = {"cirebon-2021": 7, "jawa-timur": 7, "tarakan-2024": 6, "disporbudpar": 7, "sp4n-national": 7}
"""The number of rows in each government's printed table."""


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region["procedure"])
def test_a_complaint_travels_every_row_of_its_procedure(
    demo: Demo, region: dict[str, Any], record_property: Callable[[str, object], None]
) -> None:
    procedure = region["procedure"]
    scenario = load_scenario(procedure)
    journey = Journey(demo.cloud, region, say, scenario)
    # The run itself raises unless every row is done and the reporter's word has resolved it.
    result = journey.run()
    # Recorded, not promised: the machine that runs the tests may be busy. bench/ measures.
    record_property("filed_to_notified_s", round(result.filed_to_notified, 1))
    assert result.format_line().startswith(f"OK {procedure} {journey.ticket} rows={ROWS[procedure]} ")
    assert verify((demo.cloud.state_dir / LAST_EXPORT).read_bytes()).findings == []
    addresses = {address for mail in journey.list_mails() for address in mail.to}
    for role in ("regional_admin", "coordinator", "liaison"):
        assert find_officer(region, role)["email"] in addresses
    (reporter,) = addresses - {officer.get("email") for officer in region["officers"]}
    about = [mail.subject for mail in journey.list_mails() if reporter in mail.to]
    answered = [subject for subject in about if "sudah dijawab" in subject]
    once = [subject for subject in about if subject not in answered]
    assert len(answered) == 1 + scenario.disputes
    assert len(once) >= 3, "received, forwarded, in progress"
    assert len(set(once)) == len(once), "nobody gets the same message twice"
    assert any("Mohon lengkapi" in subject for subject in once) == scenario.without_photo
