"""How long a call to AWS may take at worst."""

import json

from chalicelib.aws.clients import CALLS
from chalicelib.aws.dynamodb.table import Item
from chalicelib.aws.sns import ONE_ATTEMPT
from tests.paths import ROOT

CONFIG = json.loads((ROOT / ".chalice" / "config.json").read_text())
TIMEOUTS = [CONFIG["lambda_timeout"]] + [
    function["lambda_timeout"]
    for stage in CONFIG["stages"].values()
    for function in stage["lambda_functions"].values()
    if "lambda_timeout" in function
]


def test_a_service_that_hangs_through_every_attempt_leaves_a_function_time_to_say_so() -> None:
    """Else Lambda ends it, and the whole batch has failed: messages that were never tried count as tried."""
    table = Item.Meta
    worst = [
        config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout)
        for config in (CALLS, ONE_ATTEMPT)
    ]
    worst.append(
        (1 + table.max_retry_attempts) * (table.connect_timeout_seconds + table.read_timeout_seconds)
    )
    assert max(worst) <= 0.8 * min(TIMEOUTS), worst
