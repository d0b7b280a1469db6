"""The receiver's web application: check the sender, store the bytes, answer. Nothing else.

/webhook is an ordinary Flask endpoint. Under `calltouch serve` the worker does not call Flask for
most deliveries: it passes the WSGI environment to `WebhookReceiver.begin`, and no thread waits for
the disk. Both ways lead through `WebhookReceiver.receive`. What each costs, in CPU time per
delivery of 2.5 kB (two busy cores, one worker, 16 clients, medians of three runs):

- the worker's prompt path, without Flask: 185 µs;
- the Flask view in a thread of the same worker, as under `gunicorn wsgi:app`: 490 µs;
- the same view under `flask run`: 820 µs.

What a worker that runs this imports must stay small and must not reach the store.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import MapAdapter

from receiver.behind_proxy import BehindProxy, path_below
from receiver.data_dir import DataDir
from receiver.inbox.frames import FrameKind
from receiver.inbox.waiting import PATIENCE_SECONDS, WaitingFrame
from receiver.inbox.writer import InboxWriter
from receiver.ingest.acceptance import (
    DEFAULT_WEBHOOK,
    METHODS,
    Acceptance,
    DeliveryRefused,
    webhook_in,
)
from receiver.ingest.flow_addresses import flow_in
from receiver.ingest.flow_receiver import FlowReceiver
from receiver.ops.health import health_blueprint
from receiver.ops.metrics import ReceiverMetrics
from receiver.ops.shipping_state import shipping_remark
from receiver.server.async_app import PlainAnswer
from receiver.settings.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 30
MOST_WAITING_BYTES = 64 << 20
LANES = 2
_LOG_EVERY_SECONDS = 60.0

_HEADERS = (("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"))
_ALLOWED = ("Allow", ", ".join(("OPTIONS", *METHODS)))
_OK = PlainAnswer(200, b"OK", _HEADERS)
_OPTIONS = PlainAnswer(200, b"", (*_HEADERS, _ALLOWED))
_METHOD_NOT_ALLOWED = PlainAnswer(405, b"method not allowed\n", (*_HEADERS, _ALLOWED))

FLOW_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

_OURS = ("webhook", "flow")
# Has more parts than any route of a webhook.
_NO_ROUTE = "/webhook/no/route"


class WebhookFlask(Flask):
    """Flask that routes a webhook's URL as forgivingly as `webhook_in` reads it.

    Flask's own routing would lose deliveries: it refuses an odd Host or an offer to upgrade to
    WebSocket, and knows no slash or blank that a URL gained at its end when it was copied.
    """

    max_body_bytes: int

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name, static_folder=None)
        self.url_map.merge_slashes = False

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        if request is None:
            return super().create_url_adapter(request)
        path = request.environ.get("PATH_INFO", "")
        name = webhook_in(path)
        if name is not None:
            route = "/webhook" if name == DEFAULT_WEBHOOK else f"/webhook/{name}"
            method = request.environ["REQUEST_METHOD"]
            return self.url_map.bind("webhook", default_method=method, path_info=route)
        flow = flow_in(path)
        if flow is not None:
            # Whatever the method: only the flow knows those that it takes.
            route = "/flow/{}/{}".format(*flow)
            return self.url_map.bind("flow", default_method="POST", path_info=route)
        adapter = super().create_url_adapter(request)
        # Werkzeug ignores slashes at the beginning, and a name may hold blanks for it.
        if adapter is not None and path.lstrip("/").partition("/")[0] in _OURS:
            adapter.path_info = _NO_ROUTE
        return adapter

    def log_exception(self, exc_info: Any) -> None:
        """Names the route: a path may hold a key or a code."""
        route = request.url_rule.rule if request.url_rule else "an unknown route"
        self.logger.error("an error in %s [%s]", route, request.method, exc_info=exc_info)


def register_receiver(app: WebhookFlask, settings: Settings) -> WebhookReceiver:
    """Add the receiver to an application: its own, or the one that serves everything."""
    metrics = ReceiverMetrics(settings.data_dir)
    inbox = InboxWriter(DataDir(settings.data_dir).inbox, metrics.observe_commit, LANES)
    flows = FlowReceiver(settings, metrics)
    receiver = WebhookReceiver(app, Acceptance(settings), inbox, metrics, flows, settings.base_path)
    app.max_body_bytes = settings.max_body_bytes
    app.wsgi_app = BehindProxy(app.wsgi_app, settings)  # type: ignore[method-assign]
    for path in ("/webhook", "/webhook/<name>"):
        app.add_url_rule(
            path,
            "webhook",
            receiver.webhook,
            methods=["OPTIONS", *METHODS],
            provide_automatic_options=False,
        )
    app.add_url_rule(
        "/flow/<name>/<key>",
        "flow",
        flows.view,
        methods=FLOW_METHODS,
        provide_automatic_options=False,
    )
    app.register_error_handler(MethodNotAllowed, _method_not_allowed)
    shipping = DataDir(settings.data_dir).shipping
    remark = partial(shipping_remark, shipping) if settings.ships else lambda: None
    app.register_blueprint(health_blueprint("receiver", settings, inbox.check, remark))
    return receiver


def _method_not_allowed(error: MethodNotAllowed) -> Response | MethodNotAllowed:
    if webhook_in(request.environ.get("PATH_INFO", "")) is None:
        return error
    return _response(_METHOD_NOT_ALLOWED)


def _response(answer: PlainAnswer) -> Response:
    # As a text, or werkzeug would write the phrase in capitals.
    return Response(answer.body, answer.status_line, list(answer.headers))


class WebhookReceiver:
    """Receives deliveries, in Flask's view and as an `AsyncApp`. One per worker process."""

    def __init__(
        self,
        app: WebhookFlask,
        acceptance: Acceptance,
        inbox: InboxWriter,
        metrics: ReceiverMetrics,
        flows: FlowReceiver,
        base_path: str = "",
    ) -> None:
        self.app = app
        self._flows = flows
        self._acceptance = acceptance
        self._inbox = inbox
        self._metrics = metrics
        self._base_path = base_path
        self._begun: list[WaitingFrame] = []
        self._last_logged: dict[str, float] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.app(environ, start_response)

    @property
    def max_body_bytes(self) -> int:
        return self.app.max_body_bytes

    def receive(
        self,
        name: str,
        environ: WSGIEnvironment,
        keep: Callable[[WaitingFrame], None],
        done: Callable[[PlainAnswer], None],
    ) -> None:
        """Check a delivery, pack it and pass it to `keep`, which hands it to the inbox. `done` gets
        the answer: at once when the delivery is refused, else from the inbox's thread."""
        try:
            delivery = self._acceptance.delivery(name, environ)
        except DeliveryRefused as refused:
            done(self._refuse(refused))
        else:
            finish = partial(self._finish, name, done)
            keep(WaitingFrame(FrameKind.DELIVERY, delivery.pack(), finish))

    def webhook(self, name: str = DEFAULT_WEBHOOK) -> Response:
        """The Flask view; waits for the disk."""
        environ = request.environ
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            return _response(_OPTIONS)
        if method not in METHODS:
            return _response(_METHOD_NOT_ALLOWED)
        answers = SimpleQueue[PlainAnswer]()
        if method == "HEAD":
            self.receive(name, environ, lambda frame: answers.put(_OK), answers.put)
        else:
            self.receive(name, environ, lambda frame: self._inbox.begin([frame]), answers.put)
        try:
            return _response(answers.get(timeout=PATIENCE_SECONDS))
        except Empty:
            return _response(self.give_up())

    def start(self) -> None:
        self._inbox.open()
        self._flows.start()

    def stop(self) -> None:
        self._inbox.close()
        self._flows.stop()

    def begin(self, environ: WSGIEnvironment, done: Callable[[PlainAnswer], None]) -> bool:
        if self._base_path:
            environ["PATH_INFO"] = path_below(self._base_path, environ["PATH_INFO"])
        name = webhook_in(environ["PATH_INFO"])
        if name is None:
            return self._flows.begin(environ, done)
        if environ["REQUEST_METHOD"] not in ("GET", "POST"):
            return False
        if self._inbox.waiting_bytes > MOST_WAITING_BYTES:
            done(self._unavailable("too much waits for the disk"))
        else:
            self.receive(name, environ, self._begun.append, done)
        return True

    def flush(self) -> None:
        if self._begun:
            self._inbox.begin(self._begun)
            self._begun = []
        self._flows.flush()

    def give_up(self) -> PlainAnswer:
        return self._unavailable("not synced in time")

    def _finish(
        self, name: str, done: Callable[[PlainAnswer], None], error: Exception | None
    ) -> None:
        done(self._accepted(name) if error is None else self._unavailable(str(error)))

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
