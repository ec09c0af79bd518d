"""The directory: regions with their agencies, categories and officers."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite
from typing_extensions import override

from chalicelib.aws.dynamodb.table import Item, find_item, get_connection, is_conflict, query_prefix
from chalicelib.domain.directory.agencies import Agency, Category
from chalicelib.domain.directory.calendar_change import CalendarChange
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.values.errors import Conflict
from chalicelib.domain.values.value import Value
from chalicelib.services.ports import Directory

_FRESH_SECONDS = 60.0
_REGIONS = "REGIONS"
_CALENDAR = "CALENDAR#"

V = TypeVar("V", bound=Value)


class DirectoryItem(Item):
    """An entry of the directory; ``body`` is its JSON.

    | entry           | pk              | sk                              |
    |-----------------|-----------------|---------------------------------|
    | region          | REGIONS         | <slug>                          |
    | agency          | REGION#<slug>   | AGENCY#<id>                     |
    | category        | REGION#<slug>   | CATEGORY#<code>                 |
    | officer         | REGION#<slug>   | OFFICER#<id>                    |
    | calendar change | REGION#<slug>   | CALENDAR#<number, six digits>   |
    """

    body = UnicodeAttribute()


class TableDirectory(Directory):
    """The directory in the table, as ``ports.Directory``.

    Regions, agencies and categories are cached for up to a minute. Officers are never cached, so that one who
    has moved loses access at once. ``now`` (UTC) decides which day it is in a region, ``clock`` (seconds) the
    age of the cache.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self._now = now
        self._lists: dict[tuple[str, str], tuple[float, Sequence[Value]]] = {}

    @override
    def list_regions(self) -> list[Region]:
        return self._list_cached(Region, _REGIONS, "")

    @override
    def get_region(self, slug: str) -> Region | None:
        return next((region for region in self.list_regions() if region.slug == slug), None)

    @override
    def list_agencies(self, region: str) -> list[Agency]:
        return self._list_cached(Agency, _build_region_key(region), "AGENCY#")

    @override
    def get_agency(self, region: str, agency: str) -> Agency | None:
        return next((entry for entry in self.list_agencies(region) if entry.id == agency), None)

    @override
    def list_categories(self, region: str) -> list[Category]:
        return self._list_cached(Category, _build_region_key(region), "CATEGORY#")

    @override
    def get_category(self, region: str, code: str) -> Category | None:
        return next((entry for entry in self.list_categories(region) if entry.code == code), None)

    @override
    def get_officer(self, region: str, officer: str) -> Officer | None:
        item = find_item(DirectoryItem, _build_region_key(region), f"OFFICER#{officer}")
        return Officer.model_validate_json(item.body) if item else None

    @override
    def get_officer_on_duty(self, region: str, officer: str) -> Officer | None:
        entry = self.get_officer(region, officer)
        return entry if entry and self._is_on_duty(entry) else None

    @override
    def list_officers_on_duty(
        self, region: str, role: str, agency: str | None = None, unit: str | None = None
    ) -> list[Officer]:
        return [
            officer
            for officer in self.list_staff(region)
            if officer.role == role
            and agency in (None, officer.agency)
            and unit in (None, officer.unit)
            and self._is_on_duty(officer)
        ]

    @override
    def list_staff(self, region: str) -> list[Officer]:
        return _read_entries(Officer, _build_region_key(region), "OFFICER#")

    @override
    def put(self, item: Region | Agency | Category | Officer) -> None:
        pk, sk = _build_key(item)
        DirectoryItem(pk, sk, body=item.model_dump_json()).save()
        self._lists.clear()

    @override
    def list_calendar_changes(self, region: str, most: int) -> list[CalendarChange]:
        newest = {"scan_index_forward": False, "limit": most}
        items = query_prefix(DirectoryItem, _build_region_key(region), _CALENDAR, **newest)
        return [CalendarChange.model_validate_json(item.body) for item in items]

    @override
    def change_calendar(self, region: Region, change: CalendarChange) -> None:
        entry = DirectoryItem(
            _build_region_key(region.slug), f"{_CALENDAR}{change.number:06}", body=change.model_dump_json()
        )
        try:
            with TransactWrite(connection=get_connection()) as transaction:
                transaction.save(entry, condition=Item.pk.does_not_exist())
                transaction.save(DirectoryItem(*_build_key(region), body=region.model_dump_json()))
        except TransactWriteError as error:
            if is_conflict(error):
                raise Conflict from error
            raise
        self._lists.clear()

    @override
    def clear_cache(self) -> None:
        self._lists.clear()

    def _is_on_duty(self, officer: Officer) -> bool:
        region = self.get_region(officer.region)
        return region is not None and officer.is_on_duty(self._now().astimezone(ZoneInfo(region.zone)).date())

    def _list_cached(self, kind: type[V], pk: str, prefix: str) -> list[V]:
        read_at, entries = self._lists.get((pk, prefix), (0.0, []))
        # An empty list is not cached: the region is just being set up.
        if not entries or self._clock() - read_at >= _FRESH_SECONDS:
            entries = _read_entries(kind, pk, prefix)
            self._lists[pk, prefix] = (self._clock(), entries)
        return cast(list[V], list(entries))


def _read_entries(kind: type[V], pk: str, prefix: str) -> list[V]:
    items = (
        query_prefix(DirectoryItem, pk, prefix) if prefix else DirectoryItem.query(pk, consistent_read=True)
    )
    return [kind.model_validate_json(item.body) for item in items]


def _build_region_key(slug: str) -> str:
    return f"REGION#{slug}"


def _build_key(item: Region | Agency | Category | Officer) -> tuple[str, str]:
    match item:
        case Region(slug=slug):
            return _REGIONS, slug
        case Agency(region=region, id=id):
            return _build_region_key(region), f"AGENCY#{id}"
        case Category(region=region, code=code):
            return _build_region_key(region), f"CATEGORY#{code}"
        case Officer(region=region, id=id):
            return _build_region_key(region), f"OFFICER#{id}"
