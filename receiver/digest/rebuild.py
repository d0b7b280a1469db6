"""Rebuild: the store made again from archive and inbox, into a new file.

The rebuilding process only reads, so it may run beside a working digest: it opens the inbox first
and the archive then, and what digest moves from one to the other meanwhile is met once.
"""

import logging
import shutil
from collections.abc import Callable, Iterator
from itertools import chain, islice, takewhile
from pathlib import Path

from duckdb import DuckDBPyConnection

from analytics.store import (
    Basis,
    last_delivery_id,
    open_store,
    positions,
)
from receiver.data_dir import DataDir
from receiver.digest.archive import Archive
from receiver.digest.batch import (
    Batch,
    Numbered,
    Wording,
    batches,
    number,
)
from receiver.digest.by_batches import UNDIGESTIBLE, fold_batch
from receiver.digest.by_leads import OneByOne, fold_by_leads
from receiver.digest.decoding_ahead import decoded_ahead
from receiver.ending import interruptible, raise_if_interrupted
from receiver.inbox.reader import Damaged, Entry, InboxReader, Snapshot
from receiver.settings import Settings

log = logging.getLogger(__name__)

Progress = Callable[[int], None]
"""Called with the number of deliveries each time some are done; may raise to give up."""

_Fold = Callable[[DuckDBPyConnection, Iterator[Batch], Settings, Progress], None]

# Batches; so many take longer than two processes to start.
_FEW = 3


def basis_for(settings: Settings) -> Basis:
    """What the tables depend on besides the deliveries; another basis calls for a rebuild."""
    webhooks = {
        name: (webhook.model, webhook.rename, webhook.kind)
        for name, webhook in settings.webhooks.items()
    }
    return Basis(settings.timezone, repr(sorted(webhooks.items())))


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
) -> int:
    """Make a closed store at `target` from all deliveries, or from those up to an id. Returns how
    many they are."""
    try:
        return _rebuild(settings, target, until_id, progress, _fold_at_once)
    except (OneByOne, *UNDIGESTIBLE) as error:
        raise_if_interrupted()
        why = error if isinstance(error, OneByOne) else type(error).__name__
        log.warning("rebuilding batch by batch: %s", why)
        return _rebuild(settings, target, until_id, progress, _fold_in_turn)


def _rebuild(
    settings: Settings,
    target: Path,
    until_id: int | None,
    progress: Progress,
    fold: _Fold,
) -> int:
    remove_store(target)
    place = DataDir(settings.data_dir)
    reader = InboxReader(place.inbox)
    db = interruptible(open_store(target, basis_for(settings)))
    try:
        stream = missing(db, reader.look(), Archive(place.archive))
        fold(db, batches(_until(stream, until_id)), settings, progress)
        last_id = last_delivery_id(db)
        db.execute("checkpoint")
    finally:
        db.close()
        reader.close()
    log.info("rebuilt %d deliveries", last_id)
    return last_id


def _fold_at_once(
    db: DuckDBPyConnection, batches: Iterator[Batch], settings: Settings, progress: Progress
) -> None:
    """By leads, if there is so much that starting processes pays."""
    first = list(islice(batches, _FEW))
    if len(first) < _FEW:
        _fold_in_turn(db, iter(first), settings, progress)
        return
    aside = settings.data_dir
    fold_by_leads(db, chain(first, batches), Wording.of(settings), aside, progress)


def _fold_in_turn(
    db: DuckDBPyConnection, batches: Iterator[Batch], settings: Settings, progress: Progress
) -> None:
    for batch, ahead in decoded_ahead(batches, settings):
        fold_batch(db, batch, settings, ahead)
        progress(len(batch.deliveries))


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
    # What DuckDB had no memory for, left by a process that was killed.
    shutil.rmtree(path.with_name(path.name + ".tmp"), ignore_errors=True)


def wal_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _until(
    stream: Iterator[Numbered | Damaged], last_id: int | None
) -> Iterator[Numbered | Damaged]:
    if last_id is None:
        return stream
    return takewhile(lambda item: isinstance(item, Damaged) or item.delivery_id <= last_id, stream)
