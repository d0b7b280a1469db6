"""Where a redirect leads, for steps that follow some: GET and HEAD alone, and never with a body.

Secrets stay with the host that they are for. Pure.
"""

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from flows.steps.http import PlannedRequest
from outgoing.sending import WebAnswer, WebRequest

REDIRECTS = (301, 302, 303, 307, 308)
_OF_THE_HOST = ("authorization", "cookie", "proxy-authorization")


def redirected(planned: PlannedRequest, answer: WebAnswer, seconds: float) -> WebRequest | None:
    """The request to the place that the answer names; None where it names none."""
    location = answer.header("location")
    if answer.status not in REDIRECTS or not location:
        return None
    request = planned.request
    try:
        url = urljoin(request.url, location)
        is_elsewhere = _origin(url) != _origin(request.url)
    except ValueError:
        return None
    dropped = {*_OF_THE_HOST, *planned.secret_headers} if is_elsewhere else set()
    headers = tuple(header for header in request.headers if header[0].lower() not in dropped)
    return replace(request, url=url, headers=headers, seconds=seconds)


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port
