"""The addresses of flows, as `active.json` says them: looked at once a second at most.

No SQLite, no DuckDB and nothing of flows is imported here: a worker must stay small.
"""

import hmac
import json
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from receiver.ingest.flow_answer import AnswerPart, FlowAnswer

log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
_PATH = re.compile(r"/flow/([a-z0-9][a-z0-9-]{0,63})/([A-Za-z0-9_-]{1,128})[/\s]*")
_UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class FlowKey:
    """`until`: Unix seconds."""

    key: bytes
    until: float


# Compared where there is no flow of that name; it is good for nothing.
_NO_KEYS = (FlowKey(b"-" * 22, 0.0),)


@dataclass(frozen=True, slots=True)
class FlowAddress:
    """What one flow takes, and how it answers."""

    name: str
    keys: tuple[FlowKey, ...]
    methods: tuple[str, ...]
    max_body_bytes: int
    per_minute: int
    networks: tuple[IPv4Network | IPv6Network, ...]
    answer: FlowAnswer

    @property
    def allowed(self) -> str:
        """As in the header Allow."""
        head = ("HEAD",) if "GET" in self.methods else ()
        return ", ".join(("OPTIONS", *head, *self.methods))


def flow_in(path: str) -> tuple[str, str] | None:
    """Name and key in a path (percent-decoded); None for a path that is no flow's."""
    match = _PATH.fullmatch(path)
    return (match[1], match[2]) if match else None


class FlowAddresses:
    """`clock`: of the process, in seconds. `wall_clock`: Unix seconds."""

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._clock = clock
        self._wall_clock = wall_clock
        self._looked_at = float("-inf")
        self._identity: tuple[int, int, int] | None = None
        self._complained_of: tuple[int, int, int] | None = None
        self._known: dict[str, FlowAddress] = {}
        self.are_unreadable = False
        """There are addresses, and nothing could be read of them since this process began."""

    def __bool__(self) -> bool:
        self._refresh()
        return bool(self._known)

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def find(self, name: str, key: str) -> FlowAddress | None:
        """None for a wrong key as for a flow that does not exist. Takes as long for all keys."""
        self._refresh()
        address = self._known.get(name)
        now = self._wall_clock()
        fits = [
            hmac.compare_digest(key.encode(), known.key) and now < known.until
            for known in (address.keys if address else _NO_KEYS)
        ]
        return address if any(fits) else None

    def _refresh(self) -> None:
        now = self._clock()
        if now - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = now
        identity: tuple[int, int, int] | None = None
        try:
            found = self._path.stat()
            identity = (found.st_ino, found.st_mtime_ns, found.st_size)
            if identity != self._identity:
                self._known = _addresses(self._path.read_bytes())
                self._identity, self.are_unreadable = identity, False
        except FileNotFoundError:
            self._known, self._identity, self.are_unreadable = {}, None, False
        except _UNREADABLE as error:
            # What was known stays in force.
            self.are_unreadable = self._identity is None
            if identity is None or identity != self._complained_of:
                self._complained_of = identity
                log.error("the addresses of flows cannot be read: %s", type(error).__name__)


def _addresses(document: bytes) -> dict[str, FlowAddress]:
    flows = json.loads(document)["flows"]
    return {name: _address(name, raw) for name, raw in flows.items()}


def _address(name: str, raw: dict[str, Any]) -> FlowAddress:
    return FlowAddress(
        name,
        tuple(_key(item["key"], item["until"]) for item in raw["keys"]),
        tuple(raw["methods"]),
        int(raw["max_body_bytes"]),
        int(raw["per_minute"]),
        tuple(map(ip_network, raw["networks"])),
        FlowAnswer(
            int(raw["status"]),
            str(raw["reason"]),
            tuple((str(key), str(value)) for key, value in raw["headers"]),
            tuple(AnswerPart(str(part["text"]), bool(part["is_field"])) for part in raw["body"]),
            str(raw["charset"]),
        ),
    )


def _key(key: str, until: float | None) -> FlowKey:
    return FlowKey(key.encode(), float("inf") if until is None else float(until))
