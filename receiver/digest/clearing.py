"""What digest takes out of everything it keeps, between two batches: people who are to be erased,
and what has been kept long enough."""

from duckdb import DuckDBPyConnection

from receiver.digest.archive.archive import MERGE_BELOW_BYTES, Archive
from receiver.digest.disk_room import DiskRoom
from receiver.digest.erasing.carrying_out import ErasureWork, Renew
from receiver.digest.erasing.places import Check
from receiver.digest.erasing.tombstones import ErasedLeads
from receiver.digest.pruning.work import PruningWork
from receiver.digest.stores.digest_store import DigestStore
from receiver.settings.settings import Settings


class ClearingWork:
    """One at a time: each makes the store anew."""

    def __init__(
        self,
        settings: Settings,
        archive: Archive,
        erased: ErasedLeads,
        store: DigestStore,
        check: Check,
    ) -> None:
        self._store = store
        self._room = DiskRoom(settings.data_dir)
        self._erasing = ErasureWork(settings, archive, erased, check)
        self._pruning = PruningWork(settings, archive, check)

    def order_again(self) -> None:
        """Files have come back into the archive."""
        self._erasing.order_again()

    def is_wanted(self) -> bool:
        """Quick enough to ask all the time."""
        is_wanted = self._erasing.is_ordered() or self._pruning.is_due()
        return is_wanted and self._room.is_there(MERGE_BELOW_BYTES)

    def is_due(self) -> bool:
        """Once nothing that came before an order is in the inbox any more."""
        return self._erasing.is_due() or not self._erasing.is_ordered()

    def carry_out(self, db: DuckDBPyConnection, obstacle: str, renew: Renew) -> None:
        work = self._erasing if self._erasing.is_ordered() else self._pruning
        work.carry_out(db, obstacle, renew, self._store)
