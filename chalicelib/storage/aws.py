"""How every boto3 client of the application calls."""

from botocore.config import Config

CALLS = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 4},
)
"""Fail early, and let the queue repeat: waiting must not use up a function's own time."""
