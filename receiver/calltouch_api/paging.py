"""All records of a window, page by page, until they are complete.

While the pages of a window are being read, leads appear and disappear, and records move between
pages: some come twice, some not at all. And Calltouch decides how many it puts on a page. So pages
are read until they bring nothing new, the total is checked against Calltouch's count, and on a
mismatch everything is read again.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from receiver.calltouch_api.client import ApiClient
from receiver.calltouch_api.exports import ExportPage, ExportWindow, fetch_page, id_name
from receiver.calltouch_api.parts import whole

PASSES = 4

_Key = int | bytes


@dataclass(frozen=True, slots=True)
class Tally:
    """The final count. `total`: by Calltouch, if given. `is_whole`: whether these are known to be
    all records of the window."""

    came: int
    total: int | None
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Pass:
    """One pass over all pages. `keys`: of the records, in order."""

    keys: list[_Key]
    totals: set[int | None]
    pages: int

    @property
    def total(self) -> int | None:
        """None if missing, or if pages disagree."""
        return next(iter(self.totals)) if len(self.totals) == 1 else None

    def repeats(self, other: "_Pass") -> bool:
        """The same records, and a consistent count across pages."""
        keys, others = (sorted(map(str, pages.keys)) for pages in (self, other))
        return keys == others and len(self.totals) == 1

    def is_whole_by_itself(self) -> bool:
        if len(set(self.keys)) < len(self.keys):
            return False
        return self.total == len(self.keys) or (self.totals == {None} and self.pages <= 1)


Placed = tuple[int, Any]
"""A record and its position on its page, from 1."""


def read_window(
    client: ApiClient,
    window: ExportWindow,
    token: str,
    take: Callable[[ExportPage, list[Placed]], None],
) -> Tally:
    """Give `take` every page with the records not already seen identically on an earlier page.

    Raises `ApiError` and what `take` raises.
    """
    given: set[bytes] = set()

    def take_fresh(page: ExportPage) -> None:
        fresh = []
        for number, record in enumerate(page.records, 1):
            digest = _digest(record)
            if digest not in given:
                given.add(digest)
                fresh.append((number, record))
        take(page, fresh)

    before = None
    for _ in range(PASSES):
        pages = _read_pages(client, window, token, take_fresh)
        if pages.is_whole_by_itself():
            return Tally(len(pages.keys), pages.total, is_whole=True)
        if before is not None and pages.repeats(before):
            # Nothing more to get, whatever Calltouch counts.
            agrees = pages.total in (None, len(pages.keys))
            return Tally(len(pages.keys), pages.total, agrees)
        before = pages
    return Tally(len(set(pages.keys)), pages.total, is_whole=False)


def _read_pages(
    client: ApiClient, window: ExportWindow, token: str, take: Callable[[ExportPage], None]
) -> _Pass:
    """Whether an export honours `page` is not documented: a page with nothing new is the last one,
    or comes from an export that ignores `page`."""
    keys: list[_Key] = []
    seen: set[_Key] = set()
    totals: set[int | None] = set()
    number = 0
    while True:
        number += 1
        page = fetch_page(client, window, token, number)
        take(page)
        totals.add(page.record_total)
        here = [_key(record, window) for record in page.records]
        if seen.issuperset(here):
            return _Pass(keys, totals, number - 1)
        keys += here
        seen.update(here)
        if _is_last(page, len(seen)):
            return _Pass(keys, totals, number)


def _is_last(page: ExportPage, came: int) -> bool:
    """By Calltouch's record count; its page count may assume larger pages than it returns."""
    if page.record_total is None or came < page.record_total:
        return False
    return page.page_total is None or page.number >= page.page_total


def _key(record: Any, window: ExportWindow) -> _Key:
    """By ID, since a record may have changed when it is read again."""
    lead_id = whole(record.get(id_name(window.lead_type))) if isinstance(record, dict) else None
    return _digest(record) if lead_id is None else lead_id


def _digest(record: Any) -> bytes:
    return blake2b(json.dumps(record, sort_keys=True).encode(), digest_size=16).digest()
