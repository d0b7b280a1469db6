"""Fetches windows from the API, several at a time, and turns their records into deliveries.

A window is marked done once all its deliveries are synced to disk. If the process ends before that,
the next run fetches the window again; duplicates change nothing.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from receiver.calltouch_api.client import ApiClient
from receiver.calltouch_api.exports import ExportPage, ExportWindow, export_path, id_name
from receiver.calltouch_api.flaws import Flaw, FlawKind
from receiver.calltouch_api.paging import Placed, Tally, read_window
from receiver.calltouch_api.parts import Params, Record, whole
from receiver.calltouch_api.records import call_params, happened_on, request_params
from receiver.inbox.delivery import Delivery, Origin
from receiver.resync.plan import token_for
from receiver.settings.settings import Settings

WINDOWS_AT_ONCE = 4
WEBHOOK = "api"
"""Value of `deliveries.webhook` for records from the API."""


@dataclass(frozen=True, slots=True)
class ApiDelivery:
    """An API record as a delivery. `lead_id` None: it has no readable id."""

    lead_id: int | None
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class FetchedWindow:
    """`outside`: records of another day than requested; dropped. `in_model`: how many request
    records named their attribution model, and how many of them the requested one."""

    window: ExportWindow
    records: int
    outside: int
    flaws: tuple[Flaw, ...] = ()
    in_model: tuple[int, int] = (0, 0)


class WindowFetcher:
    """Fetches windows and hands on their records.

    `keep` gets the deliveries of a page, `finish` a window whose pages have all been kept; both run
    in the fetching thread. `spend_point` is called before every API request. Any exception they
    raise stops fetching.
    """

    def __init__(
        self,
        settings: Settings,
        spend_point: Callable[[int], None],
        keep: Callable[[ExportWindow, list[ApiDelivery]], None],
        finish: Callable[[FetchedWindow], None] = lambda fetched: None,
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

    def fetch(self, windows: Iterable[ExportWindow]) -> Iterator[FetchedWindow]:
        """Fetch all windows and yield each when done. An exception in one stops the others by
        their next API request. Raises `ApiError` and whatever the callables raise."""
        with ThreadPoolExecutor(WINDOWS_AT_ONCE) as pool:
            futures = [pool.submit(self._fetch, window) for window in windows]
            try:
                for future in as_completed(futures):
                    yield future.result()
            except BaseException:
                self._stop.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _fetch(self, window: ExportWindow) -> FetchedWindow:
        token = token_for(self._settings, window.site_id)
        taking = _WindowRecords(window, self._zone)

        def take(page: ExportPage, records: list[Placed]) -> None:
            self._keep(window, taking.take(page, records))

        fetched = taking.fetched(read_window(self._client, window, token, take))
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
            raise FetchInterrupted


class FetchInterrupted(Exception):
    """Fetching another window failed."""


class _WindowRecords:
    """Turns the records of one window into deliveries and counts them."""

    def __init__(self, window: ExportWindow, zone: ZoneInfo) -> None:
        self._window = window
        self._zone = zone
        self._inside = self._outside = self._says_model = self._is_in_model = 0
        # A dict: a record fetched twice is reported once.
        self._flaws: dict[Flaw, None] = {}

    def take(self, page: ExportPage, records: list[Placed]) -> list[ApiDelivery]:
        """Records of the requested day, and those without a readable one."""
        taken = []
        for number, record in records:
            where = f"{page.number}/{number}"
            if not isinstance(record, dict):
                self._note("no object", where)
            elif happened_on(record, self._zone) in (self._window.day.isoformat(), None):
                taken.append(self._delivery(record, page, where))
            else:
                self._outside += 1
        self._inside += len(taken)
        return taken

    def fetched(self, tally: Tally) -> FetchedWindow:
        if not tally.is_whole:
            counted = "" if tally.total is None else tally.total
            self._note("count", f"{tally.came}/{counted}")
        if self._outside and not self._inside:
            self._note("other day", str(self._outside))
        models = (self._says_model, self._is_in_model)
        return FetchedWindow(self._window, self._inside, self._outside, tuple(self._flaws), models)

    def _delivery(self, record: Record, page: ExportPage, where: str) -> ApiDelivery:
        lead_id = whole(record.get(id_name(self._window.lead_type)))
        odd: set[str] = set()
        params = self._params(record, odd)
        params["sendingTimestamp"] = page.asked_at
        if lead_id is None:
            self._note("no id", where)
        for part in sorted(odd):
            self._note("part", part, lead_id)
        return ApiDelivery(lead_id, _delivery(self._window, params))

    def _note(self, kind: FlawKind, detail: str, lead_id: int | None = None) -> None:
        window = self._window
        flaw = Flaw(window.day, window.site_id, window.lead_type, kind, detail, lead_id)
        self._flaws[flaw] = None

    def _params(self, record: Record, odd: set[str]) -> Params:
        asked = self._window.model
        if self._window.lead_type == "call":
            # This export documents the model parameter: records without one are in that model.
            return {"attribution": asked, **call_params(record, odd)}
        params = request_params(record, odd, asked)
        self._says_model += "attribution" in params
        self._is_in_model += asked is not None and params.get("attribution") == asked
        return params


def _delivery(window: ExportWindow, params: dict[str, Any]) -> Delivery:
    return Delivery(
        webhook=WEBHOOK,
        method="GET",
        path=export_path(window),
        query=b"",
        body=_json(params),
        content_type="application/json",
        source_ip="",
        origin=Origin.API,
    )


def _json(params: dict[str, Any]) -> bytes:
    compact = (",", ":")
    try:
        return json.dumps(params, ensure_ascii=False, separators=compact).encode()
    except UnicodeEncodeError:
        # Half a surrogate pair cannot be encoded in UTF-8.
        return json.dumps(params, separators=compact).encode()
