"""Puts a region that `infra.export` wrote into a table that does not have it.

`python -m infra.restore FILE` works on whatever the environment names. The file is read through before
anything is written, and refused where a line is missing or changed. Interrupted, it can be given again: the
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
"""Seconds between two tries of what the table would not take."""


class CannotRestore(Exception):
    """One sentence says why; nothing was written."""


def check(lines: Iterable[str]) -> dict[str, Any]:
    """The file's head with its counts, once every line is as it was written; ``CannotRestore`` otherwise."""
    digest, counts, head = hashlib.sha256(), {"items": 0, "files": 0}, None
    ended = None
    for number, line in enumerate(lines, start=1):
        if ended is not None:
            raise CannotRestore(f"line {number} comes after the end")
        said = _parsed(line, number)
        if number == 1:
            head = said
            if (head.get("format"), head.get("version")) != (FORMAT, VERSION):
                raise CannotRestore(f"not a {FORMAT} file of version {VERSION}")
        if "end" in said:
            ended = said["end"]
            continue
        digest.update(f"{line.rstrip()}\n".encode())
        counts["items"] += "item" in said
        counts["files"] += "file" in said
    if head is None or ended is None:
        raise CannotRestore("the file's end is missing")
    if ended != {**counts, "sha256": digest.hexdigest()}:
        raise CannotRestore("the file is not as it was written")
    return {**head, **counts}


def restore(client: "DynamoDBClient", table: str, region: str, lines: Iterable[str]) -> None:
    """Write every item of a file that was checked; ``CannotRestore`` where the table has the region."""
    there = client.get_item(
        TableName=table, Key={"pk": {"S": "REGIONS"}, "sk": {"S": region}}, ConsistentRead=True
    )
    if "Item" in there:
        raise CannotRestore(f"{table} has the region {region} already")
    items = (_item(said["item"]) for said in map(json.loads, lines) if "item" in said)
    while batch := list(islice(items, _MOST_AT_ONCE)):
        _write(client, table, batch)


def _item(written: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"B": base64.b64decode(value["B"])} if "B" in value else value
        for name, value in written.items()
    }


def _parsed(line: str, number: int) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        raise CannotRestore(f"line {number} is not JSON") from None
    if not isinstance(said, dict):
        raise CannotRestore(f"line {number} is no line of such a file")
    return said


def _write(client: "DynamoDBClient", table: str, items: list[dict[str, Any]]) -> None:
    left: Any = {table: [{"PutRequest": {"Item": item}} for item in items]}
    pause = 0.1
    while left := client.batch_write_item(RequestItems=left)["UnprocessedItems"]:
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _lines(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as content:
        yield from content


def main(arguments: list[str] | None = None) -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.restore", description=__doc__)
    parser.add_argument("file", type=Path)
    given = parser.parse_args(arguments)
    settings = application().settings
    client = boto3.client("dynamodb", region_name=settings.aws_region)
    try:
        head = check(_lines(given.file))
        restore(client, settings.table_name, head["region"], _lines(given.file))
    except (CannotRestore, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{head['region']}: {head['items']} items restored; {head['files']} files to copy into the bucket")
    return 0


if __name__ == "__main__":
    sys.exit(main())
