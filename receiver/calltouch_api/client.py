"""One request to Calltouch's API, within its limits.

Every request waits for its slot. `429`, `5xx`, broken connections and answers that are not JSON are
retried with growing pauses; other answers never. The token is in the URL, so no error here quotes a
URL or keeps the exception that does.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from receiver.calltouch_api.clock import began_at
from receiver.calltouch_api.rate_limit import RateLimit

log = logging.getLogger(__name__)
# Its debug messages contain URLs with tokens.
logging.getLogger("urllib3").setLevel(logging.ERROR)

TRIES = 6
TIMEOUT_SECONDS = (10.0, 120.0)
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0
_LONGEST_RETRY_AFTER_SECONDS = 600.0


class ApiError(Exception):
    """A request to Calltouch's API failed; the text says what to do."""


class AccessDenied(ApiError):
    """Wrong token, or a token for another site."""


class ApiUnavailable(ApiError):
    """All retries failed; trying later may help."""


class UnexpectedAnswer(ApiError):
    """The answer does not have the documented form."""


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """`asked_at`: start of the answered request (the last try), in Unix seconds by Calltouch's
    clock. The document's data may be as old as that."""

    document: Any
    asked_at: int


class _Passing(Exception):
    """A temporary failure. `pause`: seconds requested by the server."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


class ApiClient:
    """Thread-safe.

    `before` is called with the site before every request but not before its retries, `sleep` with
    the seconds between two tries; an exception in either ends the request.
    """

    def __init__(
        self,
        url: str,
        per_second: float,
        before: Callable[[int], None] = lambda site_id: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._before = before
        self._sleep = sleep
        self._url = url.rstrip("/")
        self._pace = RateLimit(urlsplit(url).netloc, per_second)
        self._session = open_session()

    def get(self, path: str, params: Mapping[str, str], site_id: int) -> ApiAnswer:
        """The JSON answer for a path. `site_id` is for error texts only."""
        self._before(site_id)
        for tried in range(1, TRIES + 1):
            self._pace.wait()
            try:
                return self._once(path, params, site_id)
            except _Passing as failure:
                if tried == TRIES:
                    raise ApiUnavailable(
                        f"Calltouch's API keeps failing ({failure}) after {TRIES} tries; "
                        "fetched data is kept; run the same command again later"
                    ) from None
                pause = seconds_before_next(tried, failure.pause)
                log.warning("Calltouch's API: %s; again in %.1f s", failure, pause)
                self._sleep(pause)
        raise AssertionError("unreachable")

    def _once(self, path: str, params: Mapping[str, str], site_id: int) -> ApiAnswer:
        began = time.time()
        try:
            answer = self._session.get(
                self._url + path, params=params, timeout=TIMEOUT_SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:
            raise _Passing(type(error).__name__) from None
        _check_status(answer, site_id)
        try:
            document = answer.json()
        except (ValueError, RecursionError):
            raise _Passing("an answer that is not JSON") from None
        _check_for_error(document)
        waited = answer.elapsed.total_seconds()
        return ApiAnswer(document, began_at(began, waited, answer.headers.get("Date")))


def open_session() -> requests.Session:
    """Ignores proxies and passwords from the environment."""
    session = requests.Session()
    session.trust_env = False
    return session


def access_denied(site_id: int, status: int) -> AccessDenied:
    return AccessDenied(
        f"Calltouch refuses the token for site {site_id} ({status}): check CALLTOUCH_API_TOKEN "
        f"(or api_token_file in [sites.{site_id}]) and CALLTOUCH_SITE_IDS"
    )


def _check_status(answer: requests.Response, site_id: int) -> None:
    status = answer.status_code
    if status in (401, 403):
        raise access_denied(site_id, status)
    if status == 429 or status >= 500:
        raise _Passing(f"status {status}", retry_after(answer))
    if status != 200:
        hint = "; check CALLTOUCH_API_URL" if status < 400 or status == 404 else ""
        raise UnexpectedAnswer(f"Calltouch's API answered {status} {_message(answer)}{hint}")


def _message(answer: requests.Response) -> str:
    """Calltouch's error message, if any."""
    try:
        return error_text(answer.json()) or ""
    except requests.JSONDecodeError:
        return ""


def error_text(document: Any) -> str | None:
    """The message of an error answer in one of the known forms, else None."""
    if not isinstance(document, dict):
        return None
    data = document.get("data")
    inner = data.get("apiErrorData") if isinstance(data, dict) else None
    for container, key in ((inner, "errorMessage"), (data, "message"), (document, "message")):
        if isinstance(container, dict) and isinstance(container.get(key), str):
            return str(container[key])[:300]
    return None


def _check_for_error(document: Any) -> None:
    """Internal errors may come with status 200."""
    if isinstance(document, dict) and str(document.get("errorCode", "")).startswith("5"):
        raise _Passing(f"errorCode {document['errorCode']!s:.10}")
    if isinstance(document, dict) and "records" not in document and error_text(document):
        raise UnexpectedAnswer(f"Calltouch's API answered: {error_text(document)}")


def retry_after(answer: requests.Response) -> float | None:
    """In seconds; HTTP dates are ignored in favour of the usual pause."""
    header = answer.headers.get("Retry-After", "")
    return min(float(header), _LONGEST_RETRY_AFTER_SECONDS) if header.isdecimal() else None


def seconds_before_next(tried: int, asked_for: float | None) -> float:
    """Pause after this many tries; `asked_for` is the server's Retry-After."""
    longest = min(_FIRST_PAUSE_SECONDS * 2 ** (tried - 1), _LONGEST_PAUSE_SECONDS)
    return asked_for if asked_for is not None else longest * random.uniform(0.5, 1.0)
