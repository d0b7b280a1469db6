"""Windows fetched from the API, several at a time, as deliveries.

A resync notes a window as done when all its deliveries are synced. Whatever ends the process in
between, the next run fetches that window again, and what comes twice changes nothing.
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
"""The name under which what comes from the API stands in `deliveries.webhook`."""


@dataclass(frozen=True, slots=True)
class ApiDelivery:
    """A record in the shape of everything else that comes in. `lead_id` None: it is of no lead."""

    lead_id: int | None
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class FetchedWindow:
    """One window. `outside`: records of another day than was asked for, dropped. `in_model`: how
    many records of requests said their attribution model, and how many the one asked for."""

    window: ExportWindow
    records: int
    outside: int
    flaws: tuple[Flaw, ...] = ()
    in_model: tuple[int, int] = (0, 0)


class WindowFetcher:
    """Fetches windows and gives away what is in them.

    `keep` takes the deliveries of a page, `finish` a window whose pages were all kept, both in the
    thread that fetches; `spend_point` is called ahead of every web request. What they raise ends
    the fetching.
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
    """Another window ended the run."""


class _WindowRecords:
    """The records of one window on their way to deliveries, and what is found out about them."""

    def __init__(self, window: ExportWindow, zone: ZoneInfo) -> None:
        self._window = window
        self._zone = zone
        self._inside = self._outside = self._says_model = self._is_in_model = 0
        # A record that is asked for again is named once.
        self._flaws: dict[Flaw, None] = {}

    def take(self, page: ExportPage, records: list[Placed]) -> list[ApiDelivery]:
        """Those of the day that was asked for, or of none that can be read."""
        taken = []
        for place, record in records:
            where = f"{page.number}/{place}"
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
            # This export documents the choice of model: a record that says none is in that one.
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
        # Half of a surrogate pair, which no UTF-8 can hold.
        return json.dumps(params, separators=compact).encode()
