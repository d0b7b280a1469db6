"""What a store or a published file knows about the deliveries that the archive must hold."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from analytics.lake.address import LakeAddress, LakePlace
from analytics.lake.attaching import attach_lake, use_lake
from analytics.lake.catalog import current_lake
from analytics.noted import noted
from analytics.statements import attach, statement
from analytics.store import (
    PUBLISHED,
    archived_id,
    archived_positions,
    count_deliveries,
    fingerprint_of,
    last_delivery_id,
    positions,
    published_us,
)

Range = tuple[int, int]
"""The first and the last id."""


class Reference:
    """Each query uses its own cursor, so any thread may ask."""

    def __init__(self, db: DuckDBPyConnection, *, is_attached: bool = False) -> None:
        """`is_attached`: the store is not `db` itself, but attached to it as `known`."""
        self._db = db
        self._is_attached = is_attached

    def last_id(self) -> int:
        with self._cursor() as db:
            return last_delivery_id(db)

    def archived_id(self) -> int:
        """0 for a store of a version that does not record it."""
        with self._cursor() as db, suppress(duckdb.CatalogException):
            return archived_id(db)
        return 0

    def archived_positions(self) -> dict[str, int]:
        with self._cursor() as db, suppress(duckdb.CatalogException):
            return archived_positions(db)
        return {}

    def published_us(self) -> int:
        with self._cursor() as db:
            return published_us(db)

    def publications(self) -> set[int]:
        """When it was published, as far as it knows: the last time that was begun, and the last
        time that was ended."""
        with self._cursor() as db:
            ended = (noted(db, PUBLISHED) or "0").split()[0]
            return {published_us(db), int(ended)} - {0}

    def count_until(self, last_id: int) -> int:
        with self._cursor() as db:
            return count_deliveries(db, last_id)

    def positions(self) -> dict[str, int]:
        with self._cursor() as db:
            return positions(db)

    def fingerprint(self) -> dict[str, str]:
        with self._cursor() as db:
            return fingerprint_of(db)

    def days(self, ids: Range) -> dict[str, int]:
        """Deliveries with these ids, per UTC day of receipt."""
        return dict(self._ask("archive/days", ids))

    def received(self, ids: Range) -> dict[int, int]:
        """Id → microseconds of the epoch."""
        return dict(self._ask("archive/received", ids))

    def counts(self, last_id: int, saved: str) -> tuple[int, int]:
        """Deliveries up to an id, and how many of them note that problem."""
        with self._cursor() as db:
            values = {"last": last_id, "saved": saved}
            ((count, noted),) = db.execute(statement("archive/counts"), values).fetchall()
        return int(count), int(noted)

    def count_leads(self, ranges: Sequence[Range]) -> int:
        """Leads that some of these deliveries are of."""
        values = {"first": [first for first, _ in ranges], "last": [last for _, last in ranges]}
        with self._cursor() as db:
            ((count,),) = db.execute(statement("archive/leads"), values).fetchall()
        return int(count)

    def rows(self, ids: Range) -> list[tuple[Any, ...]]:
        """What `saving` needs of each delivery."""
        return self._ask("archive/rows", ids)

    @contextmanager
    def _cursor(self) -> Iterator[DuckDBPyConnection]:
        with self._db.cursor() as cursor:
            if self._is_attached:
                cursor.execute("use known")
            else:
                use_lake(cursor)
            yield cursor

    def _ask(self, query: str, ids: Range) -> list[tuple[Any, ...]]:
        with self._cursor() as db:
            return db.execute(statement(query), {"first": ids[0], "last": ids[1]}).fetchall()


@contextmanager
def reading(path: Path) -> Iterator[Reference | None]:
    """None where there is no file, or none that can be read as a store."""
    opened = _open(path)
    try:
        yield None if opened is None else Reference(opened, is_attached=True)
    finally:
        if opened is not None:
            opened.close()


def _open(path: Path) -> DuckDBPyConnection | None:
    if not path.exists():
        return None
    try:
        # A database in memory with the file attached: this process may have the same path open.
        db = duckdb.connect(config={"threads": 1, "memory_limit": "300MB"})
        attach(db, path, "known")
        if Reference(db, is_attached=True).fingerprint():
            return db
        db.close()
    except (duckdb.Error, UnicodeDecodeError):
        pass
    return None


def reading_lake(address: LakeAddress) -> AbstractContextManager[Reference | None]:
    """The current one; None before there is any. Raises `LakeUnreachable`."""
    return reading_place(address, current_lake(address))


@contextmanager
def reading_place(address: LakeAddress, place: LakePlace | None) -> Iterator[Reference | None]:
    if place is None:
        yield None
        return
    with duckdb.connect(config={"threads": 1, "memory_limit": "300MB"}) as db:
        attach_lake(db, address, place, "known")
        yield Reference(db, is_attached=True)
