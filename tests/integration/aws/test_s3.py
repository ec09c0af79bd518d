"""Uploads, stored files and their addresses in the bucket."""

import hashlib
import json
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from chalicelib.aws.s3 import LARGEST_FILE, BucketFiles, detect_media_type
from chalicelib.domain.values.errors import Refusal
from chalicelib.settings import Settings

TICKET = "CTH-22222A"
KEY = "incoming/abcdefghijklmnopqrstuv/file.jpg"
JPEG = b"\xff\xd8\xff\xe0" + b"jpeg" * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"png"
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "
PDF = b"%PDF-1.7\n"


@pytest.fixture
def files(bucket: str) -> BucketFiles:
    return BucketFiles(bucket, boto3.client("s3"))


def upload(bucket: str, body: bytes, media_type: str = "image/jpeg", key: str = KEY) -> str:
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=body, ContentType=media_type)
    return key


def list_keys(bucket: str) -> list[str]:
    objects = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix="files/").get("Contents", [])
    return [item["Key"] for item in objects]


@pytest.mark.parametrize(
    ("body", "media_type", "extension"),
    [
        (JPEG, "image/jpeg", "jpg"),
        (PNG, "image/png", "png"),
        (WEBP, "image/webp", "webp"),
        (PDF, "application/pdf", "pdf"),
    ],
)
def test_an_upload_becomes_the_complaints_file(
    files: BucketFiles, bucket: str, body: bytes, media_type: str, extension: str
) -> None:
    file = files.move_upload(TICKET, upload(bucket, body, media_type))
    digest = hashlib.sha256(body).hexdigest()
    assert (file.sha256, file.media_type, file.size) == (digest, media_type, len(body))
    assert list_keys(bucket) == [f"files/{TICKET}/{digest}.{extension}"]
    kept = boto3.client("s3").get_object(Bucket=bucket, Key=list_keys(bucket)[0])
    assert (kept["Body"].read(), kept["ContentType"]) == (body, media_type)


def test_taking_an_upload_over_twice_stores_one_file(files: BucketFiles, bucket: str) -> None:
    key = upload(bucket, JPEG)
    assert files.move_upload(TICKET, key) == files.move_upload(TICKET, key)
    assert len(list_keys(bucket)) == 1


def test_a_copy_is_the_other_complaints_own_and_a_second_one_changes_nothing(
    files: BucketFiles, bucket: str
) -> None:
    file = files.move_upload(TICKET, upload(bucket, JPEG))
    for _ in range(2):
        files.copy(TICKET, file, "CTH-22223B")
    assert list_keys(bucket) == [f"files/{TICKET}/{file.name}", f"files/CTH-22223B/{file.name}"]
    copied = boto3.client("s3").get_object(Bucket=bucket, Key=list_keys(bucket)[1])
    assert (copied["Body"].read(), copied["ContentType"]) == (JPEG, "image/jpeg")


def test_what_the_system_made_is_kept_as_what_it_is(files: BucketFiles, bucket: str) -> None:
    file = files.put(TICKET, b"PK a bundle", "application/zip")
    assert (file.sha256, file.size) == (hashlib.sha256(b"PK a bundle").hexdigest(), 11)
    assert list_keys(bucket) == [f"files/{TICKET}/{file.sha256}.zip"]
    assert files.put(TICKET, b"PK a bundle", "application/zip") == file


@pytest.mark.parametrize(
    ("body", "media_type", "code"),
    [
        (b"GIF89a", "image/jpeg", "file_type"),
        (b"", "image/jpeg", "file_type"),
        (b"<html><script>", "image/png", "file_type"),
        (b"RIFF\x10\x00\x00\x00WAVE", "image/webp", "file_type"),
        (PNG, "image/jpeg", "file_type_mismatch"),
        (PDF, "text/html", "file_type_mismatch"),
        (JPEG + b"\0" * (LARGEST_FILE - len(JPEG) + 1), "image/jpeg", "file_too_large"),
    ],
)
def test_what_may_not_be_sent_is_refused_and_not_kept(
    files: BucketFiles, bucket: str, body: bytes, media_type: str, code: str
) -> None:
    key = upload(bucket, body, media_type)
    with pytest.raises(Refusal, match=f"^{code}$"):
        files.move_upload(TICKET, key)
    assert list_keys(bucket) == []


