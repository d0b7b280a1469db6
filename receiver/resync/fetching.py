"""Windows fetched from the API, several at a time, as deliveries.

A resync notes a window as done when all its deliveries are synced. Whatever ends the process in
between, the next run fetches that window again, and what comes twice changes nothing.
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
from receiver.resync.plan import token_for
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
    """Fetches windows and gives away what is in them.

    `keep` takes the deliveries of a page, `finish` a window whose pages were all kept, both in the
    thread that fetches; `spend_point` is called ahead of every web request. What they raise ends
    the fetching.
    """

    def __init__(
        self,
        settings: Settings,
        spend_point: Callable[[int], None],
        keep: Callable[[Window, list[Delivery]], None],
        finish: Callable[[Fetched], None] = lambda fetched: None,
    ) -> None:
        self._settings = settings
        self._client = ApiClient(
            settings.api_url, settings.api_per_second, self._before_request, self._sleep
        )
        self._spend_point = spend_point
        self._keep = keep
        self._finish = finish
        self._zone = ZoneInfo(settings.timezone)
        self._stop = threading.Event()

    def fetch(self, windows: Iterable[Window]) -> Iterator[Fetched]:
        """Fetch all windows; each is named when it is done. What one raises ends the others, at
        their next web request at the latest. Raises `ApiError` and what the callables raise."""
        with ThreadPoolExecutor(WINDOWS_AT_ONCE) as pool:
            futures = [pool.submit(self._fetch, window) for window in windows]
            try:
                for future in as_completed(futures):
                    yield future.result()
            except BaseException:
                self._stop.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _fetch(self, window: Window) -> Fetched:
        token = token_for(self._settings, window.site_id)
        records = outside = 0
        for page in pages(self._client, window, token):
            inside = list(self._inside(window, page.records))
            self._keep(window, [delivery(window, record) for record in inside])
            records += len(inside)
            outside += len(page.records) - len(inside)
        fetched = Fetched(window, records, outside)
        self._finish(fetched)
        return fetched

    def _before_request(self, site_id: int) -> None:
        self._check()
        self._spend_point(site_id)

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
