"""How every boto3 client of the application calls."""

from botocore.config import Config

CALLS = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
)
"""Fail early, and let the queue repeat: all attempts together must not use up a function's own time, or the
other records of its batch fail with this one.
"""
