"""Rebuild: the store made again from archive and inbox, into a new file.

The rebuilding process only reads, so it may run beside a working digest: it opens the inbox first
and the archive then, and what digest moves from one to the other meanwhile is met once.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.fold import Incoming, TooMuchText, fold_incoming, incoming
from analytics.store import (
    Basis,
    last_delivery_id,
    open_store,
    positions,
    save_positions,
    transaction,
)
from receiver.data_dir import DataDir
from receiver.digest.archive import Archive
from receiver.digest.batch import (
    Batch,
    Numbered,
    Wording,
    batches,
    decoded,
    number,
    undecoded,
    undigestible,
)
from receiver.digest.decoding_ahead import decoded_ahead
from receiver.inbox.reader import Damaged, Entry, InboxReader, Snapshot
from receiver.settings import Settings

log = logging.getLogger(__name__)

Progress = Callable[[int], None]
"""Called with the number of deliveries each time some are done; may raise to give up."""


_UNDIGESTIBLE = (
    TooMuchText,
    ValueError,
    OverflowError,
    pa.ArrowException,
    duckdb.DataError,
    duckdb.InvalidInputException,
    duckdb.OutOfMemoryException,
)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    deliveries: int
    last_id: int


def basis_for(settings: Settings) -> Basis:
    """What the tables depend on besides the deliveries; another basis calls for a rebuild."""
    webhooks = {
        name: (webhook.model, webhook.rename) for name, webhook in settings.webhooks.items()
    }
    return Basis(settings.timezone, repr(sorted(webhooks.items())))


def fold_batch(
    db: DuckDBPyConnection,
    batch: Batch,
    settings: Settings,
    ahead: Incoming | None = None,
) -> None:
    """One batch, one transaction: rows and position in the inbox together, or neither.

    `ahead`: the batch decoded, where that has been done already. A delivery that the store
    cannot take must not hold up the others: the batch is halved until that one is alone, and it is
    quarantined.
    """
    try:
        if ahead is None:
            ahead = incoming(decoded(undecoded(batch.deliveries), Wording.of(settings)))
        _fold(db, ahead, batch.positions)
    except _UNDIGESTIBLE as error:
        if len(batch.deliveries) > 1:
            for half in batch.halves():
                fold_batch(db, half, settings)
            return
        why = type(error).__name__
        log.error("delivery %d cannot be folded: %s", batch.first_id, why)
        _fold(db, incoming(undigestible(undecoded(batch.deliveries), why)), batch.positions)


def _fold(db: DuckDBPyConnection, batch: Incoming, moved: dict[str, int]) -> None:
    with transaction(db):
        fold_incoming(db, batch)
        save_positions(db, moved)


def missing(
    db: DuckDBPyConnection, snapshot: Snapshot, archive: Archive
) -> Iterator[Numbered | Damaged]:
    """Everything the store lacks, in order: first from the archive, then from the inbox."""
    last_id = last_delivery_id(db)
    places = positions(db)
    for numbered in archive.read(after_id=last_id):
        last_id = numbered.delivery_id
        places[numbered.entry.segment] = numbered.entry.position
        yield numbered
    yield from number(snapshot.entries(places), last_id)


def rebuild(
    settings: Settings,
    target: Path,
    until_id: int | None = None,
    progress: Progress = lambda count: None,
) -> Rebuilt:
    """Make a closed store at `target` from all deliveries, or from those up to an id."""
    remove_store(target)
    place = DataDir(settings.data_dir)
    reader = InboxReader(place.inbox)
    db = open_store(target, basis_for(settings))
    done = 0
    try:
        stream = missing(db, reader.look(), Archive(place.archive))
        for batch, ahead in decoded_ahead(batches(_until(stream, until_id)), settings):
            fold_batch(db, batch, settings, ahead)
            done += len(batch.deliveries)
            progress(len(batch.deliveries))
        last_id = last_delivery_id(db)
        db.execute("checkpoint")
    finally:
        db.close()
        reader.close()
    log.info("rebuilt %d deliveries", done)
    return Rebuilt(done, last_id)


def count_missing(settings: Settings) -> int:
    """How many deliveries archive and inbox hold."""
    place = DataDir(settings.data_dir)
    reader = InboxReader(place.inbox)
    try:
        archive = Archive(place.archive)
        snapshot = reader.look()
        archived = archive.positions(list(snapshot.limits))
        return archive.last_id() + sum(
            isinstance(item, Entry) for item in snapshot.entries(archived)
        )
    finally:
        reader.close()


def remove_store(path: Path) -> None:
    for file in (path, wal_of(path)):
        file.unlink(missing_ok=True)


def wal_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _until(
    stream: Iterator[Numbered | Damaged], last_id: int | None
) -> Iterator[Numbered | Damaged]:
    if last_id is None:
        return stream
    return takewhile(lambda item: isinstance(item, Damaged) or item.delivery_id <= last_id, stream)
