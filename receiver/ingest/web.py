"""The receiver's web application: check who sends, keep the bytes, answer. Nothing else.

What a worker that runs this imports must stay small and must not reach the store.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from flask import Flask

from receiver.data_dir import DataDir
from receiver.inbox.frames import FrameKind
from receiver.inbox.writer import InboxUnavailable, InboxWriter, WaitingFrame
from receiver.ingest.acceptance import METHODS, Acceptance, DeliveryRefused, webhook_in
from receiver.ops.health import health_blueprint
from receiver.ops.metrics import ReceiverMetrics
from receiver.server.async_app import PlainAnswer
from receiver.settings.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 30
MOST_WAITING_BYTES = 64 << 20
LANES = 2
_LOG_EVERY_SECONDS = 60.0

_HEADERS = (("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"))
_ALLOWED = ("Allow", ", ".join(("OPTIONS", *METHODS)))
_OK = PlainAnswer(200, b"OK", _HEADERS)


def load() -> Receiver:
    """What the receiver's workers run."""
    return register_receiver(_flask(), Settings.load())


def create_receiver(settings: Settings) -> Flask:
    """The application of the receiver's own port."""
    app = _flask()
    register_receiver(app, settings)
    return app


def register_receiver(app: Flask, settings: Settings) -> Receiver:
    """Put the receiver before an application (its own, or the one that serves everything)."""
    metrics = ReceiverMetrics(settings.data_dir)
    inbox = InboxWriter(DataDir(settings.data_dir).inbox, metrics.observe_commit, LANES)
    receiver = Receiver(Acceptance(settings), inbox, metrics, app.wsgi_app)
    app.wsgi_app = receiver  # type: ignore[method-assign]
    app.register_blueprint(health_blueprint("receiver", settings, inbox.check))
    return receiver


def _flask() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    return app


class Receiver:
    """Answers /webhook itself, as a WSGI application and as a `Prompt` one; the rest is `beyond`.

    One per worker process.
    """

    def __init__(
        self,
        acceptance: Acceptance,
        inbox: InboxWriter,
        metrics: ReceiverMetrics,
        beyond: WSGIApplication,
    ) -> None:
        self._acceptance = acceptance
        self._inbox = inbox
        self._metrics = metrics
        self._beyond = beyond
        self._begun: list[WaitingFrame] = []
        self._last_logged: dict[str, float] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        name = webhook_in(environ.get("PATH_INFO", ""))
        if name is None:
            return self._beyond(environ, start_response)
        answer = self._answer(name, environ)
        length = ("Content-Length", str(len(answer.body)))
        start_response(answer.status_line, [*answer.headers, length])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def start(self) -> None:
        self._inbox.open()

    def stop(self) -> None:
        self._inbox.close()

    def begin(self, environ: WSGIEnvironment, done: Callable[[PlainAnswer], None]) -> bool:
        """Take a delivery over; `done` is called from the inbox's thread once it is synced."""
        name = webhook_in(environ["PATH_INFO"])
        if name is None or environ["REQUEST_METHOD"] not in ("GET", "POST"):
            return False
        if self._inbox.waiting_bytes > MOST_WAITING_BYTES:
            done(self._unavailable("too much waits for the disk"))
            return True
        try:
            delivery = self._acceptance.delivery(name, environ)
        except DeliveryRefused as refused:
            done(self._refuse(refused))
        else:
            finish = partial(self._finish, name, done)
            self._begun.append(WaitingFrame(FrameKind.DELIVERY, delivery.pack(), finish))
        return True

    def go_on(self) -> None:
        if self._begun:
            self._inbox.begin(self._begun)
            self._begun = []

    def give_up(self) -> PlainAnswer:
        return self._unavailable("not synced in time")

    def _finish(
        self, name: str, done: Callable[[PlainAnswer], None], error: Exception | None
    ) -> None:
        done(self._accepted(name) if error is None else self._unavailable(str(error)))

    def _answer(self, name: str, environ: WSGIEnvironment) -> PlainAnswer:
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            return PlainAnswer(200, b"", (*_HEADERS, _ALLOWED))
        if method not in METHODS:
            return PlainAnswer(405, b"method not allowed\n", (*_HEADERS, _ALLOWED))
        try:
            delivery = self._acceptance.delivery(name, environ)
            if method == "HEAD":
                return _OK
            self._inbox.put(delivery)
        except DeliveryRefused as refused:
            return self._refuse(refused)
        except InboxUnavailable as error:
            return self._unavailable(str(error))
        return self._accepted(name)

    def _accepted(self, name: str) -> PlainAnswer:
        try:
            self._metrics.accepted.labels(name).inc()
        except Exception as error:  # noqa: BLE001 - what is kept is acknowledged, counted or not
            self._log("a delivery was not counted", repr(error))
        return _OK

    def _unavailable(self, why: str) -> PlainAnswer:
        answer = self._refuse(DeliveryRefused(503, "inbox unavailable", why))
        retry = ("Retry-After", str(RETRY_AFTER_SECONDS))
        return PlainAnswer(answer.status, answer.body, (*answer.headers, retry))

    def _refuse(self, refused: DeliveryRefused) -> PlainAnswer:
        self._metrics.refused.labels(refused.reason).inc()
        self._log(f"refused: {refused.reason}", refused.detail)
        return PlainAnswer(refused.status, f"{refused.reason}\n".encode(), _HEADERS)

    def _log(self, event: str, detail: str) -> None:
        """At most once a minute per event, or a flood would fill the disk."""
        now = time.monotonic()
        if now - self._last_logged.get(event, -_LOG_EVERY_SECONDS) >= _LOG_EVERY_SECONDS:
            self._last_logged[event] = now
            log.warning("%s %s", event, detail)
