"""One POST to Calltouch's API, at most once.

Only `429` is retried, since Calltouch then did nothing. Without an answer, or with an unclear one,
the request may have gone through, and a retry could call a client twice or create a request twice.
So nothing else is retried. The token is in a header, and no error keeps the exception that may
quote it.

How the bytes go out and come back is an `Exchange`, so that flows can put their own in its place.
"""

import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from receiver.calltouch_api.client import (
    TIMEOUT_SECONDS,
    TRIES,
    AccessDenied,
    ApiError,
    ApiUnavailable,
    UnexpectedAnswer,
    access_denied,
    error_text,
    open_session,
    retry_after,
    seconds_before_next,
)
from receiver.calltouch_api.rate_limit import RateLimit

log = logging.getLogger(__name__)

_LONGEST_MESSAGE = 300


class OutcomeUnknown(ApiError):
    """It may or may not have been done. Check before repeating it."""


class PostRefused(ApiError):
    """Calltouch refused. `messages`: its reasons; `code`: if it gives one."""

    def __init__(self, text: str, messages: tuple[str, ...] = (), code: int | None = None) -> None:
        super().__init__(text)
        self.messages = messages
        self.code = code


@dataclass(frozen=True, slots=True)
class SiteToken:
    """A site and its token."""

    site_id: int
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PostAnswer:
    """`retry_after`: the seconds that it asks to wait, if any."""

    status: int
    body: bytes
    retry_after: float | None = None


class NoAnswer(Exception):
    """`what` happened; `never_left`: surely nothing was sent."""

    def __init__(self, what: str, *, never_left: bool) -> None:
        super().__init__(what)
        self.what = what
        self.never_left = never_left


Exchange = Callable[[str, bytes, Mapping[str, str]], PostAnswer]
"""Sends a body and headers to a URL. Raises `NoAnswer`."""


class Poster:
    """Thread-safe. `timeout`: to connect, and to wait for an answer. `tries`: how many 429 it takes
    to give up."""

    def __init__(
        self,
        url: str,
        per_second: float,
        sleep: Callable[[float], None] = time.sleep,
        timeout: tuple[float, float] = TIMEOUT_SECONDS,
        exchange: Exchange | None = None,
        tries: int = TRIES,
    ) -> None:
        self._url = url.rstrip("/")
        self._pace = RateLimit(urlsplit(url).netloc, per_second)
        self._sleep = sleep
        self._exchange = exchange or _usual_exchange(timeout)
        self._tries = tries

    def post(
        self, path: str, body: Mapping[str, Any], access: SiteToken, if_unknown: str
    ) -> Mapping[str, Any]:
        """`data` of the answer. `if_unknown`: advice for `OutcomeUnknown`. Raises `ApiError`."""
        headers = _headers(access)
        for tried in range(1, self._tries + 1):
            self._pace.wait()
            answer = self._once(path, body, headers, if_unknown)
            if answer.status != 429:
                return _data(answer, access, if_unknown)
            if tried < self._tries:
                pause = seconds_before_next(tried, answer.retry_after)
                log.warning("Calltouch's API: status 429; again in %.1f s", pause)
                self._sleep(pause)
        raise ApiUnavailable(
            f"Calltouch accepts no more requests now (429, {self._tries} times); "
            "nothing was done; run it again later"
        )

    def _once(
        self, path: str, body: Mapping[str, Any], headers: Mapping[str, str], if_unknown: str
    ) -> PostAnswer:
        try:
            return self._exchange(self._url + path, json.dumps(body).encode(), headers)
        except NoAnswer as failure:
            if failure.never_left:
                raise ApiUnavailable(
                    f"Calltouch's API could not be reached ({failure.what}); nothing was sent: "
                    "check the network and CALLTOUCH_API_URL"
                ) from None
            raise OutcomeUnknown(
                f"Calltouch's API did not answer ({failure.what}): {if_unknown}"
            ) from None


def _usual_exchange(timeout: tuple[float, float]) -> Exchange:
    session = open_session()

    def exchange(url: str, body: bytes, headers: Mapping[str, str]) -> PostAnswer:
        try:
            answer = session.post(
                url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            )
        except requests.RequestException as error:
            what = type(error).__name__
            raise NoAnswer(what, never_left=_never_left(error)) from None
        return PostAnswer(answer.status_code, answer.content, retry_after(answer))

    return exchange


def _headers(access: SiteToken) -> dict[str, str]:
    """Each on its own connection: a kept-alive one may close just when it is used, leaving the
    outcome unknown. A token unfit for a header is refused here, as the error would quote it."""
    if not (access.token.isascii() and access.token.isprintable()) or access.token.split() != [
        access.token
    ]:
        raise AccessDenied(
            f"the token for site {access.site_id} is empty or has invalid characters: "
            f"check CALLTOUCH_API_TOKEN (or api_token_file in [sites.{access.site_id}])"
        )
    return {
        "Access-Token": access.token,
        "SiteId": str(access.site_id),
        "Content-Type": "application/json",
        "Connection": "close",
    }


def _never_left(error: requests.RequestException) -> bool:
    """True if no connection was made, so nothing was sent."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return True
    if not isinstance(reason, urllib3.exceptions.SSLError) or not reason.args:
        return False
    return isinstance(reason.args[0], ssl.SSLCertVerificationError)


def _data(answer: PostAnswer, access: SiteToken, if_unknown: str) -> Mapping[str, Any]:
    status = answer.status
    if status in (401, 403):
        raise access_denied(access.site_id, status)
    if status >= 500:
        raise OutcomeUnknown(f"Calltouch's API answered {status}: {if_unknown}")
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        document = None
    refusal = _refusal(document, access.token)
    if status >= 300:
        hint = "; check CALLTOUCH_API_URL" if status < 400 or status == 404 else ""
        raise refusal or UnexpectedAnswer(f"Calltouch's API answered {status}{hint}")
    data = document.get("data") if isinstance(document, dict) else None
    if refusal and isinstance(data, dict) and ("apiErrorData" in data or "type" in data):
        raise refusal
    if not isinstance(data, dict):
        # Internal errors may come with status 200.
        raise OutcomeUnknown(f"Calltouch's answer does not tell the outcome: {if_unknown}")
    return data


def _refusal(document: Any, token: str) -> PostRefused | None:
    """A refusal in one of the documented or known forms, else None."""
    data = document.get("data") if isinstance(document, dict) else None
    code, messages = None, _violations(data)
    if not messages:
        text = error_text(document)
        inner = data.get("apiErrorData") if isinstance(data, dict) else None
        code = _whole(inner.get("errorCode")) if isinstance(inner, dict) else None
        messages = [text] if text else ["no reason given"] if code is not None else []
    if not messages:
        return None
    reasons = tuple(text.replace(token, "***")[:_LONGEST_MESSAGE] for text in messages)
    number = f" ({code})" if code is not None else ""
    return PostRefused(f"Calltouch refuses it{number}: {'; '.join(reasons)}", reasons, code)


def _violations(data: Any) -> list[str]:
    error = data.get("validationErrorData") if isinstance(data, dict) else None
    listed = error.get("violations") if isinstance(error, dict) else None
    if not isinstance(listed, list):
        return []
    return [str(violation.get("message")) for violation in listed if isinstance(violation, dict)]


def _whole(value: Any) -> int | None:
    """Services send codes as numbers, exports as text."""
    return int(value) if str(value).isdecimal() else None
