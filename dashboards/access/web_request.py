"""What the gate needs to know of a web request."""

import re
from urllib.parse import quote, urlsplit

from flask import request

from dashboards.web.reader_request import is_api

# Browsers drop tabs and line feeds from URLs and treat \ as /.
_STRANGE = re.compile(r"[\x00-\x20\x7f\\]")
_SAFE_IN_QUERY = "%=&+/?:@!$'()*,;[]"


def bearer_token() -> str | None:
    """The token in `Authorization: Bearer …`; None without the header, empty if nothing follows."""
    given = request.authorization
    if given is None or given.type != "bearer":
        return None
    return given.token or ""


def wants_json() -> bool:
    """Whether to answer errors in JSON (programs) or as a page (people)."""
    return is_api() or bearer_token() is not None


def only_looks_ahead() -> bool:
    """Browsers may prefetch a URL before anyone has asked for it."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return request.method == "HEAD" or any("prefetch" in purpose for purpose in purposes)


def here() -> str:
    """Path and query of this request, to return to; the home page unless it was a GET."""
    home = request.script_root + "/"
    if request.method not in ("GET", "HEAD"):
        return home
    query = quote(request.query_string, safe=_SAFE_IN_QUERY)
    return home + quote(request.path.removeprefix("/")) + (f"?{query}" if query else "")


def where_to_go() -> str:
    """The local path in `?next=`; the home page for anything else."""
    wanted, home = request.args.get("next", ""), request.script_root + "/"
    return wanted if _is_local(wanted) and wanted.startswith(home) else home


def _is_local(address: str) -> bool:
    if not address.startswith("/") or address.startswith("//") or _STRANGE.search(address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc
