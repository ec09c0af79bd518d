"""Pictures and documents in the bucket.

A browser posts to ``incoming/<random>/<name>``, which is deleted after a day. A complaint's files are in
``files/<ticket>/<sha256>.<ext>``; they are kept, and their type has been checked.
"""

import hashlib
import re
import secrets
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from typing_extensions import override

from chalicelib.aws.clients import CALLS
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.files import EXTENSIONS, FileRef
from chalicelib.services.ports import Files
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes."""
_TYPE_BYTES = 16
"""The number of first bytes that show the type of a file."""
_FORM_SECONDS = 3600
_ADDRESS_SECONDS = 300
_INCOMING = re.compile(r"incoming/[A-Za-z0-9_-]{22,64}/[a-z0-9]{1,20}\.[a-z]{3,4}")


class BucketFiles(Files):
    """The files in the bucket, as ``ports.Files``."""

    def __init__(self, bucket: str, client: "S3Client") -> None:
        self._bucket = bucket
        self._client = client

    @classmethod
    def connect(cls, settings: Settings) -> "BucketFiles":
        # Signature 4 explicitly: for presigned addresses botocore may choose one that new regions refuse.
        config = CALLS.merge(Config(signature_version="s3v4"))
        return cls(settings.bucket_name, boto3.client("s3", region_name=settings.aws_region, config=config))

    @override
    def check_upload(self, key: str) -> None:
        """Check an upload as the port says, with one request for the first bytes."""
        upload = self._open(key, Range=f"bytes=0-{_TYPE_BYTES - 1}")
        _, _, size = upload["ContentRange"].rpartition("/")
        _check_type(upload["Body"].read(), upload["ContentType"], int(size))

    @override
    def move_upload(self, ticket: str, key: str) -> FileRef:
        """Move an upload as the port says. A second call stores the same file again.

        The stored bytes are the checked ones, even if the upload is replaced in between.
        """
        upload = self._open(key)
        # The size comes first: a file that is too large is never read.
        size = upload["ContentLength"]
        body = upload["Body"].read() if size <= LARGEST_FILE else b""
        media_type = _check_type(body, upload["ContentType"], size)
        return self.put(ticket, body, media_type)

    @override
    def create_upload_form(self, media_type: str, redirect: str | None) -> dict[str, Any]:
        """Return a form, valid for an hour. Raise ``Refusal("file_type")`` for a type nobody may send."""
        if media_type not in EXTENSIONS:
            raise Refusal("file_type")
        key = f"incoming/{secrets.token_urlsafe(16)}/file.{EXTENSIONS[media_type]}"
        required = {"Content-Type": media_type}
        if redirect:
            required["success_action_redirect"] = redirect
        form = self._client.generate_presigned_post(
            self._bucket,
            key,
            Fields=dict(required),
            Conditions=[{name: value} for name, value in required.items()]
            + [["content-length-range", 1, LARGEST_FILE]],
            ExpiresIn=_FORM_SECONDS,
        )
        return {"url": form["url"], "fields": form["fields"], "key": key}

    @override
    def create_address(self, ticket: str, file: FileRef) -> str:
        """Return an address, valid for five minutes. The browser shows the file and runs nothing in it."""
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": _build_file_key(ticket, file),
                "ResponseContentType": file.media_type,
                "ResponseContentDisposition": f'inline; filename="{ticket}.{file.extension}"',
            },
            ExpiresIn=_ADDRESS_SECONDS,
        )

    @override
    def copy(self, ticket: str, file: FileRef, to: str) -> None:
        source = {"Bucket": self._bucket, "Key": _build_file_key(ticket, file)}
        self._client.copy_object(Bucket=self._bucket, Key=_build_file_key(to, file), CopySource=source)  # type: ignore[arg-type]

    @override
    def put(self, ticket: str, body: bytes, media_type: str) -> FileRef:
        file = FileRef(sha256=hashlib.sha256(body).hexdigest(), media_type=media_type, size=len(body))
        self._client.put_object(
            Bucket=self._bucket, Key=_build_file_key(ticket, file), Body=body, ContentType=media_type
        )
        return file

    def _open(self, key: str, **part: str) -> "GetObjectOutputTypeDef":
        if not _INCOMING.fullmatch(key):
            raise Refusal("upload_missing")
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key, **part)  # type: ignore[arg-type]
        except self._client.exceptions.NoSuchKey:
            raise Refusal("upload_missing") from None


def _check_type(beginning: bytes, declared_type: str, size: int) -> str:
    """Return the media type where size, first bytes and declared type agree. Otherwise raise ``Refusal``."""
    if size > LARGEST_FILE:
        raise Refusal("file_too_large")
    media_type = detect_media_type(beginning)
    if media_type is None:
        raise Refusal("file_type")
    if media_type != declared_type:
        raise Refusal("file_type_mismatch")
    return media_type


def detect_media_type(body: bytes) -> str | None:
    """Return the media type that the first bytes show; ``None`` for a type that people may not send."""
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return "image/webp"
    if body.startswith(b"%PDF-"):
        return "application/pdf"
    return None


def _build_file_key(ticket: str, file: FileRef) -> str:
    return f"files/{ticket}/{file.name}"
