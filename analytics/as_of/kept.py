"""The last instants that were asked of, each ready for the next asker."""

import threading
from collections import OrderedDict
from datetime import datetime
from functools import partial
from pathlib import Path

from duckdb import DuckDBPyConnection

from analytics.as_of.known_until import KnownUntil
from analytics.published_file import Published

_MOST = 2
_MEMORY = "192MB"


class KnownInstants:
    """Of one published file. An instant that is not among the last ones has to be folded again; one
    is folded at a time, whoever asks, so that memory is bounded."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changing = threading.Lock()
        self._folding = threading.Lock()
        self._kept: OrderedDict[datetime, Published] = OrderedDict()

    def at(self, as_of: datetime) -> Published:
        """What was known then. To read it folds what has to be folded, once however many ask."""
        with self._changing:
            if as_of not in self._kept:
                attach = partial(_attach_in_turn, self._folding, KnownUntil(as_of))
                self._kept[as_of] = Published(self._path, _MEMORY, follows=True, attaches=attach)
            self._kept.move_to_end(as_of)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
            return self._kept[as_of]


def _attach_in_turn(
    folding: threading.Lock, known: KnownUntil, db: DuckDBPyConnection, path: Path
) -> None:
    with folding:
        known.attach(db, path)
