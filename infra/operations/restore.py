"""Writes a region from a file of `infra.export` into a table that does not have it.

`python -m infra restore FILE` works on the cloud that the environment names. The whole file is read before
anything is written, and refused where a line is missing or changed. After an interruption run it again: the
region itself is written last. Then copy the files it lists into the bucket, and run `infra.replay` and
`infra.rearm`.
"""

import argparse
import base64
import hashlib
import json
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from chalicelib.bootstrap import application
from infra.operations.export import FORMAT, VERSION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MOST_AT_ONCE = 25
"""Items of one BatchWriteItem."""
_LONGEST_PAUSE = 20.0
"""Seconds between two tries of items that the table did not accept (throttled)."""


class CannotRestore(Exception):
    """The file or the table does not allow it: one sentence says why. Nothing was written."""


def check_lines(lines: Iterable[str]) -> dict[str, Any]:
    """Return the file's head with its counts; raise ``CannotRestore`` where a line was changed."""
    digest, counts, head = hashlib.sha256(), {"items": 0, "files": 0}, None
    end = None
    for number, line in enumerate(lines, start=1):
        if end is not None:
            raise CannotRestore(f"line {number} comes after the end")
        entry = _parse_line(line, number)
        if number == 1:
            head = entry
            if (head.get("format"), head.get("version")) != (FORMAT, VERSION):
                raise CannotRestore(f"not a {FORMAT} file of version {VERSION}")
        if "end" in entry:
            end = entry["end"]
            continue
        digest.update(f"{line.rstrip()}\n".encode())
        counts["items"] += "item" in entry
        counts["files"] += "file" in entry
    if head is None or end is None:
        raise CannotRestore("the file's end is missing")
    if end != {**counts, "sha256": digest.hexdigest()}:
        raise CannotRestore("the file is not as it was written")
    return {**head, **counts}


def restore_items(client: "DynamoDBClient", table: str, region: str, lines: Iterable[str]) -> None:
    """Write every item of a checked file; raise ``CannotRestore`` where the table has the region."""
    stored = client.get_item(
        TableName=table, Key={"pk": {"S": "REGIONS"}, "sk": {"S": region}}, ConsistentRead=True
    )
    if "Item" in stored:
        raise CannotRestore(f"{table} has the region {region} already")
    items = (_decode_item(entry["item"]) for entry in map(json.loads, lines) if "item" in entry)
    while batch := list(islice(items, _MOST_AT_ONCE)):
        _write_batch(client, table, batch)


def _decode_item(written: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"B": base64.b64decode(value["B"])} if "B" in value else value
        for name, value in written.items()
    }


def _parse_line(line: str, number: int) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        raise CannotRestore(f"line {number} is not JSON") from None
    if not isinstance(entry, dict):
        raise CannotRestore(f"line {number} is no line of such a file")
    return entry


def _write_batch(client: "DynamoDBClient", table: str, items: list[dict[str, Any]]) -> None:
    left: Any = {table: [{"PutRequest": {"Item": item}} for item in items]}
    pause = 0.1
    while left := client.batch_write_item(RequestItems=left)["UnprocessedItems"]:
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _read_lines(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as content:
        yield from content


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra restore", description=__doc__)
    parser.add_argument("file", type=Path)
    options = parser.parse_args(arguments)
    settings = application().settings
    client = boto3.client("dynamodb", region_name=settings.aws_region)
    try:
        head = check_lines(_read_lines(options.file))
        restore_items(client, settings.table_name, head["region"], _read_lines(options.file))
    except (CannotRestore, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{head['region']}: {head['items']} items restored; {head['files']} files to copy into the bucket")
    return 0


if __name__ == "__main__":
    sys.exit(main())
