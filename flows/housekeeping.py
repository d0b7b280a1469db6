"""What the runner does beside running: tells people of failures, and prunes the history once a
day. In a thread of its own: a mail server that hangs must hold up no operation."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

from flows.store.pruning import HistoryLimits, prune
from flows.store.writer import StoreWriter, open_store

log = logging.getLogger(__name__)

LOOK_SECONDS = 15.0
PRUNE_SECONDS = 86_400.0
_CURSOR = "pruned"


class Housekeeping:
    """`look`: for alerts; None where nobody is to be told."""

    def __init__(
        self,
        store: StoreWriter,
        limits: HistoryLimits,
        look: Callable[[], object] | None,
        clock: Callable[[], float],
    ) -> None:
        self._store, self._limits, self._look, self._clock = store, limits, look, clock

    def run(self, stop: threading.Event) -> None:
        """Until told to stop."""
        while not stop.wait(LOOK_SECONDS):
            self.do_due()

    def do_due(self) -> None:
        """Whatever fails here is tried again; the operations go on."""
        try:
            if self._look is not None:
                self._look()
            if self._is_prune_due():
                self._prune()
        except (sqlite3.Error, OSError) as error:
            log.error("the flows' history cannot be kept up: %s", error)
        except Exception as error:  # noqa: BLE001 - neither alerts nor pruning may end the runner
            log.error("the flows' housekeeping failed: %s", type(error).__name__)

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
