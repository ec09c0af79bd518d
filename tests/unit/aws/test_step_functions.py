"""The times of rungs, and the settings that they depend on."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.step_functions import (
    RungTime,
    build_execution_name,
    build_ladder_input,
    compute_rung_times,
)
from chalicelib.domain.complaint.state import Clock, RungInstant
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.time.deadlines import (
    StandardTime,
    add_working_days,
    count_working_seconds,
    derive,
    find_instant_at_part,
)
from chalicelib.settings import Settings, SettingsError, parse_settings

CALENDAR = Calendar()
MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
"""09.00 WIB: of this working day 15 hours are left."""
DAY = 20.0
"""Seconds that a working day lasts."""
HOUR = DAY / 24


def build_clock(
    trigger: datetime = MONDAY, standard_time: StandardTime | None = None, reached: tuple[str, ...] = ()
) -> Clock:
    """Return a clock with rungs at half its time, at its end, and two working days after it."""
    standard_time = standard_time or StandardTime(working_days=1)
    derivation = derive(trigger, standard_time, CALENDAR, "SOP")
    due_at = derivation.due_at
    rungs = (
        RungInstant(name="half", nominal_at=find_instant_at_part(derivation, 0.5, CALENDAR)),
        RungInstant(name="due", nominal_at=due_at),
        RungInstant(name="level-2", nominal_at=add_working_days(due_at, 2, CALENDAR)),
    )
    return Clock(name="verify", visit=1, generation=1, derivation=derivation, rungs=rungs, reached=reached)


def list_waits(
    clock: Clock, now: datetime, day: float | None = DAY, got_to: datetime | None = None
) -> dict[str, float]:
    """The seconds from now until each rung rings; the complaint's time is the wall's where none is given."""
    times = compute_rung_times(clock, got_to or now, now, CALENDAR, day)
    return {time.name: round((time.at - now).total_seconds(), 3) for time in times}


def test_on_real_days_a_rung_rings_at_its_true_instant() -> None:
    times = compute_rung_times(build_clock(), MONDAY, MONDAY, CALENDAR, None)
    assert [(time.at, time.nominal_at) for time in times] == [
        (rung.nominal_at, rung.nominal_at) for rung in build_clock().rungs
    ]


def test_short_days_last_as_long_as_the_environment_says() -> None:
    assert list_waits(build_clock(), MONDAY) == {
        "half": round(19.5 * HOUR, 3),
        "due": round(39 * HOUR, 3),
        "level-2": round(39 * HOUR + 2 * DAY, 3),
    }


def test_a_weekend_takes_no_time_on_short_days() -> None:
    friday = datetime(2026, 11, 27, 2, tzinfo=UTC)
    assert list_waits(build_clock(friday), friday)["due"] == list_waits(build_clock(), MONDAY)["due"]


def test_sixty_calendar_days_take_as_many_short_days_as_there_are_working_days_in_them() -> None:
    clock = build_clock(standard_time=StandardTime(calendar_days=60))
    working = sum(day.date.weekday() < 5 and CALENDAR.is_working(day.date) for day in clock.derivation.days)
    assert list_waits(clock, MONDAY)["due"] == round((working - 1) * DAY + 15 * HOUR, 3)


def test_an_offices_day_of_minutes_lasts_a_short_day() -> None:
    clock = build_clock(standard_time=StandardTime(office_minutes=450))
    assert list_waits(clock, MONDAY)["half"] == DAY / 2
    assert list_waits(clock, MONDAY)["due"] == DAY


def test_the_two_working_days_after_an_hour_of_the_office_are_two_short_days_of_it() -> None:
    clock = build_clock(standard_time=StandardTime(office_minutes=60))
    # The rest of Monday's office, from 10.00 on, passes as well.
    assert list_waits(clock, MONDAY)["level-2"] == round(60 / 450 * DAY + 300 / 450 * DAY + 2 * DAY, 3)


def test_two_seconds_lie_between_the_rungs_of_a_few_office_minutes() -> None:
    assert list_waits(build_clock(standard_time=StandardTime(office_minutes=20)), MONDAY) == {
        "half": 2,
        "due": 4,
        "level-2": round((20 + 340) / 450 * DAY + 2 * DAY, 3),
    }


def test_minutes_are_never_short() -> None:
    assert list_waits(build_clock(standard_time=StandardTime(minutes=90)), MONDAY)["due"] == 90 * 60


def test_a_rescheduled_clock_goes_on_from_where_its_complaint_is() -> None:
    clock = build_clock(reached=("half", "due"))
    just_after = MONDAY + timedelta(seconds=39 * HOUR)
    assert list_waits(clock, just_after, got_to=clock.due_at) == {"level-2": round(2 * DAY, 3)}


def test_a_clock_over_all_steps_has_come_as_far_as_the_step_that_moved_its_complaint() -> None:
    clock = build_clock(standard_time=StandardTime(working_days=5))
    thursday = MONDAY + timedelta(days=3)
    assert list_waits(clock, MONDAY, got_to=thursday)["due"] == round(
        list_waits(clock, MONDAY)["due"] - 3 * DAY, 3
    )


def test_a_clock_rescheduled_days_later_goes_on_with_what_is_really_left() -> None:
    due_at = build_clock().due_at
    hours_left = 3
    now = due_at - timedelta(hours=hours_left)
    assert list_waits(build_clock(), now)["half"] == 0
    assert list_waits(build_clock(), now)["due"] == round(hours_left * HOUR, 3)


UNITS = [{"minutes": 90}, {"office_minutes": 60}, {"working_days": 14}, {"calendar_days": 60}]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("day", [None, DAY])
def test_every_rung_of_a_letter_that_lay_for_a_season_rings_at_once(
    unit: dict[str, int], day: float | None
) -> None:
    received = MONDAY - timedelta(days=90)
    assert list_waits(build_clock(received, StandardTime(**unit)), MONDAY, day) == {
        "half": 0,
        "due": 0,
        "level-2": 0,
    }


@pytest.mark.parametrize("day", [None, DAY])
def test_rungs_behind_the_clock_do_not_ring_again(day: float | None) -> None:
    assert list_waits(build_clock(reached=("half", "due", "level-2")), MONDAY, day) == {}


instants = st.integers(0, 690 * 86_400).map(
    lambda seconds: datetime(2026, 1, 5, tzinfo=UTC) + timedelta(0, seconds)
)
reaches = st.sampled_from([(), ("half",), ("half", "due")])
days = st.sampled_from([None, 0.5, 20.0, 86_400.0])


@given(
    trigger=instants,
    now=instants,
    unit=st.sampled_from(UNITS),
    reached=reaches,
    day=days,
    ahead=st.sampled_from([0, 1, 100]),
)
def test_timers_ring_in_the_order_of_their_rungs_and_never_in_the_past(
    trigger: datetime,
    now: datetime,
    unit: dict[str, int],
    reached: tuple[str, ...],
    day: float | None,
    ahead: int,
) -> None:
    clock = build_clock(trigger, StandardTime(**unit), reached)
    times = compute_rung_times(clock, now + timedelta(days=ahead), now, CALENDAR, day)
    assert [time.name for time in times] == [rung.name for rung in clock.rungs if rung.name not in reached]
    assert [time.at for time in times] == sorted(time.at for time in times)
    assert all(time.at >= now for time in times)
    assert [time.nominal_at for time in times] == [rung.nominal_at for rung in clock.ahead]


@given(trigger=instants, working_days=st.integers(1, 14), reached=reaches, late=st.floats(0, 2_000_000))
def test_rescheduling_never_makes_the_way_to_a_deadline_longer(
    trigger: datetime, working_days: int, reached: tuple[str, ...], late: float
) -> None:
    clock = build_clock(trigger, StandardTime(working_days=working_days))
    rescheduled = clock.model_copy(update={"reached": reached})
    later = trigger + timedelta(seconds=late)
    got_to = max([later, *(rung.nominal_at for rung in clock.rungs if rung.name in reached)])
    before, after = list_waits(clock, trigger), list_waits(rescheduled, later, got_to=got_to)
    assert all(after[name] <= before[name] for name in after)


@given(trigger=instants, working_days=st.integers(1, 14))
def test_a_day_of_86400_seconds_is_the_working_time_itself(trigger: datetime, working_days: int) -> None:
    clock = build_clock(trigger, StandardTime(working_days=working_days))
    for rung in clock.rungs:
        expected = count_working_seconds(trigger, rung.nominal_at, CALENDAR)
        assert list_waits(clock, trigger, 86_400.0)[rung.name] == pytest.approx(expected, abs=0.001)


def test_a_ladder_is_told_whole_seconds_and_never_too_early_a_one() -> None:
    moment = datetime(2026, 11, 23, 2, 0, 0, 1, tzinfo=UTC)
    ladder = build_ladder_input("CTH-22222A", build_clock(), [RungTime("half", MONDAY, moment)])
    assert ladder["rung"] == {
        "name": "half",
        "at": "2026-11-23T02:00:00Z",
        "nominal_at": "2026-11-23T02:00:01Z",
    }
    assert ladder["rest"] == []


def test_an_executions_name_is_short_enough_for_the_longest_names() -> None:
    assert len(build_execution_name("ABCDE-22222A", "a" * 20, 999, 99_999)) <= 80


ENVIRONMENT = {
    "AWS_REGION": "ap-southeast-3",
    "STAGE": "test",
    "TABLE_NAME": "tuntas-test",
    "BUCKET_NAME": "tuntas-test-files",
    "PUBLIC_URL": "https://lapor.example/",
    "MAIL_FROM": "lapor@example.go.id",
    "MAIL_CONFIGURATION_SET": "tuntas-test",
    "USER_POOL_ID": "pool",
    "USER_POOL_CLIENT_ID": "client",
    "HMAC_KEY_ID": "key",
    "LADDER_ARN": "arn:aws:states:ap-southeast-3:123456789012:stateMachine:ladder",
    "QUEUE_URLS": '{"record": "https://sqs.example/record"}',
    "SECONDS_PER_WORKING_DAY": "",
    "SMS_SENDER_ID": "",
    "PATH": "/bin",
}


def test_the_environment_becomes_settings() -> None:
    settings = parse_settings(ENVIRONMENT)
    assert settings.queue_urls == {"record": "https://sqs.example/record"}
    assert settings.public_url == "https://lapor.example"
    assert settings.seconds_per_working_day is None
    assert settings.sms_sender_id is None
    assert settings.sms_per_region_per_month == 2000


def test_short_days_come_from_the_environment() -> None:
    assert parse_settings(ENVIRONMENT | {"SECONDS_PER_WORKING_DAY": "20"}).seconds_per_working_day == 20.0


def test_settings_name_every_variable_that_is_missing() -> None:
    given_ = {name: value for name, value in ENVIRONMENT.items() if name != "TABLE_NAME"} | {"MAIL_FROM": " "}
    with pytest.raises(SettingsError) as error:
        parse_settings(given_)
    assert str(error.value) == "missing in the environment: TABLE_NAME, MAIL_FROM"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUEUE_URLS", "{"),
        ("QUEUE_URLS", "[]"),
        ("SECONDS_PER_WORKING_DAY", "0"),
        ("SECONDS_PER_WORKING_DAY", "a"),
    ],
)
def test_settings_name_a_variable_that_is_wrong_without_its_value(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^wrong in the environment: {name} "):
        parse_settings(ENVIRONMENT | {name: value})


def test_settings_do_not_change() -> None:
    settings = parse_settings(ENVIRONMENT)
    assert isinstance(settings, Settings)
    with pytest.raises(ValueError, match="frozen"):
        settings.stage = "other"
