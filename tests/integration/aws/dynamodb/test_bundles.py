"""The bundles for the Ombudsman in the real table."""

from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

from chalicelib.aws.dynamodb.bundles import TableBundles
from chalicelib.aws.s3 import BucketFiles
from chalicelib.services.ports import Bundle
from tests.fake_stores import MONDAY
from tests.sample_region import REGION

DIGEST = "ab" * 32
TICKET = "CTH-22222A"
ZIP = b"PK\x05\x06" + bytes(18)


@pytest.fixture
def bundle(table: str, bucket: str) -> Bundle:  # noqa: ARG001 -- the table is there
    file = BucketFiles(bucket, boto3.client("s3")).put(TICKET, ZIP, "application/zip")
    return Bundle(
        digest=DIGEST,
        ticket=TICKET,
        seq=12,
        region=REGION.slug,
        file=file,
        expires_at=MONDAY + timedelta(days=180),
    )


def test_a_bundle_is_found_by_its_links_digest(bundle: Bundle) -> None:
    TableBundles().put(bundle)

    assert TableBundles().get(DIGEST) == bundle
    assert TableBundles().get("cd" * 32) is None


def test_of_two_workers_bundles_the_first_stays(bundle: Bundle) -> None:
    TableBundles().put(bundle)
    TableBundles().put(replace(bundle, expires_at=bundle.expires_at + timedelta(days=1)))

    assert TableBundles().get(DIGEST) == bundle


def test_its_zip_lies_in_the_complaints_folder(bundle: Bundle, bucket: str) -> None:
    kept = boto3.client("s3").get_object(Bucket=bucket, Key=f"files/{TICKET}/{bundle.file.sha256}.zip")

    assert (kept["Body"].read(), kept["ContentType"]) == (ZIP, "application/zip")
