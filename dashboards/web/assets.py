"""Stylesheets, scripts and icons. Their URLs carry a version: browsers may keep them for good."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Response, abort, request, url_for

_ROOT = Path(__file__).parents[1] / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served: its bytes, the same packed by gzip, and a version made from them."""

    body: bytes
    packed: bytes
    content_type: str
    version: str


def asset_url(name: str) -> str:
    """Its URL, version included; raises `KeyError` for a file that does not exist."""
    return url_for("dashboards.static_file", name=name, v=_read(_paths()[name]).version)


def asset_text(name: str) -> str:
    """The file itself; raises `KeyError` for one that does not exist."""
    return _read(_paths()[name]).body.decode()


def static_file(name: str) -> Response:
    """The view: only files that were there when the process started, by their exact names."""
    path = _paths().get(name)
    if path is None:
        abort(404)
    asset = _read(path)
    packs = request.accept_encodings["gzip"] > 0
    response = Response(asset.packed if packs else asset.body, content_type=asset.content_type)
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    is_versioned = request.args.get("v") == asset.version
    response.headers["Cache-Control"] = _FOREVER if is_versioned else _ASK_AGAIN
    response.set_etag(f"{asset.version}{'-gzip' if packs else ''}")
    response.make_conditional(request)
    return response


@cache
def _paths() -> dict[str, Path]:
    return {
        path.relative_to(_ROOT).as_posix(): path
        for path in _ROOT.rglob("*")
        if path.suffix in _TYPES
    }


@cache
def _read(path: Path) -> Asset:
    body = path.read_bytes()
    version = hashlib.sha256(body).hexdigest()[:16]
    return Asset(body, gzip.compress(body, 6, mtime=0), _TYPES[path.suffix], version)
