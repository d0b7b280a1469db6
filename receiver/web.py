"""The receiver's web application: check who sends, keep the bytes, answer. Nothing else.

What a worker that runs this imports must stay small and must not reach the store.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, current_app, request

from receiver.allowlist import client_address, is_in
from receiver.data_dir import DataDir
from receiver.health import health_blueprint
from receiver.inbox.delivery import Delivery
from receiver.inbox.writer import InboxUnavailable, InboxWriter
from receiver.metrics import ReceiverMetrics
from receiver.secret import is_right, take_secret
from receiver.setting_kinds import WEBHOOK_NAME
from receiver.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = logging.getLogger(__name__)

MAX_URL_BYTES = 64 << 10
RETRY_AFTER_SECONDS = 30
_LOG_EVERY_SECONDS = 60.0

receiving = Blueprint("receiving", __name__)


class Refused(Exception):
    """A delivery that is not accepted: the status of the answer and the reason that is counted."""

    def __init__(self, status: int, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.detail = detail


@dataclass(slots=True)
class Receiver:
    """What the views need, one per worker process."""

    settings: Settings
    inbox: InboxWriter
    metrics: ReceiverMetrics
    sender: Callable[[str, str], tuple[str, bool]]
    last_logged: dict[str, float] = field(default_factory=dict)

    def note_refusal(self, refused: Refused) -> None:
        """Count it; log it at most once a minute per reason, or a flood would fill the disk."""
        self.metrics.refused.labels(refused.reason).inc()
        now = time.monotonic()
        if now - self.last_logged.get(refused.reason, -_LOG_EVERY_SECONDS) >= _LOG_EVERY_SECONDS:
            self.last_logged[refused.reason] = now
            log.warning("refused: %s %s", refused.reason, refused.detail)


def load() -> Flask:
    """What the receiver's workers run."""
    return create_receiver(Settings.load())


def create_receiver(settings: Settings) -> Flask:
    """The application of the receiver's own port."""
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    register_receiver(app, settings)
    return app


def register_receiver(app: Flask, settings: Settings) -> None:
    """Add the receiver to an application (its own, or the one that serves everything)."""
    # Calltouch may not follow redirects, so none is ever sent, not even from /webhook/default.
    app.url_map.redirect_defaults = False
    metrics = ReceiverMetrics(settings.data_dir)
    inbox = InboxWriter(DataDir(settings.data_dir).inbox, metrics.observe_commit)
    sender = lru_cache(maxsize=1024)(partial(_sender, settings))
    app.extensions["receiver"] = Receiver(settings, inbox, metrics, sender)
    app.register_blueprint(receiving)
    app.register_blueprint(health_blueprint("receiver", settings, inbox.check))


@receiving.route(
    "/webhook", defaults={"name": "default"}, methods=["GET", "POST"], strict_slashes=False
)
@receiving.route("/webhook/<name>", methods=["GET", "POST"], strict_slashes=False)
def receive_webhook(name: str) -> Response:
    receiver: Receiver = current_app.extensions["receiver"]
    delivery = _delivery(name, receiver)
    if request.method != "HEAD":
        receiver.inbox.put(delivery)
        receiver.metrics.accepted.labels(name).inc()
    return _answer(200, "OK")


@receiving.errorhandler(Refused)
def refuse(refused: Refused) -> Response:
    current_app.extensions["receiver"].note_refusal(refused)
    return _answer(refused.status, refused.reason)


@receiving.errorhandler(InboxUnavailable)
def refuse_unavailable(error: InboxUnavailable) -> Response:
    response = refuse(Refused(503, "inbox unavailable", str(error)))
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _delivery(name: str, receiver: Receiver) -> Delivery:
    """The web request as it will be kept; raises `Refused`."""
    if not WEBHOOK_NAME.fullmatch(name):
        raise Refused(404, "no such webhook")
    environ = request.environ
    address, outside = receiver.sender(
        environ.get("REMOTE_ADDR") or "", environ.get("HTTP_X_FORWARDED_FOR", "")
    )
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"]
    if len(target) > MAX_URL_BYTES:
        raise Refused(414, "URL too long")
    query, secret = take_secret(environ["QUERY_STRING"].encode("latin-1"))
    wanted = receiver.settings.secret_of(name)
    if wanted is not None and not is_right(secret, wanted):
        raise Refused(403, "wrong secret", f"for webhook {name} from {address}")
    return Delivery(
        webhook=name,
        method=request.method,
        path=target.partition("?")[0],
        query=query,
        body=_body(environ, receiver.settings.max_body_bytes),
        content_type=environ.get("CONTENT_TYPE") or "",
        source_ip=address,
        outside=outside,
    )


def _body(environ: WSGIEnvironment, limit: int) -> bytes:
    """The whole body; raises `Refused` when it is too large or ends before its time.

    Read without werkzeug, whose limit cuts a chunked body short without a word, and which takes a
    connection that broke for the end of the body.
    """
    declared = int(environ.get("CONTENT_LENGTH") or -1)
    if declared > limit:
        raise Refused(413, "body too large")
    if declared < 0 and not environ.get("wsgi.input_terminated"):
        return b""
    try:
        body: bytes = environ["wsgi.input"].read(declared if declared >= 0 else limit + 1)
    except Exception as error:  # noqa: BLE001 - each server has errors of its own for broken chunks
        # Their texts quote the sender.
        raise Refused(400, "body broken", f"({type(error).__name__})") from None
    if len(body) > limit:
        raise Refused(413, "body too large")
    if len(body) < declared:
        raise Refused(400, "body broken", "(the connection ended before it)")
    return body


def _sender(settings: Settings, peer: str, forwarded: str) -> tuple[str, bool]:
    """Address of the client, and whether it is outside the allowed networks yet let in."""
    address = client_address(peer, forwarded, settings.trusted_proxies)
    if address is None:
        raise Refused(403, "sender's address cannot be told", f"(peer {peer or 'unknown'})")
    if is_in(address, settings.allowed_networks):
        return str(address), False
    if settings.allowlist == "warn":
        return str(address), True
    raise Refused(403, "sender not allowed", f"({address} is in none of allowed_networks)")


def _answer(status: int, text: str) -> Response:
    return Response(
        text + "\n" if status != 200 else text,
        status,
        {"Cache-Control": "no-store"},
        mimetype="text/plain",
    )