def test_the_largest_file_is_taken(files: BucketFiles, bucket: str) -> None:
    key = upload(bucket, JPEG + b"\0" * (LARGEST_FILE - len(JPEG)))
    assert files.move_upload(TICKET, key).size == LARGEST_FILE


def test_an_upload_that_never_came_is_missing(files: BucketFiles) -> None:
    with pytest.raises(Refusal, match="upload_missing"):
        files.move_upload(TICKET, KEY)


@pytest.mark.parametrize(
    "key",
    [
        "files/CTH-22223B/" + "ab" * 32 + ".jpg",
        "incoming/../files/secret.jpg",
        "incoming/abcdefghijklmnopqrstuv/../file.jpg",
        "incoming/short/file.jpg",
        "/" + KEY,
        KEY + "\n",
        "",
    ],
)
def test_a_key_that_no_form_gave_is_missing_even_if_there_is_an_object(
    files: BucketFiles, bucket: str, key: str
) -> None:
    if key:
        upload(bucket, JPEG, key=key)
    with pytest.raises(Refusal, match="upload_missing"):
        files.move_upload(TICKET, key)


def policy(form: dict[str, Any]) -> list[Any]:
    return list(json.loads(b64decode(form["fields"]["policy"]))["conditions"])


def test_a_form_allows_one_key_one_type_and_ten_megabytes(files: BucketFiles, bucket: str) -> None:
    form = files.create_upload_form("image/png", "https://example.go.id/lapor?langkah=2")
    conditions = policy(form)
    assert {"key": form["key"]} in conditions
    assert {"bucket": bucket} in conditions
    assert {"Content-Type": "image/png"} in conditions
    assert {"success_action_redirect": "https://example.go.id/lapor?langkah=2"} in conditions
    assert ["content-length-range", 1, LARGEST_FILE] in conditions
    assert form["fields"]["success_action_redirect"] == "https://example.go.id/lapor?langkah=2"
    assert form["fields"]["Content-Type"] == "image/png"


def test_a_forms_key_is_one_that_can_be_taken_over(files: BucketFiles, bucket: str) -> None:
    form = files.create_upload_form("application/pdf", None)
    assert "success_action_redirect" not in form["fields"]
    assert files.move_upload(TICKET, upload(bucket, PDF, "application/pdf", form["key"])).size == len(PDF)


def test_two_forms_have_two_keys(files: BucketFiles) -> None:
    assert (
        files.create_upload_form("image/png", None)["key"]
        != files.create_upload_form("image/png", None)["key"]
    )


def test_there_is_no_form_for_a_type_nobody_may_send(files: BucketFiles) -> None:
    with pytest.raises(Refusal, match="file_type"):
        files.create_upload_form("text/html", None)


def test_an_address_lives_five_minutes_and_shows_the_file_as_what_it_is(settings: Settings) -> None:
    files = BucketFiles.connect(settings)
    file = files.move_upload(TICKET, upload(settings.bucket_name, JPEG))
    address = urlsplit(files.create_address(TICKET, file))
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert address.path.endswith(f"files/{TICKET}/{file.name}")
    assert query["X-Amz-Expires"] == "300"
    assert query["response-content-disposition"].startswith("inline")
    assert query["response-content-type"] == "image/jpeg"


def test_a_true_type_needs_the_whole_mark() -> None:
    for body in (JPEG[:2], PNG[:7], WEBP[:11], PDF[:4]):
        assert detect_media_type(body) is None
