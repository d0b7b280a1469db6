"""What comes in at the addresses of flows: checked, kept, answered. Nothing else.

The inbox of flows is one of its own, opened with the first flow: digest numbers every delivery of
the other one, and a rebuild of hours must not stop flows.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Address, IPv6Address
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
from receiver.ingest.flow_answer import PLAIN, answer_type, filled_body
from receiver.ops.metrics import ReceiverMetrics
from receiver.server.async_app import PlainAnswer
from receiver.settings.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

RETRY_AFTER_SECONDS = 30
_MINUTE = 60.0
_PREFLIGHT_SECONDS = 600
_MOST_HEADER_BYTES = 16 << 10
_NOT_KEPT = ("cookie", "authorization", "proxy-authorization", "host", "content-length")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_PLAIN_HEADERS = (("Content-Type", PLAIN), ("Cache-Control", "no-store"))

Keep = Callable[[WaitingFrame], None]
Done = Callable[[PlainAnswer], None]


class FlowReceiver:
    """One per worker process. `per_minute` of a flow is divided among the workers."""

    def __init__(self, settings: Settings, metrics: ReceiverMetrics) -> None:
        place = DataDir(settings.data_dir)
        self._settings = settings
        self._metrics = metrics
        self._addresses = FlowAddresses(place.flow_addresses)
        self._inbox = InboxWriter(place.flows_inbox)
        self._begun: list[WaitingFrame] = []
        self._minute: dict[str, tuple[float, int]] = {}

    def begin(self, environ: WSGIEnvironment, done: Done) -> bool:
        """As an `AsyncApp`: whether it is taken over."""
        target = flow_in(environ["PATH_INFO"])
        if target is None or environ["REQUEST_METHOD"] in ("HEAD", "OPTIONS"):
            return False
        self._receive(*target, environ, self._begun.append, done)
        return True

    def flush(self) -> None:
        if self._begun:
            self._inbox.begin(self._begun)
            self._begun = []

    def view(self, name: str, key: str) -> Response:
        """The Flask view; waits for the disk."""
        answers = SimpleQueue[PlainAnswer]()
        if request.method in ("HEAD", "OPTIONS"):
            return _response(self._answer_without_keeping(name, key, request.method))
        self._receive(
            name, key, request.environ, lambda frame: self._inbox.begin([frame]), answers.put
        )
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
            address = self._checked(name, key, environ)
            delivery, delivery_id = self._delivery(address, environ)
        except DeliveryRefused as refused:
            done(self._refused(name, refused))
            return
        answer = _answer(address, delivery, delivery_id)
        finish = partial(self._finish, name, answer, done)
        keep(WaitingFrame(FrameKind.DELIVERY, delivery.pack(), finish))

    def _finish(self, name: str, answer: PlainAnswer, done: Done, error: Exception | None) -> None:
        if error is not None:
            done(self._refused(name, DeliveryRefused(503, "inbox unavailable", str(error))))
            return
        self._metrics.flow_received.labels(name).inc()
        done(answer)

    def _checked(self, name: str, key: str, environ: WSGIEnvironment) -> FlowAddress:
        """Raises `DeliveryRefused`; a wrong key as a flow that does not exist."""
        address = self._addresses.find(name, key)
        if address is None:
            raise DeliveryRefused(404, "no such flow")
        if environ["REQUEST_METHOD"] not in address.methods:
            raise DeliveryRefused(405, "method not allowed", _allowed(address))
        if address.networks and not self._is_inside(address, environ):
            raise DeliveryRefused(403, "sender not allowed")
        if not self._has_room(address):
            raise DeliveryRefused(429, "too many a minute")
        return address

    def _is_inside(self, address: FlowAddress, environ: WSGIEnvironment) -> bool:
        found = self._client(environ)
        return found is not None and is_in(found, address.networks)

    def _client(self, environ: WSGIEnvironment) -> IPv4Address | IPv6Address | None:
        peer, forwarded = environ.get("REMOTE_ADDR") or "", environ.get("HTTP_X_FORWARDED_FOR", "")
        return client_address(peer, forwarded, self._settings.trusted_proxies)

    def _has_room(self, address: FlowAddress) -> bool:
        now = time.monotonic()
        began, count = self._minute.get(address.name, (now, 0))
        if now - began >= _MINUTE:
            began, count = now, 0
        self._minute[address.name] = (began, count + 1)
        return count < max(address.per_minute // self._settings.workers, 1)

    def _delivery(self, address: FlowAddress, environ: WSGIEnvironment) -> tuple[Delivery, str]:
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
        return delivery, delivery_id

    def _answer_without_keeping(self, name: str, key: str, method: str) -> PlainAnswer:
        """To HEAD as to GET, and to a browser's question whether it may send."""
        address = self._addresses.find(name, key)
        if address is None:
            return self._refused(name, DeliveryRefused(404, "no such flow"))
        if method == "OPTIONS":
            return _options(address, request.headers.get("Access-Control-Request-Headers", ""))
        if "GET" not in address.methods:
            refused = DeliveryRefused(405, "method not allowed", _allowed(address))
            return self._refused(name, refused)
        # Its length is that of the body, which nobody sends for HEAD.
        body = address.body.encode() if address.is_static else b""
        return PlainAnswer(address.status, body, _answer_headers(address), address.reason)

    def _refused(self, name: str, refused: DeliveryRefused) -> PlainAnswer:
        """Counted by flow, unless there is none of this name: strangers could invent labels."""
        flow = "" if refused.status == 404 else name
        self._metrics.flow_refused.labels(flow, refused.reason).inc()
        headers: tuple[tuple[str, str], ...] = _PLAIN_HEADERS
        if refused.status == 405:
            headers = (*headers, ("Allow", refused.detail))
        if refused.status in (429, 503):
            headers = (*headers, ("Retry-After", str(RETRY_AFTER_SECONDS)))
        return PlainAnswer(refused.status, f"{refused.reason}\n".encode(), headers)


def _answer(address: FlowAddress, delivery: Delivery, delivery_id: str) -> PlainAnswer:
    headers = _answer_headers(address)
    if address.is_static:
        body = address.body.encode()
    else:
        content_type = answer_type(address.headers, is_static=False)
        body = filled_body(address.body, delivery, delivery_id, content_type)
    return PlainAnswer(address.status, body, headers, address.reason)


def _answer_headers(address: FlowAddress) -> tuple[tuple[str, str], ...]:
    content_type = answer_type(address.headers, is_static=address.is_static)
    others = tuple(pair for pair in address.headers if pair[0].lower() != "content-type")
    safe = ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")
    return (("Content-Type", content_type), *others, *safe)


def _options(address: FlowAddress, asked: str) -> PlainAnswer:
    if not address.allows_origins:
        return PlainAnswer(200, b"", (*_PLAIN_HEADERS, ("Allow", _allowed(address))))
    names = [name.strip() for name in asked.split(",")]
    fit = [name for name in names if _HEADER_NAME.fullmatch(name)]
    others = tuple(pair for pair in address.headers if pair[0].lower() != "content-type")
    return PlainAnswer(
        204,
        b"",
        (
            *others,
            ("Access-Control-Allow-Methods", ", ".join(address.methods)),
            ("Access-Control-Allow-Headers", ", ".join(fit)),
            ("Access-Control-Max-Age", str(_PREFLIGHT_SECONDS)),
        ),
    )


def _allowed(address: FlowAddress) -> str:
    head = ("HEAD",) if "GET" in address.methods else ()
    return ", ".join(("OPTIONS", *head, *address.methods))


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
