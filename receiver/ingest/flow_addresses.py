"""The addresses of flows, as `active.json` says them: looked at once a second at most.

No SQLite, no DuckDB and nothing of flows is imported here: a worker must stay small.
"""

import hmac
import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
_PATH = re.compile(r"/flow/([a-z0-9][a-z0-9-]{0,63})/([A-Za-z0-9_-]{1,128})[/\s]*")
_PLACEHOLDER = "{{"


@dataclass(frozen=True, slots=True)
class FlowAddress:
    """What one flow takes, and how it answers. `ends`: in Unix seconds, of keys that were
    replaced."""

    name: str
    keys: tuple[str, ...]
    ends: Mapping[str, float]
    methods: tuple[str, ...]
    max_body_bytes: int
    per_minute: int
    networks: tuple[IPv4Network | IPv6Network, ...]
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def is_static(self) -> bool:
        """Whether the answer takes nothing from the delivery."""
        return _PLACEHOLDER not in self.body

    @property
    def allows_origins(self) -> bool:
        return any(name.lower() == "access-control-allow-origin" for name, _ in self.headers)


def flow_in(path: str) -> tuple[str, str] | None:
    """Name and key in a path (percent-decoded); None for a path that is no flow's."""
    match = _PATH.fullmatch(path)
    return (match[1], match[2]) if match else None


class FlowAddresses:
    """`clock`: of the process, in seconds; `wall`: in Unix seconds."""

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._clock = clock
        self._time = wall
        self._looked_at = float("-inf")
        self._identity: tuple[int, int] | None = None
        self._known: dict[str, FlowAddress] = {}

    def __bool__(self) -> bool:
        self._refresh()
        return bool(self._known)

    def find(self, name: str, key: str) -> FlowAddress | None:
        """None for a wrong key as for a flow that does not exist. Takes as long for all keys."""
        self._refresh()
        address = self._known.get(name)
        keys = address.keys if address else ("",)
        ends, now = address.ends if address else {}, self._time()
        fits = [
            hmac.compare_digest(key.encode(), known.encode())
            and now < ends.get(known, float("inf"))
            for known in keys
        ]
        return address if any(fits) else None

    def _refresh(self) -> None:
        now = self._clock()
        if now - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = now
        try:
            found = self._path.stat()
            identity = (found.st_ino, found.st_mtime_ns)
            if identity != self._identity:
                document = json.loads(self._path.read_text(encoding="utf-8"))
                self._known = {name: _address(name, raw) for name, raw in document["flows"].items()}
                self._identity = identity
        except FileNotFoundError:
            self._known, self._identity = {}, None
        except (OSError, ValueError, KeyError, TypeError) as error:
            # What was known stays in force.
            log.error("the addresses of flows cannot be read: %s", type(error).__name__)


def _address(name: str, raw: dict[str, Any]) -> FlowAddress:
    return FlowAddress(
        name,
        tuple(raw["keys"]),
        dict(raw["ends"]),
        tuple(raw["methods"]),
        int(raw["max_body_bytes"]),
        int(raw["per_minute"]),
        tuple(map(ip_network, raw["networks"])),
        int(raw["status"]),
        str(raw["reason"]),
        tuple((str(key), str(value)) for key, value in raw["headers"]),
        str(raw["body"]),
    )
