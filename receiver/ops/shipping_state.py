"""How parcels between hosts are getting on, as whoever ships or takes them wrote it down last: for
`/readyz`, `doctor`, metrics and alerts, which need no PostgreSQL for it."""

import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

OLD_SECONDS = 60.0
SILENT_SECONDS = 300.0
"""What a host may be silent before people are told: a restart of its machine takes less."""

STALE_SECONDS = 10.0
"""After this time without a word, addresses of flows may be others by now."""

WAITING_SECONDS = 300.0
"""The same for parcels that are not taken, and for a PostgreSQL that is away."""


@dataclass(frozen=True, slots=True)
class HostState:
    """Instants are Unix seconds by PostgreSQL's clock. `shipped`, `taken`: numbers of the last
    parcels. `oldest_at`: when the oldest that is not taken was shipped. `waiting_bytes`: on the
    host, when it was `heard_at`. `missing`: parcels that were no longer kept when they were to be
    taken again. `replaced_at`: when this inbox took the place of another under its name, which
    had so many `replaced_bytes` waiting when it was heard of last. `addresses_behind`: for how
    many seconds there have been other addresses of flows than the host serves; None: the same."""

    host: str
    shipped: int
    taken: int
    missing: int
    waiting_bytes: int
    waiting_since: float | None
    heard_at: float
    began_at: float
    now_at: float
    oldest_at: float | None
    replaced_at: float | None
    replaced_bytes: int | None
    addresses_behind: float | None = None

    @property
    def silent_seconds(self) -> float:
        return max(self.now_at - self.heard_at, 0.0)

    @property
    def addresses_behind_seconds(self) -> float:
        return self.addresses_behind or 0.0

    @property
    def oldest_seconds(self) -> float:
        """Of what is handed over and not taken."""
        return max(self.now_at - self.oldest_at, 0.0) if self.oldest_at else 0.0


@dataclass(frozen=True, slots=True)
class ShippingState:
    """`trouble`: what keeps parcels from moving, `trouble_since` then. `waiting_bytes`: in the
    inboxes of a host that ships. `addresses_at`: when it knew last that it has the newest addresses
    of flows. `hosts`: those that the one that takes knows."""

    role: str
    host: str
    at: float
    trouble: str | None = None
    trouble_since: float | None = None
    waiting_bytes: int = 0
    waiting_since: float | None = None
    hosts: tuple[HostState, ...] = field(default=())
    addresses_at: float | None = None

    @property
    def is_old(self) -> bool:
        """Nobody has written for a while: the process is dead, or hangs."""
        return time.time() - self.at > OLD_SECONDS


def write_state(path: Path, state: ShippingState) -> None:
    """Nothing depends on it: on a full disk the last one stays. It need not survive a power cut."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    with suppress(OSError):
        unfinished.write_bytes(orjson.dumps(asdict(state)))
        unfinished.replace(path)


def read_state(path: Path) -> ShippingState | None:
    """None where nobody has written one."""
    try:
        known = orjson.loads(path.read_bytes())
        hosts = tuple(HostState(**host) for host in known.pop("hosts"))
        return ShippingState(**known, hosts=hosts)
    except (OSError, orjson.JSONDecodeError, TypeError, KeyError):
        return None


def knows_addresses(path: Path) -> bool:
    """Whether a host that ships has heard of the addresses of flows a moment ago."""
    state = read_state(path)
    if state is None or state.addresses_at is None:
        return False
    return abs(time.time() - state.addresses_at) < STALE_SECONDS


def shipping_remark(path: Path) -> str | None:
    """What is wrong, for a host that ships or takes; None where nothing is."""
    state = read_state(path)
    if state is None or state.is_old:
        process = "taken" if state is not None and state.role == "take" else "shipped"
        return f"no parcels are being {process}: the process has not been heard of for a minute"
    if state.trouble is None:
        return None
    kept = f"; {state.waiting_bytes} bytes wait in the inbox" if state.waiting_bytes else ""
    return f"parcels wait: {state.trouble}{kept}"
