"""What comes in at the addresses of flows: checked, kept, answered. Nothing else.

The inbox of flows is one of its own, opened with the first flow: digest numbers every delivery of
the other one, and a rebuild of hours must not stop flows.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable
from functools import lru_cache, partial
from ipaddress import IPv4Address, IPv6Address
from math import ceil
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from flask import Response, request

from receiver.allowlist import client_address, is_in
from receiver.data_dir import DataDir
from receiver.inbox.delivery import Delivery
from receiver.inbox.frames import FrameKind
from receiver.inbox.waiting import PATIENCE_SECONDS, WaitingFrame
from receiver.inbox.writer import InboxWriter
from receiver.ingest.acceptance import MAX_URL_BYTES, DeliveryRefused, read_body
from receiver.ingest.flow_addresses import FlowAddress, FlowAddresses, flow_in
from receiver.ingest.flow_answer import PLAIN
from receiver.ops.metrics import ReceiverMetrics
from receiver.ops.shipping_state import knows_addresses
from receiver.server.async_app import PlainAnswer
from receiver.settings.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 30
MOST_WAITING_BYTES = 64 << 20
_MINUTE = 60.0
_PREFLIGHT_SECONDS = 600
_MOST_HEADER_BYTES = 16 << 10
_NOT_KEPT = ("cookie", "authorization", "proxy-authorization", "host", "content-length")
_PLAIN_HEADERS = (("Content-Type", PLAIN), ("Cache-Control", "no-store"))
_ALLOWS_ORIGINS = "access-control-allow-origin"
_CORS = (
    _ALLOWS_ORIGINS,
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-max-age",
    "vary",
)
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")

Keep = Callable[[WaitingFrame], None]
Done = Callable[[PlainAnswer], None]


class FlowReceiver:
    """One per worker process. `per_minute` of a flow is divided among the workers."""

    def __init__(self, settings: Settings, metrics: ReceiverMetrics) -> None:
        place = DataDir(settings.data_dir)
        self._settings = settings
        self._metrics = metrics
        self._shipping = place.shipping
        self._addresses = FlowAddresses(place.flow_addresses)
        self._inbox = InboxWriter(place.flows_inbox, reserve_in=place.inbox)
        self._address = lru_cache(maxsize=1024)(client_address)
        self._begun: list[WaitingFrame] = []
        self._minute: dict[str, tuple[float, int]] = {}

    def start(self) -> None:
        """As the other inbox, where there are flows already."""
        if self._addresses:
            self._inbox.open()

    def begin(self, environ: WSGIEnvironment, done: Done) -> bool:
        """As an `AsyncApp`: whether it is taken over. An answer that has to be filled is not: a
        thread decodes the delivery."""
        target = flow_in(environ["PATH_INFO"])
        if target is None or environ["REQUEST_METHOD"] in ("HEAD", "OPTIONS"):
            return False
        address = self._addresses.find(*target)
        if address is not None and address.answer.fixed is None:
            return False
        if self._inbox.waiting_bytes > MOST_WAITING_BYTES:
            done(self._refused(target[0], DeliveryRefused(503, "inbox unavailable")))
        else:
            self._receive(*target, environ, self._begun.append, done)
        return True

    def flush(self) -> None:
        if self._begun:
            self._inbox.begin(self._begun)
            self._begun = []

    def view(self, name: str, key: str) -> Response:
        """The Flask view; waits for the disk."""
        answers = SimpleQueue[PlainAnswer]()
        environ = request.environ
        if environ["REQUEST_METHOD"] in ("HEAD", "OPTIONS"):
            return _response(self._answer_without_keeping(name, key, environ))
        self._receive(name, key, environ, lambda frame: self._inbox.begin([frame]), answers.put)
        try:
            return _response(answers.get(timeout=PATIENCE_SECONDS))
        except Empty:
            return _response(self._refused(name, DeliveryRefused(503, "inbox unavailable")))

    def stop(self) -> None:
        self._inbox.close()

    def _receive(
        self, name: str, key: str, environ: WSGIEnvironment, keep: Keep, done: Done
    ) -> None:
        try:
            address = self._checked(name, key, environ["REQUEST_METHOD"], environ)
            delivery, answer = self._delivery(address, environ)
        except DeliveryRefused as refused:
            done(self._refused(name, refused))
            return
        finish = partial(self._finish, name, answer, done)
        keep(WaitingFrame(FrameKind.DELIVERY, delivery.pack(), finish))

    def _finish(self, name: str, answer: PlainAnswer, done: Done, error: Exception | None) -> None:
        if error is not None:
            done(self._refused(name, DeliveryRefused(503, "inbox unavailable")))
            return
        try:
            self._metrics.flow_received.labels(name).inc()
        except Exception as uncounted:  # noqa: BLE001 - what is kept is acknowledged, counted or not
            log.warning("a delivery was not counted: %r", uncounted)
        done(answer)

    def _checked(self, name: str, key: str, method: str, environ: WSGIEnvironment) -> FlowAddress:
        """Raises `DeliveryRefused`; a wrong key as a flow that does not exist."""
        address = self._admitting(name, key, environ)
        if method not in address.methods:
            raise DeliveryRefused(405, "method not allowed", address.allowed)
        self._count_in_minute(address)
        return address

    def _admitting(self, name: str, key: str, environ: WSGIEnvironment) -> FlowAddress:
        address = self._addresses.find(name, key)
        if address is None and self._addresses.are_unreadable:
            raise DeliveryRefused(503, "addresses unreadable")
        if address is None and self._settings.ships and not knows_addresses(self._shipping):
            # It may be there since this host was told of flows last.
            raise DeliveryRefused(503, "addresses may have changed")
        if address is None:
            raise DeliveryRefused(404, "no such flow")
        if address.networks:
            client = self._client(environ)
            if client is None or not is_in(client, address.networks):
                raise DeliveryRefused(403, "sender not allowed")
        return address

    def _client(self, environ: WSGIEnvironment) -> IPv4Address | IPv6Address | None:
        peer, forwarded = environ.get("REMOTE_ADDR") or "", environ.get("HTTP_X_FORWARDED_FOR", "")
        return self._address(peer, forwarded, self._settings.trusted_proxies)

    def _count_in_minute(self, address: FlowAddress) -> None:
        now = time.monotonic()
        began, count = self._minute.get(address.name, (now, 0))
        if now - began >= _MINUTE:
            began, count = now, 0
        self._minute[address.name] = (began, count + 1)
        if count >= max(address.per_minute // self._settings.workers, 1):
            raise DeliveryRefused(429, "too many a minute", str(ceil(began + _MINUTE - now)))

    def _delivery(
        self, address: FlowAddress, environ: WSGIEnvironment
    ) -> tuple[Delivery, PlainAnswer]:
        """As it will be stored, and the answer once it is."""
        if len(environ["QUERY_STRING"]) > MAX_URL_BYTES:
            raise DeliveryRefused(414, "URL too long")
        delivery_id = secrets.token_hex(16)
        client = self._client(environ)
        delivery = Delivery(
            webhook=address.name,
            method=environ["REQUEST_METHOD"],
            # Without the key.
            path=f"/flow/{address.name}",
            query=environ["QUERY_STRING"].encode("latin-1"),
            body=read_body(environ, address.max_body_bytes),
            content_type=environ.get("CONTENT_TYPE") or "",
            source_ip="" if client is None else str(client),
            headers=f"@delivery: {delivery_id}\n".encode() + _headers(environ),
        )
        return delivery, address.answer.fixed or address.answer.filled(delivery, delivery_id)

    def _answer_without_keeping(self, name: str, key: str, environ: WSGIEnvironment) -> PlainAnswer:
        """To HEAD as to GET, and to a browser's question whether it may send."""
        try:
            if environ["REQUEST_METHOD"] == "OPTIONS":
                asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
                return _options(self._admitting(name, key, environ), asked)
            address = self._checked(name, key, "GET", environ)
            return self._delivery(address, environ)[1]
        except DeliveryRefused as refused:
            return self._refused(name, refused)

    def _refused(self, name: str, refused: DeliveryRefused) -> PlainAnswer:
        """Counted by flow, unless there is none of this name: strangers could invent labels."""
        flow = name if name in self._addresses else ""
        self._metrics.flow_refused.labels(flow, refused.reason).inc()
        headers: tuple[tuple[str, str], ...] = _PLAIN_HEADERS
        match refused.status:
            case 405:
                headers = (*headers, ("Allow", refused.detail))
            case 429:
                headers = (*headers, ("Retry-After", refused.detail))
            case 503:
                headers = (*headers, ("Retry-After", str(RETRY_AFTER_SECONDS)))
        return PlainAnswer(refused.status, f"{refused.reason}\n".encode(), headers)


