"""Writes everything of one region into a file, to be read without us or restored elsewhere.

`python -m infra export --region REGION FILE` works on the cloud that the environment names: AWS, or the local
cloud.

The file is JSON Lines: a head, then `item` (an item of the table as DynamoDB has it: a complaint's snapshot,
events, words, person, steps, clocks, messages and effects, the agencies' books, the published digests, the
directory), `file` (a picture or document of a complaint by its SHA-256; the bytes stay in the bucket), and an
end that counts both and has the SHA-256 of every line before it. It holds personal data.

Not in it: items that only live for a while (markers of commands, officers' links, limits), accounts (the user
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
"""A year before the first complaint that this application can have received."""
_TRIES = 5

Raw = dict[str, Any]


class TornRead(Exception):
    """A complaint changed every time it was read."""


def export_lines(client: "DynamoDBClient", table: str, region: str, now: datetime) -> Iterator[str]:
    """Yield the file's lines without their ends; raise ``LookupError`` where there is no such region.

    Reads one query a month and one a complaint; holds one complaint at a time.
    """
    query = _create_query(client, table)
    region_item = next((item for item in query("REGIONS") if item["sk"]["S"] == region), None)
    if region_item is None:
        raise LookupError(region)
    digest, counts = hashlib.sha256(), {"items": 0, "files": 0}

    def write(line: Raw) -> str:
        text = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_encode)
        digest.update(f"{text}\n".encode())
        for kind in counts:
            counts[kind] += kind.removesuffix("s") in line
        return text

    yield write({"format": FORMAT, "version": VERSION, "region": region})
    books: set[str] = set()
    for month in _list_months(now):
        for filed in query(f"FILED#{region}#{month}"):
            yield write({"item": filed})
            items = _read_case(query, filed["sk"]["S"])
            books |= set(_list_books(items))
            yield from (write({"item": item}) for item in items)
            yield from (write({"file": file}) for file in _list_files(items))
    digests = list(query(f"DIGEST#{region}"))
    # A day on which nothing happened has the root of the day before.
    leaves = {f"LEAVES#{json.loads(item['body']['S'])['root']}" for item in digests}
    for partition in (*sorted(books), *sorted(leaves), f"REGION#{region}"):
        yield from (write({"item": item}) for item in query(partition))
    yield from (write({"item": item}) for item in digests)
    # Last, so that a table with the region has everything of it.
    yield write({"item": region_item})
    yield json.dumps({"end": {**counts, "sha256": digest.hexdigest()}}, sort_keys=True)


def _encode(value: bytes) -> str:
    """Encode a binary attribute as DynamoDB's own JSON does."""
    return base64.b64encode(value).decode()


def _create_query(client: "DynamoDBClient", table: str) -> Callable[[str], Iterator[Raw]]:
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


def _list_months(now: datetime) -> Iterator[str]:
    """List the months up to the next one: in some zone it may have begun already."""
    for year in range(_FIRST_YEAR, now.year + 2):
        for month in range(1, 13):
            yield f"{year}-{month:02}"
            if (year, month) > (now.year, now.month):
                return


def _read_case(query: Callable[[str], Iterator[Raw]], ticket: str) -> list[Raw]:
    """Read a complaint's items, its events last: when these are restored, their effects are marked as done.

    It may change between two pages of its items: then the snapshot's number is not that of the last event.
    """
    for _ in range(_TRIES):
        items = list(query(f"CASE#{ticket}"))
        events = [item for item in items if _is_event(item)]
        others = [item for item in items if not _is_event(item)]
        seq = next((int(item["seq"]["N"]) for item in others if item["sk"]["S"] == "META"), None)
        if seq is not None and [int(event["seq"]["N"]) for event in events] == list(range(1, seq + 1)):
            return [*others, *events]
    raise TornRead(ticket)


def _is_event(item: Raw) -> bool:
    return str(item["sk"]["S"]).startswith("EVENT#")


def _list_books(items: list[Raw]) -> Iterator[str]:
    for item in items:
        key = item["sk"]["S"]
        if key.startswith("AGENDA#"):
            yield f"AGENDA#{item['region']['S']}#{key.removeprefix('AGENDA#')}#{item['year']['N']}"


def _list_files(items: list[Raw]) -> Iterator[Raw]:
    """List the files that the events name, each once, with its name in the complaint's folder."""
    seen = set()
    for item in items:
        for file in _find_file_refs(json.loads(item["body"]["S"])) if _is_event(item) else ():
            if file.name not in seen:
                seen.add(file.name)
                yield {"ticket": item["ticket"]["S"], "name": file.name, **file.model_dump()}


def _find_file_refs(tree: Any) -> Iterator[FileRef]:
    match tree:
        case {"sha256": _, "media_type": _, "size": _}:
            yield FileRef.model_validate(tree)
        case dict():
            for value in tree.values():
                yield from _find_file_refs(value)
        case list():
            for value in tree:
                yield from _find_file_refs(value)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra export", description=__doc__)
    parser.add_argument("--region", required=True)
    parser.add_argument("file", type=Path)
    options = parser.parse_args(arguments)
    settings = application().settings
    client = boto3.client("dynamodb", region_name=settings.aws_region)
    part = options.file.with_name(f"{options.file.name}.part")
    last = ""
    try:
        with part.open("w", encoding="utf-8", newline="\n") as out:
            for last in export_lines(client, settings.table_name, options.region, datetime.now(UTC)):
                out.write(f"{last}\n")
    except LookupError:
        part.unlink()
        print(f"no region {options.region!r} in {settings.table_name}", file=sys.stderr)
        return 1
    except TornRead as torn:
        part.unlink()
        print(f"{torn} changed every time it was read; try again", file=sys.stderr)
        return 1
    part.replace(options.file)
    counts = json.loads(last)["end"]
    print(f"{options.region}: {counts['items']} items, {counts['files']} files listed, in {options.file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
