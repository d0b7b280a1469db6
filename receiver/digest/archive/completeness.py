"""Whether the store has all that the archive has: to count it is to read every delivery."""

from collections.abc import Sequence
from hashlib import sha256

from duckdb import DuckDBPyConnection

from analytics.noted import forget, note, noted
from analytics.store import archived_id
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.check import lacks
from receiver.digest.archive.faults import ArchiveFault
from receiver.digest.archive.reference import Reference
from receiver.digest.archive.saved import LOST_BYTES

_NOTED = "has all that the archive has"


class StoreCompleteness:
    """What was found is noted in the store. It holds until files come, go or are given up: that is
    a fault, or news, or changes what is lost or saved. What digest itself archives is in the store.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._known: str | None = None

    def begin(self, db: DuckDBPyConnection) -> None:
        """With another store."""
        self._known = noted(db, _NOTED)

    def is_whole(
        self, db: DuckDBPyConnection, faults: Sequence[ArchiveFault], has_news: bool
    ) -> bool:
        """`has_news`: files have come back."""
        state = self._state()
        if not faults and not has_news and self._known == state:
            return True
        is_whole = not self._lacks_something(Reference(db), archived_id(db), faults)
        self._known = state if is_whole and not faults else None
        if self._known:
            note(db, _NOTED, state)
        else:
            forget(db, _NOTED)
        return is_whole

    def _state(self) -> str:
        lost = [(ids.first_id, ids.last_id) for ids in self._archive.manifest.contents().lost]
        return sha256(repr((lost, self._archive.count_saved())).encode()).hexdigest()

    def _lacks_something(self, store: Reference, end: int, faults: Sequence[ArchiveFault]) -> bool:
        """Whether the archive has deliveries that the store lacks or has only as salvaged."""
        lost = sum(ids.count for ids in self._archive.manifest.contents().lost)
        count, saved = store.counts(end, LOST_BYTES)
        if saved > self._archive.count_saved():
            return True
        if count >= end - lost:
            return False
        bad = {fault.file for fault in faults}
        whole = (entry for entry in self._archive.entries() if entry.name not in bad)
        return any(lacks(entry, store) for entry in whole)
