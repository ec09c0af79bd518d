"""Counts what the application asks of AWS, from inside the process, by botocore's own event hooks.

DynamoDB units are request units as on-demand tables are billed:

- Writes are what the local cloud reports for them (`ReturnConsumedCapacity`): it counts started KB, twice in
  a transaction, and once more for every index whose entry changes. A write that its condition refused
  reports nothing, but is billed: one unit, as none of ours that can be refused is above a KB.
- Reads are counted here from the items that came back, as the local cloud reports the same for any size: one
  unit for each started 4 KB, half as much where the read need not be consistent; a query's items together, a
  batch's each for itself; what is not there costs as the smallest does.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.handlers import BUILTIN_HANDLERS

WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"})
REFUSED_WRITE = 1.0


@dataclass
class Count:
    """What one part of a life came to. `handled` and `seconds` are calls of our functions, by their name."""

    calls: Counter[str] = field(default_factory=Counter)
    read_units: float = 0
    write_units: Counter[str] = field(default_factory=Counter)
    handled: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.calls + other.calls,
            self.read_units + other.read_units,
            self.write_units + other.write_units,
            self.handled + other.handled,
            self.seconds + other.seconds,
        )

    def of(self, service: str) -> int:
        """All calls of a service."""
        return sum(count for name, count in self.calls.items() if name.startswith(f"{service} "))


class Meter:
    """Counts while a part is being lived, and only what happens within `handling`."""

    def __init__(self) -> None:
        self.parts: dict[str, Count] = {}
        self._part = Count()
        self._on = False

    def install(self) -> None:
        """Listen to every botocore session that is made from now on."""
        BUILTIN_HANDLERS.append(("before-parameter-build.dynamodb", self._ask_for_units))
        BUILTIN_HANDLERS.append(("after-call", self._count))

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """What is handled now belongs to this part."""
        self._part = self.parts.setdefault(name, Count())
        yield
        self._part = Count()

    @contextmanager
    def measure(self, function: str) -> Iterator[None]:
        """One call of a function."""
        begin, self._on = time.perf_counter(), True
        try:
            yield
        finally:
            self._on = False
            self._part.handled[function] += 1
            self._part.seconds[function] += time.perf_counter() - begin  # type: ignore[assignment]

    def _ask_for_units(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        if model.name in WRITES:
            params["ReturnConsumedCapacity"] = "INDEXES"
        context["asked"] = params

    def _count(self, model: Any, parsed: Mapping[str, Any], context: Mapping[str, Any], **_: Any) -> None:
        if not self._on:
            return
        service = model.service_model.service_name
        refused = " (refused by its condition)" if "Error" in parsed else ""
        self._part.calls[f"{service} {model.name}{refused}"] += 1
        if service != "dynamodb":
            return
        if model.name in WRITES:
            self._part.write_units.update(written(parsed))
        else:
            self._part.read_units += read(context["asked"], parsed)


def written(answer: Mapping[str, Any]) -> dict[str, float]:
    """Write units by table ("table") and index, as reported."""
    if "Error" in answer:
        return {"table": REFUSED_WRITE}
    reported = answer["ConsumedCapacity"]
    units: Counter[str] = Counter()
    for entry in reported if isinstance(reported, list) else [reported]:
        indexes = {
            name: arm["CapacityUnits"] for name, arm in entry.get("GlobalSecondaryIndexes", {}).items()
        }
        units.update(indexes)
        units["table"] += entry["CapacityUnits"] - sum(indexes.values())
    return dict(units)


def read(asked: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """Read units of a GetItem, Query or BatchGetItem."""
    if "RequestItems" in asked:
        ((table, wanted),) = asked["RequestItems"].items()
        found = [size_of(item) for item in answer["Responses"].get(table, [])]
        sizes = found + [0] * (len(wanted["Keys"]) - len(found))
        rate = 1.0 if wanted.get("ConsistentRead") else 0.5
        return sum(_started(size) for size in sizes) * rate
    items = answer["Items"] if "Items" in answer else [answer.get("Item", {})]
    return _started(sum(map(size_of, items))) * (1.0 if asked.get("ConsistentRead") else 0.5)


def size_of(item: Mapping[str, Any]) -> int:
    """Bytes of an item of texts and numbers, in DynamoDB's JSON: names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, str]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content.lstrip("-").replace(".", "")) // 2 + 2
        case _:
            return 1


def _started(size: int) -> int:
    return max(1, -(-size // 4096))
