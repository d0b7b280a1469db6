"""The dashboards' API, asked with one token. Nothing of a call is logged: it may name a client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson
import requests

from calltouch.agents.plain_text import plain_text
from calltouch.bearer import BearerToken
from receiver import __version__

Pairs = Sequence[tuple[str, str]]
Json = dict[str, Any]

_SECONDS = 120
_LARGEST = 16 << 20
_STATUSES = {
    401: "The token is not valid: it was revoked, has expired or was copied wrongly.",
    403: "This token may not see that.",
    404: "There is nothing of the kind.",
    503: "The dashboards cannot answer now; try again in a moment.",
}


class Refused(Exception):
    """The API did not answer; the text says why, and what there is instead."""


@dataclass(frozen=True, slots=True)
class RemoteApi:
    """`url`: of the dashboards, with the path that they are below."""

    url: str
    token: str = field(repr=False)

    def get(self, path: str, pairs: Pairs = ()) -> Json:
        """Raises `Refused`."""
        return self._answer("GET", f"{path}?{urlencode([*pairs, ('lang', 'en')])}")

    def post(self, path: str, body: Mapping[str, object]) -> Json:
        """Raises `Refused`."""
        return self._answer("POST", path, body)

    def page(self, path: str, pairs: Pairs = ()) -> str:
        """The address at which people see the same."""
        return f"{self.url}{path}{'?' if pairs else ''}{urlencode(pairs)}"

    def _answer(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Json:
        headers = {"Accept": "application/json", "User-Agent": f"calltouch-mcp/{__version__}"}
        try:
            # A redirect would carry the token elsewhere.
            with requests.request(
                method,
                f"{self.url}/api/{path}",
                headers=headers,
                auth=BearerToken(self.token),
                json=body,
                timeout=_SECONDS,
                allow_redirects=False,
                stream=True,
            ) as answer:
                return _read(answer.status_code, _content(answer))
        except requests.RequestException as error:
            # Its text has the address, and with it what was asked.
            why = type(error).__name__
            raise Refused(f"The dashboards at {self.url} do not answer ({why}).") from None


def _content(answer: requests.Response) -> bytes:
    content = b""
    for piece in answer.iter_content(1 << 16):
        content += piece
        if len(content) > _LARGEST:
            raise Refused("The answer is too large: ask for fewer rows or columns.")
    return content


def _read(status: int, content: bytes) -> Json:
    try:
        told = orjson.loads(content)
    except orjson.JSONDecodeError:
        told = None
    if status == 200 and isinstance(told, dict):
        return told
    raise Refused(_why(status, told if isinstance(told, dict) else {}))


def _why(status: int, told: Json) -> str:
    said = plain_text(str(told.get("error") or _STATUSES.get(status) or f"HTTP {status}."))
    parameter, expected = told.get("parameter"), told.get("expected")
    about = f" Parameter: {plain_text(str(parameter))}." if parameter else ""
    listed = ", ".join(plain_text(str(one), 80) for one in expected or ())
    return f"{said}{about}{f' There is: {plain_text(listed, 4000)}' if listed else ''}"
