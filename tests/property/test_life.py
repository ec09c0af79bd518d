"""Every complaint keeps what must hold, after any events in any order."""

from hypothesis import HealthCheck, settings

from tests.property.complaint_life import ComplaintLife

TestComplaintLife = ComplaintLife.TestCase
TestComplaintLife.settings = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
