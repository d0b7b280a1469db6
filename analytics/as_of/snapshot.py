"""The tables as they were known at an instant, as a file of their own with the same schema.

It is made beside the place where it will be, of the published file alone, and is there whole or not
at all. What only digest uses (how far it has read and archived, caches of the fold, what it has
copied of flows) is empty in it.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from analytics.as_of.known_until import KnownUntil
from analytics.publish.publisher import NEW_MODE
from analytics.published_file import NotReadable, Published, PublishedSource
from analytics.statements import attach, rendered, statement
from analytics.store import StoreFingerprint, fingerprint_of, open_store, open_tables
from analytics.synced import sync

_MEMORY = "500MB"
_COPIED = (*open_tables(), "digest.deliveries", "digest.lead_changes")
# Leads that are folded between two steps of progress, about.
_A_STEP = 5_000

Steps = Callable[[int], None]
"""Called with a number of steps when they are done; may raise to give up."""
Watch = Callable[[DuckDBPyConnection], object]
"""Told of the connection, to interrupt it."""


class NothingReceivedYet(Exception):
    """At that instant no delivery had been received; the text says when the first one was."""


@dataclass(frozen=True, slots=True)
class TakenSnapshot:
    path: Path
    as_of: datetime
    last_delivery_id: int
    last_received_at: datetime
    leads: int
    deliveries: int
    bytes: int


@dataclass(frozen=True, slots=True)
class SnapshotPlan:
    """`is_at_end`: nothing that the file holds has come since."""

    steps: int
    is_at_end: bool


def timezone_of(published: PublishedSource) -> str:
    """Of the local times of the published file. Raises `NotPublished`."""
    with Published(published).reading() as db:
        return fingerprint_of(db)["timezone"]


def plan_snapshot(published: PublishedSource, as_of: datetime) -> SnapshotPlan:
    """Raises `NotPublished`, `NothingReceivedYet`."""
    with Published(published).reading() as db:
        ((first, last, since),) = db.execute(statement("as_of/since"), {"as_of": as_of}).fetchall()
        if first is None:
            raise NothingReceivedYet("no delivery has been received yet")
        if last is None:
            at = first.astimezone(as_of.tzinfo).isoformat(timespec="seconds")
            raise NothingReceivedYet(f"nothing was known; the first delivery came at {at}")
        ((leads,),) = db.execute(statement("as_of/to_fold"), {"as_of": as_of}).fetchall()
    return SnapshotPlan(leads // _A_STEP + 1 + len(_COPIED), since == 0)


def take_snapshot(
    published: PublishedSource,
    as_of: datetime,
    target: Path,
    steps: Steps = lambda _: None,
    watch: Watch = lambda _: None,
) -> TakenSnapshot:
    """Replaces what is at the target. Raises `NotPublished`, `OSError`."""
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        unfinished = scratch / "snapshot.duckdb"
        taken = _write(published, as_of, unfinished, steps, watch)
        unfinished.chmod(NEW_MODE)
        sync(unfinished)
        size = unfinished.stat().st_size
        unfinished.rename(target)
        sync(target.parent)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return TakenSnapshot(target, as_of, *taken, size)


def _write(
    published: PublishedSource, as_of: datetime, path: Path, steps: Steps, watch: Watch
) -> tuple[int, datetime, int, int]:
    # It must outlive the connection.
    known = KnownUntil(as_of.astimezone(UTC), lambda: steps(1), path.parent)
    with _opened(path.parent) as db:
        watch(db)
        _attach(db, known, published)
        fingerprint = fingerprint_of(db)
        made = StoreFingerprint(fingerprint["timezone"], fingerprint["decoding"])
        open_store(path, made).close()
        attach(db, path, "snapshot", read_only=False)
        for table in _COPIED:
            db.execute(rendered("as_of/copy_table", table=table))
            steps(1)
        db.execute(statement("as_of/copy_basis"))
        (row,) = db.execute(statement("as_of/summary")).fetchall()
        db.execute("checkpoint snapshot")
        db.execute("use memory")
        db.execute("detach snapshot")
    last_id, last, leads, deliveries = row
    return last_id, last, leads, deliveries


@contextmanager
def _opened(scratch: Path) -> Iterator[DuckDBPyConnection]:
    config: dict[str, str | int | float | bool | list[str]] = {
        "memory_limit": _MEMORY,
        "threads": 2,
        "temp_directory": str(scratch / "spilled"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "experimental_metadata_reuse": False,
    }
    with closing(duckdb.connect(config=config)) as db:
        db.execute("set timezone = 'UTC'")
        yield db


def _attach(db: DuckDBPyConnection, known: KnownUntil, published: PublishedSource) -> None:
    """The tables of then as the catalog `published`. Raises `NotPublished`."""
    published.version()
    try:
        known.attach(db, published.at_rest())
    except duckdb.IOException as error:
        raise NotReadable(f"{published} cannot be opened: {error}") from error
    db.execute("use published")
