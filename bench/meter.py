"""Counts the application's calls of AWS, inside the process, with botocore's own event hooks.

DynamoDB units are request units as on-demand tables are billed:

- Writes are as the local cloud reports them (`ReturnConsumedCapacity`): it counts started KB, twice in a
  transaction, and once more for every index whose entry changes. A write that its condition refused
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
    """The counts of one part of a life; `handled` and `seconds` are of our functions, by their name."""

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

    def count_calls(self, service: str) -> int:
        return sum(count for name, count in self.calls.items() if name.startswith(f"{service} "))


class Meter:
    """Counts the calls of each part of a life, and only those within `measure`."""

    def __init__(self) -> None:
        self.parts: dict[str, Count] = {}
        self._part = Count()
        self._on = False

    def install(self) -> None:
        """Listen to every botocore session that is created from now on."""
        BUILTIN_HANDLERS.append(("before-parameter-build.dynamodb", self._ask_for_units))
        BUILTIN_HANDLERS.append(("after-call", self._count))

    @contextmanager
    def measure_part(self, name: str) -> Iterator[None]:
        """Count everything within this context for this part."""
        self._part = self.parts.setdefault(name, Count())
        yield
        self._part = Count()

    @contextmanager
    def measure(self, function: str) -> Iterator[None]:
        """Measure one call of a function."""
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
            self._part.write_units.update(count_write_units(parsed))
        else:
            self._part.read_units += count_read_units(context["asked"], parsed)


def count_write_units(answer: Mapping[str, Any]) -> dict[str, float]:
    """Return the reported write units of the table ("table") and each index."""
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


def count_read_units(asked: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """Return the read units of a GetItem, Query or BatchGetItem."""
    if "RequestItems" in asked:
        ((table, wanted),) = asked["RequestItems"].items()
        sizes = [compute_size(item) for item in answer["Responses"].get(table, [])]
        sizes += [0] * (len(wanted["Keys"]) - len(sizes))
        rate = 1.0 if wanted.get("ConsistentRead") else 0.5
        return sum(_count_blocks(size) for size in sizes) * rate
    items = answer["Items"] if "Items" in answer else [answer.get("Item", {})]
    return _count_blocks(sum(map(compute_size, items))) * (1.0 if asked.get("ConsistentRead") else 0.5)


def compute_size(item: Mapping[str, Any]) -> int:
    """Return the bytes of an item of texts and numbers, in DynamoDB's JSON: names and values."""
    return sum(len(name.encode()) + _compute_value_size(value) for name, value in item.items())


def _compute_value_size(value: Mapping[str, str]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content.lstrip("-").replace(".", "")) // 2 + 2
        case _:
            return 1


def _count_blocks(size: int) -> int:
    return max(1, -(-size // 4096))
