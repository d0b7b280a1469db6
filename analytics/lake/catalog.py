"""The catalogue's list of lakes, in the schema `calltouch` of its PostgreSQL.

One of them is current: readers attach that one. A store that is made anew is another lake, which
becomes the current one at once, in one transaction; the one before is then dropped whole.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib import import_module
from typing import Any

from analytics.lake.address import LakeAddress, LakePlace
from analytics.lake.attaching import LakeUnreachable
from analytics.lake.extensions import EXTRA, LakeNotInstalled
from analytics.statements import rendered

_CONNECT_SECONDS = 10
# Any number, the same for all: PostgreSQL's advisory locks are of one database.
_MAKING = 4_205_110_001


class LakeState(StrEnum):
    MAKING = "making"
    READY = "ready"
    CURRENT = "current"
    OLD = "old"


def connect(address: LakeAddress) -> Any:
    """A connection of psycopg, autocommitting. Raises `LakeUnreachable`, `LakeNotInstalled`."""
    try:
        driver = import_module("psycopg")
    except ImportError:
        raise LakeNotInstalled(EXTRA) from None
    try:
        db = driver.connect(
            address.catalog,
            autocommit=True,
            password=address.password,
            connect_timeout=_CONNECT_SECONDS,
            application_name="calltouch",
        )
    except driver.Error as error:
        raise LakeUnreachable(f"the lake's catalogue: {address.redacted(str(error))}") from None
    return db


def current_lake(address: LakeAddress) -> LakePlace | None:
    """None before the first one was made."""
    with catalog_of(address) as catalog:
        return catalog.first(LakeState.CURRENT)


@contextmanager
def catalog_of(address: LakeAddress) -> "Iterator[LakeCatalog]":
    """Raises `LakeUnreachable`."""
    db = connect(address)
    try:
        yield LakeCatalog(address, db)
    finally:
        db.close()


class LakeCatalog:
    def __init__(self, address: LakeAddress, db: Any) -> None:
        self._address = address
        self._db = db

    def first(self, state: LakeState) -> LakePlace | None:
        return next(iter(self.all(state)), None)

    def all(self, state: LakeState) -> list[LakePlace]:
        """The newest first."""
        if not self._is_made():
            return []
        query = "select number from calltouch.lakes where state = %s order by number desc"
        rows = self._db.execute(query, [state]).fetchall()
        return [self._address.place(number) for (number,) in rows]

    def new(self) -> LakePlace:
        """Another one, noted as being made before anything of it is there."""
        with self._db.transaction():
            self._db.execute("select pg_advisory_xact_lock(%s)", [_MAKING])
            self._db.execute("create schema if not exists calltouch")
            self._db.execute(
                "create table if not exists calltouch.lakes ("
                "number integer primary key, state text not null, "
                "changed_at timestamptz not null default now())"
            )
            ((number,),) = self._db.execute(
                "insert into calltouch.lakes (number, state) "
                "select coalesce(max(number), 0) + 1, 'making' from calltouch.lakes "
                "returning number"
            ).fetchall()
        return self._address.place(number)

    def note(self, place: LakePlace, state: LakeState) -> None:
        """A current one takes the place of the one before."""
        with self._db.transaction():
            if state == LakeState.CURRENT:
                self._db.execute(
                    "update calltouch.lakes set state = 'old', changed_at = now() "
                    "where state = 'current' and number <> %s",
                    [place.number],
                )
            self._db.execute(
                "update calltouch.lakes set state = %s, changed_at = now() where number = %s",
                [state, place.number],
            )

    def forget(self, place: LakePlace) -> None:
        """Its catalogue, inlined rows and snapshots with it. The files must be gone already."""
        with self._db.transaction():
            self._db.execute(rendered("lake/drop_schema", schema=place.schema))
            self._db.execute("delete from calltouch.lakes where number = %s", [place.number])

    def _is_made(self) -> bool:
        ((there,),) = self._db.execute("select to_regclass('calltouch.lakes')").fetchall()
        return there is not None
