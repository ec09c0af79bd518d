"""Who is on duty on which day."""

from datetime import date

import pytest

from chalicelib.domain.directory import Assignment
from tests.fakes import HEAD

FIRST, MIDDLE, LAST = date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 27)
BEFORE, AFTER = date(2026, 11, 22), date(2026, 11, 28)
DAYS = (BEFORE, FIRST, MIDDLE, LAST, AFTER)


@pytest.mark.parametrize(
    ("post", "on_duty"),
    [
        ({}, DAYS),
        ({"active": False}, ()),
        ({"absent_from": FIRST, "absent_until": LAST}, (BEFORE, AFTER)),
        ({"absent_from": MIDDLE}, (BEFORE, FIRST)),
        ({"serves_from": FIRST, "serves_until": LAST}, (FIRST, MIDDLE, LAST)),
        ({"serves_from": MIDDLE}, (MIDDLE, LAST, AFTER)),
        ({"serves_until": FIRST}, (BEFORE, FIRST)),
        ({"assignment": Assignment(number="094/7", dated=BEFORE, expires=MIDDLE)}, (BEFORE, FIRST, MIDDLE)),
    ],
)
def test_first_and_last_days_count(post, on_duty):
    officer = HEAD.model_copy(update=post)
    assert tuple(day for day in DAYS if officer.on_duty(day)) == on_duty
