"""The last instants that were asked of, each ready for the next asker."""

import threading
from collections import OrderedDict
from datetime import datetime
from functools import partial

from duckdb import DuckDBPyConnection

from analytics.as_of.known_until import KnownUntil
from analytics.as_of.restricted import restrict_known
from analytics.published_file import Published, PublishedSource
from analytics.restricted.rights import WHOLE, LeadRights

_MOST = 2
_MEMORY = "192MB"


class KnownInstants:
    """Of one published file. An instant that is not among the last ones has to be folded again; one
    is folded at a time, whoever asks, so that memory is bounded."""

    def __init__(self, source: PublishedSource) -> None:
        self._source = source.at_rest()
        self._changing = threading.Lock()
        self._folding = threading.Lock()
        self._kept: OrderedDict[tuple[datetime, LeadRights], Published] = OrderedDict()
        self._folded: dict[datetime, KnownUntil] = {}

    def at(self, as_of: datetime, rights: LeadRights = WHOLE) -> Published:
        """What was known then, of the leads of these rights. To read it folds what has to be
        folded, once however many ask, whatever their rights."""
        with self._changing:
            key = (as_of, rights)
            if key not in self._kept:
                known = self._folded.setdefault(as_of, KnownUntil(as_of))
                attach = partial(_attach_in_turn, self._folding, known, rights)
                self._kept[key] = Published(self._source, _MEMORY, follows=True, attaches=attach)
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
            instants = {instant for instant, _ in self._kept}
            self._folded = {at: known for at, known in self._folded.items() if at in instants}
            return self._kept[key]


def _attach_in_turn(
    folding: threading.Lock,
    known: KnownUntil,
    rights: LeadRights,
    db: DuckDBPyConnection,
    source: PublishedSource,
) -> None:
    with folding:
        if rights.is_limited:
            restrict_known(known, rights, db, source)
        else:
            known.attach(db, source)
