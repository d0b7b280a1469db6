"""The store copied table by table from a file into a lake, or back, and every row compared."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from duckdb import DuckDBPyConnection

from analytics.lake.address import LakeAddress
from analytics.lake.attaching import attach_lake
from analytics.lake.catalog import LakeCatalog, LakeState, catalog_of
from analytics.lake.store import open_lake
from analytics.statements import attach, rendered, statement
from analytics.store import SCHEMA_VERSION, StoreFingerprint, checkpoint, open_store, transaction
from receiver.data_dir import DataDir
from receiver.digest.store_files import remove_store, wal_of
from receiver.digest.stores.new_lake import drop_lake

_FROM = "copied"
_OF_LAKE = "fence"


class MigrationFailed(Exception):
    """The text says why; nothing has changed."""


def into_lake(place: DataDir, address: LakeAddress) -> dict[str, int]:
    """Into a new one, which then is the current one. Returns the rows of each table."""
    if not place.store.exists():
        raise MigrationFailed(f"there is no {place.store}: run `calltouch digest --once` first")
    with catalog_of(address) as catalog, _locked(catalog):
        if catalog.first(LakeState.CURRENT) is not None:
            raise MigrationFailed("there is a lake already: drop its database, or take another")
        new = catalog.new()
        try:
            with duckdb.connect(config={"threads": 1}) as db:
                attach(db, place.store, _FROM)
                fingerprint = _fingerprint(db)
            with open_lake(address, new, fingerprint, is_bulk=True) as db:
                attach(db, place.store, _FROM)
                rows = _copy(db)
        except BaseException:
            drop_lake(catalog, new)
            raise
        catalog.note(new, LakeState.CURRENT)
    return rows


def into_file(address: LakeAddress, place: DataDir) -> dict[str, int]:
    """The store that lies there is kept under another name."""
    unfinished = place.store.with_name("store.migrating.duckdb")
    with catalog_of(address) as catalog, _locked(catalog):
        current = catalog.first(LakeState.CURRENT)
        if current is None:
            raise MigrationFailed("there is no lake")
        remove_store(unfinished)
        try:
            with duckdb.connect(config={"threads": 1}) as db:
                attach_lake(db, address, current, _FROM)
                fingerprint = _fingerprint(db)
            with open_store(unfinished, fingerprint) as db:
                attach_lake(db, address, current, _FROM)
                rows = _copy(db)
                checkpoint(db)
        except BaseException:
            remove_store(unfinished)
            raise
    for path in (place.store, wal_of(place.store)):
        if path.exists():
            path.rename(path.with_name(f"{path.name}.before-{time.time_ns()}"))
    unfinished.rename(place.store)
    return rows


@contextmanager
def _locked(catalog: LakeCatalog) -> Iterator[None]:
    """Digest does not write meanwhile."""
    if not catalog.take_digest_lock():
        raise MigrationFailed(f"the lake is being digested by {catalog.digesting()}: stop that")
    yield


def _fingerprint(db: DuckDBPyConnection) -> StoreFingerprint:
    query = rendered("lake/basis", name=_FROM)
    made_with = dict(db.execute(query).fetchall())
    if made_with.get("schema_version") != str(SCHEMA_VERSION):
        raise MigrationFailed("the store is of another version: run `calltouch digest --once`")
    return StoreFingerprint(made_with["timezone"], made_with["decoding"])


def _copy(db: DuckDBPyConnection) -> dict[str, int]:
    """Each table in a transaction. Raises `MigrationFailed` where a row differs."""
    found = db.execute(statement("lake/tables"), {"name": _FROM}).fetchall()
    rows = {}
    for schema, table in found:
        if table == _OF_LAKE:
            continue
        names = {"source": f"{_FROM}.{schema}.{table}", "target": f"{schema}.{table}"}
        with transaction(db):
            db.execute(rendered("lake/empty", **names))
            db.execute(rendered("lake/copy", **names))
        before, after = (_summary(db, names[name]) for name in ("source", "target"))
        if before != after:
            raise MigrationFailed(f"{schema}.{table} is not the same: {before[0]}, {after[0]} rows")
        rows[f"{schema}.{table}"] = before[0]
    return rows


def _summary(db: DuckDBPyConnection, table: str) -> tuple[int, int]:
    """How many rows, and the sum of their hashes."""
    ((count, total),) = db.execute(statement("compare/summary"), {"table": table}).fetchall()
    return int(count), int(total)
