"""Writes everything of one region into a file, to be read without us or restored elsewhere.

`python -m infra.export --region REGION FILE` works on whatever the environment names: AWS, or the local
cloud.

The file is JSON Lines: a head, then `item` (an item of the table as DynamoDB has it: a complaint's snapshot,
events, words, person, steps, clocks, messages and effects, the agencies' books, the published digests, the
directory), `file` (a picture or document of a complaint by its SHA-256; the bytes stay in the bucket), and an
end that counts both and has the SHA-256 of every line before it. It holds personal data.

Not in it: what only lives for a while (markers of commands, officers' links, limits), accounts (the user
pool's), and the Ombudsman's bundles (their ZIPs are among the files of the bucket). The same table gives the
same file.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from chalicelib.bootstrap import application
from chalicelib.domain.values.files import FileRef

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FORMAT = "tuntas-region"
VERSION = 1

_FIRST_YEAR = 2020
"""Before the first complaint that this application can have taken."""
_TRIES = 5

Raw = dict[str, Any]


class Torn(Exception):
    """A complaint changed every time it was read."""


def export(client: "DynamoDBClient", table: str, region: str, now: datetime) -> Iterator[str]:
    """The file's lines without their ends. ``LookupError`` where there is no such region.

    Reads one query a month and one a complaint; holds one complaint at a time.
    """
    query = _query(client, table)
    itself = next((one for one in query("REGIONS") if one["sk"]["S"] == region), None)
    if itself is None:
        raise LookupError(region)
    digest, counts = hashlib.sha256(), {"items": 0, "files": 0}

    def written(line: Raw) -> str:
        text = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_base64)
        digest.update(f"{text}\n".encode())
        for kind in counts:
            counts[kind] += kind.removesuffix("s") in line
        return text

    yield written({"format": FORMAT, "version": VERSION, "region": region})
    books: set[str] = set()
    for month in _months(now):
        for filed in query(f"FILED#{region}#{month}"):
            yield written({"item": filed})
            items = _case(query, filed["sk"]["S"])
            books |= set(_books(items))
            yield from (written({"item": item}) for item in items)
            yield from (written({"file": file}) for file in _files(items))
    digests = list(query(f"DIGEST#{region}"))
    # A day on which nothing happened has the root of the day before.
    leaves = {f"LEAVES#{json.loads(one['body']['S'])['root']}" for one in digests}
    for partition in (*sorted(books), *sorted(leaves), f"REGION#{region}"):
        yield from (written({"item": item}) for item in query(partition))
    yield from (written({"item": item}) for item in digests)
    # Last: a region that is there has all that is its own.
    yield written({"item": itself})
    yield json.dumps({"end": {**counts, "sha256": digest.hexdigest()}}, sort_keys=True)


def _base64(value: bytes) -> str:
    """Binary attributes as DynamoDB's own JSON has them."""
    return base64.b64encode(value).decode()


def _query(client: "DynamoDBClient", table: str) -> Callable[[str], Iterator[Raw]]:
    pages = client.get_paginator("query")

    def query(partition: str) -> Iterator[Raw]:
        for page in pages.paginate(
            TableName=table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
            ConsistentRead=True,
        ):
            yield from page["Items"]

    return query


def _months(now: datetime) -> Iterator[str]:
    """Up to next month: somewhere it may have begun already."""
    for year in range(_FIRST_YEAR, now.year + 2):
        for month in range(1, 13):
            yield f"{year}-{month:02}"
            if (year, month) > (now.year, now.month):
                return


def _case(query: Callable[[str], Iterator[Raw]], ticket: str) -> list[Raw]:
    """A complaint's items, its events last: where they are restored, their effects are known as done by then.

    It may change between two pages of its items: then the snapshot's number is not that of the last event.
    """
    for _ in range(_TRIES):
        items = list(query(f"CASE#{ticket}"))
        events = [item for item in items if _is_event(item)]
        others = [item for item in items if not _is_event(item)]
        seq = next((int(item["seq"]["N"]) for item in others if item["sk"]["S"] == "META"), None)
        if seq is not None and [int(event["seq"]["N"]) for event in events] == list(range(1, seq + 1)):
            return [*others, *events]
    raise Torn(ticket)


def _is_event(item: Raw) -> bool:
    return str(item["sk"]["S"]).startswith("EVENT#")


def _books(items: list[Raw]) -> Iterator[str]:
    for item in items:
        key = item["sk"]["S"]
        if key.startswith("AGENDA#"):
            yield f"AGENDA#{item['region']['S']}#{key.removeprefix('AGENDA#')}#{item['year']['N']}"


def _files(items: list[Raw]) -> Iterator[Raw]:
    """Every file that the events speak of, each once, by its name in the complaint's folder."""
    seen = set()
    for item in items:
        for found in _file_refs(json.loads(item["body"]["S"])) if _is_event(item) else ():
            if found.name not in seen:
                seen.add(found.name)
                yield {"ticket": item["ticket"]["S"], "name": found.name, **found.model_dump()}


def _file_refs(tree: Any) -> Iterator[FileRef]:
    match tree:
        case {"sha256": _, "media_type": _, "size": _}:
            yield FileRef.model_validate(tree)
        case dict():
            for value in tree.values():
                yield from _file_refs(value)
        case list():
            for value in tree:
                yield from _file_refs(value)


def main(arguments: list[str] | None = None) -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.export", description=__doc__)
    parser.add_argument("--region", required=True)
    parser.add_argument("file", type=Path)
    given = parser.parse_args(arguments)
    settings = application().settings
    client = boto3.client("dynamodb", region_name=settings.aws_region)
    part = given.file.with_name(f"{given.file.name}.part")
    last = ""
    try:
        with part.open("w", encoding="utf-8", newline="\n") as out:
            for last in export(client, settings.table_name, given.region, datetime.now(UTC)):
                out.write(f"{last}\n")
    except LookupError:
        part.unlink()
        print(f"no region {given.region!r} in {settings.table_name}", file=sys.stderr)
        return 1
    except Torn as torn:
        part.unlink()
        print(f"{torn} changed every time it was read; try again", file=sys.stderr)
        return 1
    part.replace(given.file)
    counts = json.loads(last)["end"]
    print(f"{given.region}: {counts['items']} items, {counts['files']} files listed, in {given.file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
