"""After any events in any order, an exported complaint proves itself."""

from hypothesis import HealthCheck, settings

from tests.exports import document_of, judged
from tests.property.test_life import ComplaintLife


class ProvenLife(ComplaintLife):
    """The same life, judged at its end by its export alone."""

    def teardown(self) -> None:
        if hasattr(self, "life"):
            findings = judged(document_of(self.life)).findings
            assert [one for one in findings if not one.startswith("ticket: ")] == []


TestProvenLife = ProvenLife.TestCase
TestProvenLife.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
