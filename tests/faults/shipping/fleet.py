"""Hosts as processes: some that receive and ship, one that takes, PostgreSQL between them."""

import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import psycopg

from receiver.inbox.delivery import receipt_of
from receiver.inbox.frames import Frame, FrameKind
from receiver.shipping.parcel import Parcel
from tests.faults.durability.processes import kill, kill_everything
from tests.postgres import PostgresServer
from tests.road.server import Server, serving, wait_until

ROOT = Path(__file__).parents[3]
# And the DuckDB of this process, which may be another than the installed one.
_PATHS = (ROOT / "tests/faults/sabotage", ROOT, Path(duckdb.__file__).parents[1])
RESTLESS = {
    "PYTHONPATH": os.pathsep.join(map(str, _PATHS)),
    "SABOTAGE": "restless",
}
RECEIVERS, CENTER = ("anna", "boris"), "center"


@dataclass
class Fleet:
    """`store`: settings of the center's store, and what it needs of the environment."""

    root: Path
    postgres: PostgresServer
    store: Mapping[str, str] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)

    def environ(self, name: str) -> dict[str, str]:
        return {
            "CALLTOUCH_PARCELS": self.postgres.conninfo,
            "CALLTOUCH_PARCELS_ROLE": "take" if name == CENTER else "ship",
            "CALLTOUCH_HOST_NAME": name,
            "CALLTOUCH_KEYED_SECONDS": "0",
            **(self.store if name == CENTER else {}),
            **RESTLESS,
        }

    @contextmanager
    def running(self, name: str, place: str | None = None) -> Iterator[Server]:
        with serving(self.root / (place or name), **self.environ(name)) as server:
            self.servers[name] = server
            yield server

    def kill(self, name: str, command: str) -> int:
        """Whatever of a host does that, at once. Returns how many processes that were."""
        pids = self.servers[name].children(command)
        for pid in pids:
            kill(pid)
        return len(pids)

    def lose(self, name: str) -> float:
        """A whole host, at once; returns when, as a monotonic time."""
        at = time.monotonic()
        kill_everything(self.servers[name])
        return at


@contextmanager
def fleet_of(root: Path, postgres: PostgresServer, **store: str) -> Iterator[Fleet]:
    fleet = Fleet(root, postgres, store)
    with ExitStack() as stack:
        for name in (CENTER, *RECEIVERS):
            stack.enter_context(fleet.running(name))
        yield fleet


def lead_ids(server: Server) -> Counter[int]:
    """How often each was digested, by what is published."""
    rows = server.ask("select lead_id, count(*)::int from deliveries group by lead_id")
    return Counter(dict(rows))


def wait_until_hosts_ship(fleet: Fleet) -> None:
    """A receiver serves before its shipper is up."""
    for name in RECEIVERS:
        fleet.servers[name].send(f"leadtype=call&id={10**9 + RECEIVERS.index(name)}")

    def hosts() -> int:
        with psycopg.connect(fleet.postgres.conninfo) as db:
            row = db.execute("select count(distinct host) from shipping.parcels").fetchone()
            return int(row[0]) if row else 0

    wait_until(lambda: hosts() == len(RECEIVERS), 60)


def shipping_delays(postgres: PostgresServer) -> list[float]:
    """From when it was received to when it was in PostgreSQL, of each delivery; in seconds."""
    with psycopg.connect(postgres.conninfo) as db:
        rows = db.execute(
            "select segment, first, last, content, extract(epoch from shipped_at)::float8"
            " from shipping.parcels"
        )
        return sorted(
            shipped_at - receipt_of(item.payload) / 1e9
            for segment, first, last, content, shipped_at in rows
            for item in Parcel(segment, first, last, content)._items()
            if isinstance(item, Frame) and item.kind == FrameKind.DELIVERY
        )
