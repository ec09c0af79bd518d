"""After any events in any order, an exported complaint proves itself."""

from hypothesis import HealthCheck, settings

from tests.exports import build_document, verify_document
from tests.property.complaint_life import ComplaintLife


class ProvenLife(ComplaintLife):
    """The same life, judged at its end by its export alone."""

    def teardown(self) -> None:
        if hasattr(self, "life"):
            findings = verify_document(build_document(self.life)).findings
            assert [finding for finding in findings if not finding.startswith("ticket: ")] == []


TestProvenLife = ProvenLife.TestCase
TestProvenLife.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
