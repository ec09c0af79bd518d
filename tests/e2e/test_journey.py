"""The main job: a complaint travels each government's whole procedure on the local cloud."""

from collections.abc import Callable
from typing import Any

import pytest

from infra.journey import Journey, say
from tests.e2e.demo import REGIONS, Demo, officer


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region["procedure"])
def test_a_complaint_travels_every_row_of_its_procedure(
    demo: Demo, region: dict[str, Any], record_property: Callable[[str, object], None]
) -> None:
    journey = Journey(demo.cloud, region, say)
    # The run itself raises unless every row is done and the reporter's word has resolved it.
    result = journey.run()
    # Recorded, not promised: the machine that runs the tests may be busy. bench/ measures.
    record_property("filed_to_notified_s", round(result.filed_to_notified, 1))
    assert result.line().startswith(f"OK {region['procedure']} {journey.ticket} rows=7 ")
    told = {address for mail in journey.mails() for address in mail.to}
    for role in ("regional_admin", "coordinator", "liaison"):
        assert officer(region, role)["email"] in told
    (reporter,) = told - {one.get("email") for one in region["officers"]}
    about = [mail.subject for mail in journey.mails() if reporter in mail.to]
    assert len(about) >= 4, "received, forwarded, in progress, answered"
    assert len(set(about)) == len(about), "nobody gets the same message twice"
