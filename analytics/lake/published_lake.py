"""What digest publishes into a lake: readers go by its newest commit."""

from collections.abc import Hashable, Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection

from analytics.lake.address import LakeAddress
from analytics.lake.attaching import LakeUnreachable, attach_lake
from analytics.lake.extensions import LakeNotInstalled
from analytics.lake.newest import CatalogWatch
from analytics.published_file import NotReachable, NotReadable
from analytics.statements import rendered, statement
from analytics.store import TABLES, make_tables, make_views

_DESCRIBED = "described"
"""A catalog with the same tables and views, empty: what is said of each column. A lake keeps no
comments on the columns of views."""


class PublishedLake:
    """As `analytics.published_file.PublishedSource`. What is attached goes on showing the newest
    commit; who needs one state has a transaction, or attaches it `at_rest`: as it is then."""

    rest_seconds = 300.0

    def __init__(
        self,
        address: LakeAddress,
        file: Path,
        watch: CatalogWatch | None = None,
        *,
        is_at_rest: bool = False,
    ) -> None:
        self.file = file
        self._address = address
        self._watch = watch or CatalogWatch(address)
        self._is_at_rest = is_at_rest
        self._attached = f"{address.data}/"

    def __str__(self) -> str:
        return "the lake"

    @property
    def reaches(self) -> Sequence[str]:
        """Of the lake that was attached last, which may have been made elsewhere."""
        return (self._attached,)

    def version(self) -> Hashable:
        newest = self._watch.newest()
        return (newest.place.number, newest.snapshot)

    def identity(self) -> Hashable:
        newest = self._watch.newest()
        at = newest.snapshot if self._is_at_rest else None
        return (newest.place.number, newest.session, at)

    def size(self) -> int:
        return self._watch.size()

    def attach(self, db: DuckDBPyConnection, name: str) -> None:
        """Raises `NotPublished`, `NotReadable`."""
        newest = self._watch.newest()
        snapshot = newest.snapshot if self._is_at_rest else None
        try:
            attach_lake(db, self._address, newest.place, name, snapshot=snapshot)
        except LakeUnreachable as error:
            raise NotReachable(f"{error}") from None
        except LakeNotInstalled as error:
            raise NotReadable(f"{error}") from None
        self._attached = newest.place.data
        _describe(db)

    def begin(self, cursor: DuckDBPyConnection) -> None:
        if not self._is_at_rest:
            cursor.execute("begin")

    def at_rest(self) -> "PublishedLake":
        return PublishedLake(self._address, self.file, self._watch, is_at_rest=True)


def _describe(db: DuckDBPyConnection) -> None:
    found = db.execute(statement("lake/has_catalog"), {"name": _DESCRIBED}).fetchall()
    if found:
        return
    db.execute(rendered("lake/attach_memory", name=_DESCRIBED))
    db.execute(rendered("use", catalog=_DESCRIBED))
    make_tables(db, TABLES)
    make_views(db)
    db.execute(rendered("use", catalog="memory"))
