"""From the API into the inbox, several windows at a time.

A window is noted as done when all its records are synced. Whatever ends the process in between,
the next run fetches that window again, and what comes twice changes nothing.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from receiver.api.client import ApiClient
from receiver.api.exports import Record, Window, pages
from receiver.api.records import Params, call_params, happened_on, request_params
from receiver.inbox.delivery import Delivery, Origin
from receiver.inbox.writer import InboxWriter
from receiver.resync.plan import token_for
from receiver.resync.progress import Progress, Run
from receiver.settings import Settings

WINDOWS_AT_ONCE = 4
WEBHOOK = "api"
"""The name under which what comes from the API stands in `deliveries.webhook`."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One window. `outside`: records of another day than was asked for, dropped."""

    window: Window
    records: int
    outside: int


class Fetching:
    """One run. `inbox` None: fetch and count only."""

    def __init__(
        self,
        settings: Settings,
        progress: Progress,
        run: Run,
        inbox: InboxWriter | None,
    ) -> None:
        self._settings = settings
        self._client = ApiClient(
            settings.api_url, settings.api_per_second, self._spend_point, self._sleep
        )
        self._progress = progress
        self._run = run
        self._inbox = inbox
        self._zone = ZoneInfo(settings.timezone)
        self._stop = threading.Event()

    def fetch(self, windows: Iterable[Window], done: Callable[[Fetched], None]) -> None:
        """Fetch all windows; `done` is called after each. What one of them raises ends the others,
        at their next page at the latest. Raises `ApiError`, `PointsSpent`, `InboxUnavailable`."""
        with ThreadPoolExecutor(WINDOWS_AT_ONCE) as pool:
            futures = [pool.submit(self._fetch, window) for window in windows]
            try:
                for future in as_completed(futures):
                    done(future.result())
            finally:
                self._stop.set()
                pool.shutdown(wait=False, cancel_futures=True)

    def _fetch(self, window: Window) -> Fetched:
        token = token_for(self._settings, window.site_id)
        records = outside = 0
        for page in pages(self._client, window, token):
            inside = list(self._inside(window, page.records))
            if self._inbox is not None:
                self._inbox.put_all(delivery(window, record) for record in inside)
            records += len(inside)
            outside += len(page.records) - len(inside)
        if self._inbox is not None:
            self._progress.note_window(self._run, window, records, outside)
        return Fetched(window, records, outside)

    def _spend_point(self, site_id: int) -> None:
        self._check()
        self._progress.spend_point(self._run, site_id, self._settings.api_points_per_day)

    def _sleep(self, seconds: float) -> None:
        self._stop.wait(seconds)
        self._check()

    def _check(self) -> None:
        if self._stop.is_set():
            raise Interrupted

    def _inside(self, window: Window, records: Iterable[Record]) -> Iterator[Record]:
        day = window.day.isoformat()
        return (record for record in records if happened_on(record, self._zone) in (day, None))


class Interrupted(Exception):
    """Another window ended the run."""


def delivery(window: Window, record: Record) -> Delivery:
    """A record in the shape of everything else that comes in."""
    params: Params = call_params(record) if window.lead_type == "call" else request_params(record)
    if window.lead_type == "request":
        path = "/calls-service/RestAPI/requests"
    else:
        path = f"/calls-service/RestAPI/{window.site_id}/calls-diary/calls"
    return Delivery(
        webhook=WEBHOOK,
        method="GET",
        path=path,
        query=b"",
        body=json.dumps(params, ensure_ascii=False, separators=(",", ":")).encode(),
        content_type="application/json",
        source_ip="",
        origin=Origin.API,
    )
