"""Fetches call recordings from Calltouch on the server: their links open them to anyone, for years.

A link comes from a webhook, so it may be forged: it must not make us contact any other host, least
of all one in our own network. Links are never logged.
"""

import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from socket import socket
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError

# At DEBUG it logs every requested URL, and above that URLs with odd answers.
logging.getLogger("urllib3").setLevel(logging.ERROR)

MOST_BYTES = 200 << 20
_HOST = re.compile(r"([a-z0-9-]+\.)*calltouch\.ru")
_STRANGE = re.compile(r"[^\x21-\x7e]|\\")
_RANGE = re.compile(r"bytes=(\d{1,15}-\d{0,15}|-\d{1,15})")
_MOST_REDIRECTS = 3
_TIMEOUT_SECONDS = (5.0, 30.0)
_MOST_SECONDS = 600.0
_PIECE_BYTES = 64 << 10
# IPv6 ranges that map IPv4 addresses, including private ones.
_TRANSLATED = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96")))
_FORWARDED = ("Content-Type", "Content-Length", "Content-Range", "Accept-Ranges")


class NoRecording(Exception):
    """Calltouch does not have the recording (any more)."""


class NotFetched(Exception):
    """Not available now, or not a recording; the text says why and contains no link."""


class BadLink(NotFetched):
    """The link does not point to Calltouch."""


def checked(link: str) -> str:
    """The link, rebuilt from its parts; raises `BadLink`."""
    if _STRANGE.search(link):
        raise BadLink("the link is malformed")
    try:
        parts = urlsplit(link)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadLink("the link is malformed") from None
    if parts.scheme != "https" or "@" in parts.netloc or port not in (None, 443):
        raise BadLink("the link is not plain https")
    if not _HOST.fullmatch(host):
        raise BadLink("the link does not point to calltouch.ru")
    return f"https://{host}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


class _PublicConnection(HTTPSConnection):
    """Connect to public internet addresses only, whatever the name resolves to."""

    def _new_conn(self) -> socket:
        sock = super()._new_conn()
        if not is_public(str(sock.getpeername()[0])):
            sock.close()
            raise BadLink("the host is in a private network")
        return sock


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class PublicAdapter(HTTPAdapter):
    """TLS to public addresses only; nothing else."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}


@dataclass(frozen=True, slots=True)
class Recording:
    """An answer whose body has not been read yet. `status` is 200, 206 or 416."""

    status: int
    headers: dict[str, str]
    answer: requests.Response
    session: requests.Session

    def pieces(self) -> Iterator[bytes]:
        """The audio; empty for an error. Raises `NotFetched` if it breaks off or never ends."""
        if self.status == 416:
            return
        count, give_up_at = 0, time.monotonic() + _MOST_SECONDS
        try:
            for piece in self.answer.raw.stream(_PIECE_BYTES, decode_content=False):
                count += len(piece)
                if count > MOST_BYTES or time.monotonic() > give_up_at:
                    raise NotFetched("the recording is too large or arrives too slowly")
                yield piece
        except (HTTPError, OSError) as error:
            raise NotFetched(type(error).__name__) from None

    def close(self) -> None:
        self.answer.close()
        self.session.close()


def fetch_recording(link: str, wanted_range: str | None, adapter: HTTPAdapter) -> Recording:
    """Request it from Calltouch, following redirects within Calltouch.

    `wanted_range`: a `Range` header, dropped unless it is a simple one. Raises `NoRecording` and
    `NotFetched`.
    """
    session = _session(adapter)
    try:
        answer = _ask(session, link, wanted_range)
        return Recording(answer.status_code, _headers(answer), answer, session)
    except (requests.RequestException, ValueError) as error:
        # ValueError: `Location` is not a valid address.
        session.close()
        # Its text contains the link.
        raise NotFetched(type(error).__name__) from None
    except BaseException:
        session.close()
        raise


def _session(adapter: HTTPAdapter) -> requests.Session:
    """No proxy, password or certificate from the environment."""
    session = requests.Session()
    session.trust_env = False
    session.adapters.clear()
    session.mount("https://", adapter)
    return session


def _ask(session: requests.Session, link: str, wanted_range: str | None) -> requests.Response:
    headers = {"Accept": "audio/*", "Accept-Encoding": "identity", "User-Agent": "calltouch"}
    if wanted_range and _RANGE.fullmatch(wanted_range):
        headers["Range"] = wanted_range
    for _ in range(_MOST_REDIRECTS + 1):
        link = checked(link)
        answer = session.get(
            link, headers=headers, stream=True, allow_redirects=False, timeout=_TIMEOUT_SECONDS
        )
        if not answer.is_redirect:
            return answer
        answer.close()
        link = urljoin(link, answer.headers["Location"])
    raise NotFetched("too many redirects")


def _headers(answer: requests.Response) -> dict[str, str]:
    """Headers passed on to the browser; raises if the answer is not audio."""
    status, headers = answer.status_code, answer.headers
    if status in (404, 410):
        raise NoRecording
    if status not in (200, 206, 416):
        raise NotFetched(f"Calltouch answered {status}")
    if status != 416 and not headers.get("Content-Type", "").lower().startswith("audio/"):
        raise NotFetched("the answer is not audio")
    if headers.get("Content-Encoding", "identity") != "identity":
        raise NotFetched("the answer is compressed")
    if _length(headers.get("Content-Length", "0")) > MOST_BYTES:
        raise NotFetched("the recording is too large")
    forwarded = _FORWARDED if status != 416 else ("Content-Range",)
    return {name: headers[name] for name in forwarded if name in headers}


def _length(text: str) -> int:
    if not text.isdecimal():
        raise NotFetched("the length is not a number")
    return int(text)


def is_public(address: str) -> bool:
    parsed = ip_address(address.partition("%")[0])
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    if any(parsed in network for network in _TRANSLATED):
        return False
    return parsed.is_global and not parsed.is_multicast
