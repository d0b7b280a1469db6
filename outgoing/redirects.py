"""Redirects that are followed because a flow says so: of what only asks, each as a web request of
its own that the guard checks anew.

Nothing that has a body is ever sent on, and what is secret stays with the host that it is for.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from outgoing.sending import WebAnswer, WebRequest

REDIRECTS = (301, 302, 303, 307, 308)
_ASKING = ("GET", "HEAD")
_ALWAYS_SECRET = ("authorization", "cookie", "proxy-authorization")
_AS_WRITTEN = "%:/?#[]@!$&'()*+,;=~"

Send = Callable[[WebRequest], WebAnswer]


@dataclass(frozen=True, slots=True)
class RedirectRules:
    """`most`: so many at most. `statuses`: of answers that are followed. `secret_headers`: names of
    those that another host is not sent."""

    most: int = 0
    statuses: Collection[int] = REDIRECTS
    secret_headers: Collection[str] = ()


def send_following(request: WebRequest, send: Send, rules: RedirectRules) -> WebAnswer:
    """The last answer; `seconds` of the request are for all of them together. Raises what `send`
    raises."""
    ends_at = time.monotonic() + request.seconds
    answer = send(request)
    for _ in range(rules.most):
        location = answer.header("location")
        is_asking = request.method in _ASKING and not request.body
        if answer.status not in rules.statuses or not location or not is_asking:
            break
        seconds = max(ends_at - time.monotonic(), 0.01)
        request = replace(_redirected(request, location, rules.secret_headers), seconds=seconds)
        answer = send(request)
    return answer


def redirect_target(url: str, location: str) -> str:
    """A relative one is of the same host. Its fragment is the sender's own."""
    try:
        # Header values come as Latin-1.
        written = quote(location.strip().encode("latin-1", "replace"), safe=_AS_WRITTEN)
        return urldefrag(urljoin(url, written)).url
    except ValueError:
        return ""


def _redirected(request: WebRequest, location: str, secret_headers: Collection[str]) -> WebRequest:
    url = redirect_target(request.url, location)
    if _keeps_secrets(request.url, url):
        return replace(request, url=url)
    secret = {*_ALWAYS_SECRET, *map(str.lower, secret_headers)}
    kept = tuple(pair for pair in request.headers if pair[0].lower() not in secret)
    return replace(request, url=url, headers=kept)


def _keeps_secrets(before: str, after: str) -> bool:
    """The same server, and no less secure."""
    try:
        old, new = urlsplit(before), urlsplit(after)
        is_same = old.hostname == new.hostname and old.port == new.port
    except ValueError:
        return False
    return is_same and (new.scheme == old.scheme or new.scheme == "https")
