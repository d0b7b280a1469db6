"""Acceptance: a web request to /webhook becomes a delivery, or is refused with a reason.

Works on the bare WSGI environment, which the worker's prompt path has and Flask's view has too; and
Flask's own reading of a body would lose some (see `_body`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from receiver.allowlist import address_in, client_address, is_in
from receiver.inbox.delivery import Delivery
from receiver.ingest.secret import is_right, take_secret
from receiver.settings.kinds import WEBHOOK_NAME
from receiver.settings.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MAX_URL_BYTES = 64 << 10
METHODS = ("GET", "HEAD", "POST")
DEFAULT_WEBHOOK = "default"

# A slash or a blank at its end comes from copying.
_PATH = re.compile(r"/webhook(?:/([^/\s]+))?[/\s]*")


class DeliveryRefused(Exception):
    """A delivery that is not accepted: the status of the answer and the reason to count."""

    def __init__(self, status: int, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.detail = detail


def webhook_in(path: str) -> str | None:
    """The name in a percent-decoded path; None for a path that is not a webhook's."""
    if path == "/webhook":
        return DEFAULT_WEBHOOK
    match = _PATH.fullmatch(path)
    return (match[1] or DEFAULT_WEBHOOK) if match else None


class Acceptance:
    """The checks, with the settings they need."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sender = lru_cache(maxsize=1024)(self._judge_sender)

    def delivery(self, name: str, environ: WSGIEnvironment) -> Delivery:
        """The web request as it will be stored; raises `DeliveryRefused`."""
        if not WEBHOOK_NAME.fullmatch(name):
            raise DeliveryRefused(404, "no such webhook")
        address, outside = self._sender(
            environ.get("REMOTE_ADDR") or "", environ.get("HTTP_X_FORWARDED_FOR", "")
        )
        target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"]
        if len(target) > MAX_URL_BYTES:
            raise DeliveryRefused(414, "URL too long")
        wanted = self._settings.secret_of(name)
        query, secret = take_secret(environ["QUERY_STRING"].encode("latin-1"), wanted)
        if wanted is not None and not is_right(secret, wanted):
            raise DeliveryRefused(403, "wrong secret", f"for webhook {name} from {address}")
        return Delivery(
            webhook=name,
            method=environ["REQUEST_METHOD"],
            path=target.partition("?")[0],
            query=query,
            body=_body(environ, self._settings.max_body_bytes),
            content_type=environ.get("CONTENT_TYPE") or "",
            source_ip=address,
            outside=outside,
        )

    def _judge_sender(self, peer: str, forwarded: str) -> tuple[str, bool]:
        """The client's address, and whether it is admitted from outside the allowed networks."""
        settings = self._settings
        address = client_address(peer, forwarded, settings.trusted_proxies)
        if address is None and settings.allowlist == "warn":
            # Whatever the header says: the delivery's problems carry the warning.
            return str(address_in(peer) or ""), True
        if address is None:
            detail = f"(peer {peer or 'unknown'})"
            raise DeliveryRefused(403, "sender's address cannot be told", detail)
        if is_in(address, settings.allowed_networks):
            return str(address), False
        if settings.allowlist == "warn":
            return str(address), True
        raise DeliveryRefused(
            403, "sender not allowed", f"({address} is in none of allowed_networks)"
        )


def _body(environ: WSGIEnvironment, limit: int) -> bytes:
    """The whole body; raises `DeliveryRefused` if it is too large or ends early.

    Read without werkzeug, whose limit silently truncates a chunked body, and which takes a broken
    connection for the end of the body.
    """
    declared = int(environ.get("CONTENT_LENGTH") or -1)
    if declared > limit:
        raise DeliveryRefused(413, "body too large")
    if declared < 0 and not environ.get("wsgi.input_terminated"):
        return b""
    try:
        body: bytes = environ["wsgi.input"].read(declared if declared >= 0 else limit + 1)
    except Exception as error:  # noqa: BLE001 - each server has its own errors for broken chunks
        # Their messages quote the sender.
        raise DeliveryRefused(400, "body broken", f"({type(error).__name__})") from None
    if len(body) > limit:
        raise DeliveryRefused(413, "body too large")
    if len(body) < declared:
        raise DeliveryRefused(400, "body broken", "(the connection ended before it)")
    return body
