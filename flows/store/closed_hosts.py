"""Hosts that the runner leaves alone, for those who look from outside of it."""

import sqlite3
from collections.abc import Mapping

from flows.store.writer import StoreWriter


def note_closed_hosts(store: StoreWriter, hosts: Mapping[str, float], now: float) -> None:
    """`hosts`: and for how many seconds yet."""
    until = {host: now + seconds for host, seconds in hosts.items()}

    def change(db: sqlite3.Connection) -> None:
        db.execute("delete from closed_hosts")
        db.executemany("insert into closed_hosts values (?, ?)", list(until.items()))

    store.write(change)


def closed_hosts(db: sqlite3.Connection, now: float) -> list[str]:
    try:
        rows = db.execute("select host from closed_hosts where until > ? order by host", (now,))
        return [host for (host,) in rows]
    except sqlite3.OperationalError:
        # An older version made the file, and no runner has opened it since.
        return []
