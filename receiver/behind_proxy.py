"""What a proxy in front hides: the path that everything is below, and that it was asked by TLS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from receiver.allowlist import address_in, is_in
from receiver.settings.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class BehindProxy:
    """WSGI around an application: links, redirects and cookies are then as the browser needs them.

    Web requests without the base path are served as well: whoever asks past the proxy (Prometheus,
    a health check) need not know it.
    """

    def __init__(self, app: WSGIApplication, settings: Settings) -> None:
        self._app = app
        self._base_path = settings.base_path
        self._trusted = settings.trusted_proxies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._base_path:
            environ["SCRIPT_NAME"] = self._base_path
            environ["PATH_INFO"] = path_below(self._base_path, environ["PATH_INFO"])
        if environ.get("HTTP_X_FORWARDED_PROTO") == "https" and self._is_trusted(environ):
            environ["wsgi.url_scheme"] = "https"
        return self._app(environ, start_response)

    def _is_trusted(self, environ: WSGIEnvironment) -> bool:
        peer = address_in(environ.get("REMOTE_ADDR") or "")
        return peer is not None and is_in(peer, self._trusted)


def path_below(base_path: str, path: str) -> str:
    """The rest of a path that is below the base path; any other as it is."""
    rest = path.removeprefix(base_path)
    return rest or "/" if not rest or rest.startswith("/") else path
