"""Signing keys from KMS."""

import hashlib
from functools import lru_cache

import boto3

from chalicelib.aws.clients import CALLS


@lru_cache
def derive_signing_key(key_id: str, purpose: str) -> bytes:
    """Return the signing key (32 bytes) of a purpose, derived from a KMS key that never leaves KMS.

    KMS is called once for each purpose in a process.
    """
    answer = boto3.client("kms", config=CALLS).generate_mac(
        KeyId=key_id, Message=f"tuntas/{purpose}/v1".encode(), MacAlgorithm="HMAC_SHA_256"
    )
    return hashlib.sha256(answer["Mac"]).digest()
