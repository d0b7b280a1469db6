"""The account at Calltouch as steps use it: sites and tokens, the pace and the points that are
shared with resync, and one web request at a time."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from flows.refusal import FlowRefusal
from flows.retrying import seconds_asked
from outgoing.connection import Phase
from outgoing.guard import BlockedTarget, configured_target
from outgoing.sending import NotAnswered, WebRequest, send_to
from receiver.calltouch_api.client import ApiClient, ApiUnavailable
from receiver.calltouch_api.exports import ExportPage, ExportWindow
from receiver.calltouch_api.methods import Sender
from receiver.calltouch_api.paging import Placed, read_window
from receiver.calltouch_api.post_once import NoAnswer, PostAnswer, Poster, SiteToken
from receiver.calltouch_api.rate_limit import RateLimit
from receiver.data_dir import DataDir
from receiver.person_key import InvalidPersonKey, contact_hash, person_key
from receiver.resync.plan import NothingToAsk, sites_to_ask, token_for
from receiver.resync.progress import Progress
from receiver.settings.settings import Settings

log = logging.getLogger(__name__)

_ANSWER_SECONDS = 30.0
_ANSWER_BYTES = 1 << 20


@dataclass(slots=True)
class OneExchange:
    """How one web request to Calltouch went: how far it got, and what came back.

    The operator has set its address, so it may lie inside.
    """

    clock: Callable[[], float]
    seconds: float = _ANSWER_SECONDS
    phase: Phase = Phase.CONNECTING
    reason: str = ""
    status: int | None = None
    answer: bytes | None = None
    asked: float | None = None

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> PostAnswer:
        request = WebRequest("POST", url, tuple(headers.items()), body, self.seconds, _ANSWER_BYTES)
        try:
            answer = send_to(configured_target(url), request)
        except BlockedTarget as blocked:
            raise self._failed(Phase.CONNECTING, blocked.reason) from None
        except NotAnswered as failure:
            raise self._failed(failure.phase, failure.reason) from None
        self.status, self.answer, self.phase = answer.status, answer.body, Phase.READING
        self.asked = seconds_asked(answer.header("retry-after"), self.clock())
        if answer.body_problem is not None and answer.status < 300:
            raise self._failed(Phase.READING, "answer-unclear")
        return PostAnswer(answer.status, answer.body, self.asked)

    def _failed(self, phase: Phase, reason: str) -> NoAnswer:
        self.phase, self.reason = phase, reason
        return NoAnswer(reason, never_left=phase is Phase.CONNECTING)


class CalltouchAccount:
    """Used by all threads of the runner. `per_second`, `seconds`: instead of the settings' pace,
    and of the time an answer may take."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = lambda: datetime.now(UTC).timestamp(),
        per_second: float | None = None,
        seconds: float = _ANSWER_SECONDS,
    ) -> None:
        self.url = settings.api_url
        self.host = urlsplit(settings.api_url).hostname or ""
        self.look_after = settings.flow_look_after
        self.callbacks_per_day = settings.callbacks_per_day
        self.settings = settings
        self._place = DataDir(settings.data_dir)
        self._clock = clock
        self._per_second = per_second or settings.api_per_second
        self._seconds = seconds
        self._pace = RateLimit(urlsplit(settings.api_url).netloc, self._per_second)
        self._lock = Lock()
        self._points: Progress | None = None

    def access(self, site: int | None) -> SiteToken:
        """Of this site, else of the only one. Raises `FlowRefusal`."""
        try:
            sites = sites_to_ask(self.settings, () if site is None else (site,))
            token = token_for(self.settings, sites[0])
        except NothingToAsk as nothing:
            if site is None and not self._sites:
                raise FlowRefusal("missing-site", "site", str(nothing)) from None
            raise FlowRefusal("missing-token", "api_token", str(nothing)) from None
        if len(sites) > 1:
            raise FlowRefusal("missing-site", "site", f"say which: site = {sites[0]}")
        return SiteToken(sites[0], token)

    def is_known(self, site: int) -> bool:
        return site in self._sites

    @property
    def only_site(self) -> int | None:
        return next(iter(self._sites)) if len(self._sites) == 1 else None

    @property
    def _sites(self) -> set[int]:
        return {*self.settings.site_ids, *self.settings.sites}

    def spend_point(self, site: int) -> None:
        """Before a web request. Raises `receiver.resync.progress.PointsSpent`."""
        with self._lock:
            self._points = self._points or Progress(self._place.state)
        self._points.spend_point(None, site, self.settings.api_points_per_day)

    def wait_for_turn(self) -> None:
        """Of a web request that goes out another way; the others here wait by themselves."""
        self._pace.wait()

    def sender(self, access: SiteToken, exchange: OneExchange) -> Sender:
        """For one web request: a `429` is not met twice, for a step is tried again later."""
        return Sender(Poster(self.url, self._per_second, exchange=exchange, tries=1), access)

    def exchange(self) -> OneExchange:
        return OneExchange(self._clock, self._seconds)

    def find_request(self, access: SiteToken, number: str, days: list[date]) -> "RequestsFound":
        """Look for a request in the exports of these days. Raises `ApiError` and `PointsSpent`."""
        client = ApiClient(self.url, self._per_second, before=self.spend_point, sleep=_give_up)
        matches: list[dict[str, Any]] = []
        count, is_whole = 0, True

        def take(page: ExportPage, fresh: list[Placed]) -> None:
            matches.extend(record for _, record in fresh if _has_number(record, number))

        for day in days:
            window = ExportWindow(day, access.site_id, "request", None)
            tally = read_window(client, window, access.token, take)
            count += tally.came
            is_whole &= tally.is_whole
        return RequestsFound(matches[0] if matches else None, count, is_whole)

    def phone_hash(self, phone: str) -> str:
        """Of a phone as Calltouch writes it. Raises `FlowRefusal` where there is no key."""
        try:
            key = person_key(self._place.person_key)
        except (InvalidPersonKey, OSError) as error:
            log.error("%s", error)
            raise FlowRefusal("no-person-key") from None
        return contact_hash(key, "phone", phone)


@dataclass(frozen=True, slots=True)
class RequestsFound:
    """`record`: of the request, if it is there. `count`: how many requests were looked at;
    `is_whole`: whether those are known to be all."""

    record: dict[str, Any] | None
    count: int
    is_whole: bool


def _give_up(seconds: float) -> None:
    """No thread of the runner sleeps: the step is tried again later."""
    raise ApiUnavailable("Calltouch's API does not answer now")


def _has_number(record: Any, number: str) -> bool:
    return isinstance(record, dict) and str(record.get("requestNumber")) == number
