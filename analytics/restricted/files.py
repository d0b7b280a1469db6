"""The published file as each reader may see it, now and as it was known at instants of the past."""

import threading
from collections import OrderedDict
from datetime import datetime
from functools import partial

from duckdb import DuckDBPyConnection

from analytics.as_of.kept import KnownInstants
from analytics.published_file import Published, PublishedSource
from analytics.restricted.rights import LeadRights
from analytics.restricted.views import WHOLE_CATALOG, check_version, restrict

_MOST = 4
_MEMORY = "192MB"


class LeadFiles:
    """Of one published file. For limited rights it is opened once more, so that nothing of what
    one reader asks can meet what another one does; the last ones are kept for the next asker."""

    def __init__(self, whole: Published) -> None:
        self._whole = whole
        self._known = KnownInstants(whole.source)
        self._changing = threading.Lock()
        self._kept: OrderedDict[LeadRights, Published] = OrderedDict()

    @property
    def source(self) -> PublishedSource:
        return self._whole.source

    def of(self, rights: LeadRights) -> Published:
        """What these rights cover."""
        if not rights.is_limited:
            return self._whole
        with self._changing:
            if rights not in self._kept:
                attaches = partial(_attach, rights)
                self._kept[rights] = Published(
                    self._whole.source, _MEMORY, follows=True, attaches=attaches
                )
            self._kept.move_to_end(rights)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
            return self._kept[rights]

    def at(self, as_of: datetime, rights: LeadRights) -> Published:
        """The same as it was known then."""
        return self._known.at(as_of, rights)


def _attach(rights: LeadRights, db: DuckDBPyConnection, source: PublishedSource) -> None:
    """As `analytics.published_file.Attach`."""
    source.attach(db, WHOLE_CATALOG)
    check_version(db, WHOLE_CATALOG)
    restrict(db, rights, WHOLE_CATALOG, "published")
