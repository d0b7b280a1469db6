"""Which lake is the current one and what its newest commit is, asked of PostgreSQL all the time."""

import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from analytics.lake.address import LakeAddress, LakePlace
from analytics.lake.attaching import LakeUnreachable
from analytics.lake.catalog import LakeCatalog, LakeState
from analytics.lake.extensions import LakeNotInstalled
from analytics.published_file import NotPublished, NotReachable, NotReadable
from analytics.statements import rendered

# Who asks while PostgreSQL is away is answered at once, and not after a connection has timed out.
_AWAY_SECONDS = 1.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NewestCommit:
    """`session` grows when PostgreSQL was away: other connections to it are broken, too."""

    place: LakePlace
    snapshot: int
    session: int


class ReadCatalog(LakeCatalog):
    """What readers ask the catalogue."""

    def snapshot(self, place: LakePlace) -> int | None:
        ((number,),) = self._postgres_rows(rendered("lake/newest", schema=place.schema))
        return None if number is None else int(number)

    def size(self, place: LakePlace) -> int:
        """Of the files that the newest commit is made of."""
        ((size,),) = self._postgres_rows(rendered("lake/bytes", schema=place.schema))
        return int(size)


class CatalogWatch:
    """For any number of threads, over one session that is begun again when it breaks."""

    def __init__(self, address: LakeAddress) -> None:
        self._address = address
        self._asking = threading.Lock()
        self._catalog: ReadCatalog | None = None
        self._sessions = 0
        self._away_until = 0.0
        self._trouble = ""

    def newest(self) -> NewestCommit:
        """Raises `NotPublished` before there is a lake, `NotReachable` while PostgreSQL is away."""
        place, snapshot, session = self._asked(self._newest)
        if place is None or snapshot is None:
            raise NotPublished("nothing has been published into the lake yet")
        return NewestCommit(place, snapshot, session)

    def size(self) -> int:
        """Raises as `newest` does."""
        return self._asked(self._size)

    def _newest(self, catalog: ReadCatalog) -> tuple[LakePlace | None, int | None, int]:
        place = catalog.first(LakeState.CURRENT)
        return place, None if place is None else catalog.snapshot(place), self._sessions

    def _size(self, catalog: ReadCatalog) -> int:
        place = catalog.first(LakeState.CURRENT)
        return 0 if place is None else catalog.size(place)

    def _asked(self, ask: Callable[[ReadCatalog], T]) -> T:
        with self._asking:
            if time.monotonic() < self._away_until:
                raise NotReachable(self._trouble)
            try:
                return self._answered(ask)
            except LakeUnreachable as error:
                self._trouble = str(error)
                self._away_until = time.monotonic() + _AWAY_SECONDS
            except LakeNotInstalled as error:
                raise NotReadable(f"{error}") from None
            raise NotReachable(self._trouble)

    def _answered(self, ask: Callable[[ReadCatalog], T]) -> T:
        """A session that PostgreSQL has ended meanwhile is no reason to fail."""
        if self._catalog is not None:
            try:
                return ask(self._catalog)
            except LakeUnreachable:
                self._catalog.close()
        self._catalog = None
        catalog = ReadCatalog(self._address)
        weakref.finalize(self, catalog.close)
        self._sessions += 1
        found = ask(catalog)
        self._catalog = catalog
        return found
