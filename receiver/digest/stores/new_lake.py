"""A lake that is made beside the one there is, and one that goes whole."""

import logging

from duckdb import DuckDBPyConnection

from analytics.lake.address import LakeAddress, LakePlace
from analytics.lake.catalog import LakeCatalog, LakeState
from analytics.lake.files import remove_files
from analytics.lake.store import open_lake
from analytics.store import StoreFingerprint

log = logging.getLogger(__name__)


class NewLake:
    def __init__(self, address: LakeAddress) -> None:
        self._address = address
        self._catalog: LakeCatalog | None = None
        self._place: LakePlace | None = None

    def open(self, fingerprint: StoreFingerprint) -> DuckDBPyConnection:
        self.give_up()
        self._catalog = LakeCatalog(self._address)
        self._place = self._catalog.new()
        return open_lake(self._address, self._place, fingerprint, is_bulk=True)

    def give_up(self) -> None:
        if self._catalog is not None and self._place is not None:
            drop_lake(self._catalog, self._place)
            self._catalog.close()
        self._catalog = self._place = None

    def finish(self) -> None:
        assert self._catalog is not None
        assert self._place is not None
        for earlier in self._catalog.all(LakeState.READY):
            self._catalog.note(earlier, LakeState.OLD)
        self._catalog.note(self._place, LakeState.READY)
        self._catalog.close()


def drop_lake(catalog: LakeCatalog, place: LakePlace) -> None:
    """Whole: files, then the catalogue with what lies inlined in it. Killed in between, it is done
    again."""
    remove_files(place)
    catalog.forget(place)
    log.info("lake %d is gone", place.number)
