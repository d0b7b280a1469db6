"""What the runner does beside running: notes which hosts it leaves alone, and prunes the history
once a day. In a thread of its own: no operation waits for it."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

from flows.store.closed_hosts import note_closed_hosts
from flows.store.pruning import HistoryLimits, prune
from flows.store.writer import StoreWriter, open_store

log = logging.getLogger(__name__)

LOOK_SECONDS = 15.0
PRUNE_SECONDS = 86_400.0
_CURSOR = "pruned"


class Housekeeping:
    """`closed_hosts`: hosts that are left alone now, and for how many seconds yet."""

    def __init__(
        self,
        store: StoreWriter,
        limits: HistoryLimits,
        closed_hosts: Callable[[float], dict[str, float]],
        clock: Callable[[], float],
    ) -> None:
        self._store, self._limits, self._clock = store, limits, clock
        self._closed_hosts = closed_hosts
        self._noted: set[str] | None = None

    def run(self, stop: threading.Event) -> None:
        """Until told to stop."""
        while not stop.wait(LOOK_SECONDS):
            self.do_due()

    def do_due(self) -> None:
        """Whatever fails here is tried again; the operations go on."""
        try:
            self._note_hosts()
            if self._is_prune_due():
                self._prune()
        except (sqlite3.Error, OSError) as error:
            log.error("the flows' history cannot be kept up: %s", error)
        except Exception as error:  # noqa: BLE001 - pruning must not end the runner
            log.error("the flows' housekeeping failed: %s", type(error).__name__)

    def _note_hosts(self) -> None:
        """Nothing is written while none is closed."""
        now = self._clock()
        hosts = self._closed_hosts(now)
        if hosts or self._noted != set():
            note_closed_hosts(self._store, hosts, now)
            self._noted = {*hosts}

    def _is_prune_due(self) -> bool:
        with closing(self._store.reader()) as db:
            row = db.execute("select value from cursors where name = ?", (_CURSOR,)).fetchone()
        return row is None or self._clock() >= float(row[0]) + PRUNE_SECONDS

    def _prune(self) -> None:
        now = self._clock()
        pruned = prune(self._store.path, self._limits, datetime.fromtimestamp(now, UTC))
        with closing(open_store(self._store.path)) as db:
            db.execute("insert or replace into cursors values (?, ?)", (_CURSOR, str(now)))
        if pruned.bodies or pruned.operations:
            log.info(
                "history of flows: bodies of %d operations and %d operations have gone",
                pruned.bodies,
                pruned.operations,
            )
