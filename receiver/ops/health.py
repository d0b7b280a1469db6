"""/healthz: alive. /readyz: able to work, or why not. On both ports."""

import time
from collections.abc import Callable

from flask import Blueprint, Response, request

from receiver.allowlist import client_address
from receiver.settings.settings import Settings

_CHECK_EVERY_SECONDS = 1.0


class _Readiness:
    """Runs the check at most once a second, however often it is asked."""

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check
        self._checked = float("-inf")
        self._reason: str | None = None

    def reason(self) -> str | None:
        """None when ready."""
        if time.monotonic() - self._checked >= _CHECK_EVERY_SECONDS:
            self._checked = time.monotonic()
            try:
                self._check()
                self._reason = None
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
                self._reason = str(error) or repr(error)
        return self._reason


def health_blueprint(
    part: str,
    settings: Settings,
    check: Callable[[], None],
    remark: Callable[[], str | None] = lambda: None,
) -> Blueprint:
    """`check` raises when the part cannot work; the answer quotes its text. `remark`: what else is
    to be told, though the part works."""
    blueprint = Blueprint(f"health of {part}", __name__)
    readiness = _Readiness(check)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        """Also shows the client its own address as seen through proxies."""
        forwarded = request.headers.get("X-Forwarded-For", "")
        address = client_address(request.remote_addr or "", forwarded, settings.trusted_proxies)
        return _text(200, f"alive; you are {address or 'unknown'}\n")

    @blueprint.get("/readyz")
    def readyz() -> Response:
        reason = readiness.reason()
        if reason is None:
            told = remark()
            return _text(200, "ready\n" if told is None else f"ready\n{told}\n")
        return _text(503, f"not ready: {reason}\n")

    return blueprint


def _text(status: int, text: str) -> Response:
    return Response(text, status, {"Cache-Control": "no-store"}, mimetype="text/plain")