def _options(address: FlowAddress, asked: str) -> PlainAnswer:
    given = {name.lower(): value for name, value in address.answer.given_headers}
    if _ALLOWS_ORIGINS not in given:
        return PlainAnswer(200, b"", (*_PLAIN_HEADERS, ("Allow", address.allowed)))
    names = [name.strip() for name in asked.split(",")]
    ours = {
        "Access-Control-Allow-Methods": ", ".join(address.methods),
        "Access-Control-Allow-Headers": ", ".join(filter(_HEADER_NAME.fullmatch, names)),
        "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS),
    }
    # What the flow says itself goes before.
    theirs = [pair for pair in address.answer.given_headers if pair[0].lower() in _CORS]
    added = [(name, value) for name, value in ours.items() if value and name.lower() not in given]
    return PlainAnswer(204, b"", (*_PLAIN_HEADERS, *theirs, *added))


def _headers(environ: WSGIEnvironment) -> bytes:
    """A line each, without those that open other doors."""
    lines = []
    for name, value in environ.items():
        if not name.startswith("HTTP_") or not isinstance(value, str):
            continue
        header = name[5:].replace("_", "-").lower()
        if header not in _NOT_KEPT:
            lines.append(f"{header}: {value.strip()}")
    return "\n".join(lines)[:_MOST_HEADER_BYTES].encode("latin-1", "replace")


def _response(answer: PlainAnswer) -> Response:
    # As a text, or werkzeug would write the phrase in capitals.
    return Response(answer.body, answer.status_line, list(answer.headers))
