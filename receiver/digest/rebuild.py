"""Rebuild: make the store again from archive and inbox, in a new file.

A rebuild only reads, so it may run while digest works: it opens the inbox before the archive, and
meets once what digest moves from one to the other meanwhile.
"""

import logging
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import asdict, replace
from itertools import chain, islice, takewhile
from pathlib import Path
from typing import Any

import orjson
from duckdb import DuckDBPyConnection

from analytics.store import (
    StoreFingerprint,
    checkpoint,
    count_deliveries,
    last_delivery_id,
    note_erasures,
    positions,
    save_archived,
)
from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.numbered import NumberedDelivery, number
from receiver.digest.batch import Batch, batches
from receiver.digest.by_batches import UNDIGESTIBLE, fold_batch
from receiver.digest.by_leads import BatchesNeeded, fold_by_leads
from receiver.digest.decode_ahead import decoded_ahead
from receiver.digest.erasing.tombstones import ErasedLeads
from receiver.digest.stores.digest_store import NewStore
from receiver.digest.stores.file_store import NewFile
from receiver.digest.workers.raw_delivery import WebhookDialect
from receiver.ending import interruptible, raise_if_interrupted
from receiver.inbox.reader import DamagedBytes, InboxEntry, InboxReader, Snapshot
from receiver.settings.settings import Settings, WebhookSettings

log = logging.getLogger(__name__)

Progress = Callable[[int], None]
"""Called with a number of deliveries whenever some are done; may raise to give up."""

_Fold = Callable[[DuckDBPyConnection, Iterator[Batch], Settings, Progress], None]

# Batches; that many take longer than starting two processes.
_FEW = 3


class RebuildIncomplete(Exception):
    """Fewer deliveries were read than the archive must hold; the text says how many."""


def fingerprint_for(settings: Settings) -> StoreFingerprint:
    """What the tables depend on besides deliveries; a different one requires a rebuild."""
    webhooks = {name: _decoding(webhook) for name, webhook in settings.webhooks.items()}
    written = orjson.dumps(webhooks, option=orjson.OPT_SORT_KEYS).decode()
    return StoreFingerprint(settings.timezone, written)


def settings_of(fingerprint: Mapping[str, str], settings: Settings) -> Settings:
    """The settings that a store was made with, as far as its tables depend on them.

    Raises `ValueError` for a fingerprint that this version did not write.
    """
    try:
        webhooks = {
            name: WebhookSettings(**{key: _frozen(value) for key, value in written.items()})
            for name, written in orjson.loads(fingerprint["decoding"]).items()
        }
        return replace(settings, timezone=fingerprint["timezone"], webhooks=webhooks)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("made with settings that this version cannot read") from error


def _decoding(webhook: WebhookSettings) -> dict[str, object]:
    """Everything but the secret."""
    return {name: value for name, value in asdict(webhook).items() if name != "secret"}


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def missing(
    db: DuckDBPyConnection, snapshot: Snapshot, archive: Archive, without: Container[str] = ()
) -> Iterator[NumberedDelivery | DamagedBytes]:
    """Everything the store lacks, in order: first from the archive, then from the inbox.

    `without`: files of the archive to leave out. Raises `DamagedFile`.
    """
    last_id = last_delivery_id(db)
    places = positions(db)
    end, archived = archive.last_id(), archive.positions(list(snapshot.limits))
    for numbered in archive.read(last_id, without):
        last_id = numbered.delivery_id
        places[numbered.entry.segment] = numbered.entry.position
        yield numbered
    for segment, position in archived.items():
        places[segment] = max(position, places.get(segment, 0))
    yield from number(snapshot.entries(places), max(last_id, end))


def rebuild(
    settings: Settings,
    target: Path | NewStore,
    until_id: int | None = None,
    progress: Progress = lambda count: None,
) -> int:
    """Make a closed store at `target`, a file or what a `DigestStore` calls new, from all
    deliveries, or from those up to an id. Returns how many were read. Raises `DamagedFile`,
    `RebuildIncomplete`."""
    new = NewFile(target) if isinstance(target, Path) else target
    try:
        return _rebuild(settings, new, until_id, progress, _fold_at_once)
    except (BatchesNeeded, *UNDIGESTIBLE) as error:
        raise_if_interrupted()
        why = error if isinstance(error, BatchesNeeded) else type(error).__name__
        log.warning("rebuilding batch by batch: %s", why)
        return _rebuild(settings, new, until_id, progress, _fold_in_turn)


def _rebuild(
    settings: Settings,
    new: NewStore,
    until_id: int | None,
    progress: Progress,
    fold: _Fold,
) -> int:
    place = DataDir(settings.data_dir)
    erased = ErasedLeads.of(settings)
    reader = InboxReader(place.inbox, erased.passing)
    db = interruptible(new.open(fingerprint_for(settings)))
    try:
        snapshot, archive = reader.look(), Archive(place.archive)
        end, archived = archive.last_id(), archive.positions(list(snapshot.limits))
        accepted = count_archived(archive, min(end, until_id or end))
        fold(db, batches(_until(missing(db, snapshot, archive), until_id)), settings, progress)
        if (read := count_deliveries(db, end)) != accepted:
            raise RebuildIncomplete(f"{read} deliveries of the archive were read, not {accepted}")
        save_archived(db, end, archived)
        note_erasures(db, erased.log.count())
        count = count_deliveries(db)
        checkpoint(db)
    finally:
        db.close()
        reader.close()
    log.info("rebuilt %d deliveries", count)
    return count


def _fold_at_once(
    db: DuckDBPyConnection, batches: Iterator[Batch], settings: Settings, progress: Progress
) -> None:
    """By leads, if there is enough to make starting processes worthwhile."""
    first = list(islice(batches, _FEW))
    if len(first) < _FEW:
        _fold_in_turn(db, iter(first), settings, progress)
        return
    dialect, directory = WebhookDialect.of(settings), settings.data_dir
    fold_by_leads(db, chain(first, batches), dialect, directory, progress)


def _fold_in_turn(
    db: DuckDBPyConnection, batches: Iterator[Batch], settings: Settings, progress: Progress
) -> None:
    for batch, ahead in decoded_ahead(batches, settings):
        fold_batch(db, batch, settings, ahead)
        progress(len(batch.deliveries))


def count_missing(settings: Settings) -> int:
    """How many deliveries archive and inbox must hold."""
    place = DataDir(settings.data_dir)
    reader = InboxReader(place.inbox)
    try:
        archive = Archive(place.archive)
        snapshot = reader.look()
        archived = archive.positions(list(snapshot.limits))
        return count_archived(archive, archive.last_id()) + sum(
            isinstance(item, InboxEntry) for item in snapshot.entries(archived)
        )
    finally:
        reader.close()


def count_archived(archive: Archive, until_id: int) -> int:
    """How many deliveries up to an id the archive must hold: all but those given up."""
    lost_ranges = archive.manifest.contents().lost
    return until_id - sum(
        max(min(lost.last_id, until_id) - lost.first_id + 1, 0) for lost in lost_ranges
    )


def _until(
    stream: Iterator[NumberedDelivery | DamagedBytes], last_id: int | None
) -> Iterator[NumberedDelivery | DamagedBytes]:
    if last_id is None:
        return stream
    return takewhile(
        lambda item: isinstance(item, DamagedBytes) or item.delivery_id <= last_id, stream
    )
