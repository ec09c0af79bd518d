"""The configuration of boto3 clients."""

from botocore.config import Config

CALLS = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
)
"""Short timeouts, because the queue retries anyway: all attempts together must not use up a function's own
timeout, or the other records of its batch fail with this one.
"""
