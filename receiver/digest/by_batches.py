"""The fold of one batch after another into the store, as deliveries arrive."""

import logging

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.fold import IncomingBatch, Progress, fold_incoming, incoming
from analytics.store import save_positions, transaction
from receiver.digest.batch import Batch
from receiver.digest.workers.raw_delivery import WebhookDialect, decoded, undecoded, undigestible
from receiver.ending import raise_if_interrupted
from receiver.settings.settings import Settings

log = logging.getLogger(__name__)

UNDIGESTIBLE = (
    ValueError,
    OverflowError,
    pa.ArrowException,
    duckdb.DataError,
    duckdb.InvalidInputException,
    duckdb.OutOfMemoryException,
)


def fold_batch(
    db: DuckDBPyConnection,
    batch: Batch,
    settings: Settings,
    ahead: IncomingBatch | None = None,
    progress: Progress = lambda: None,
) -> None:
    """One batch, one transaction: rows and position in the inbox together, or neither.

    `ahead`: the batch decoded, if that has been done already. A delivery that the store cannot
    hold must not block the others: the batch is halved until that one is alone and can be
    quarantined. `progress` is called now and then while a long lead is folded; if it raises, the
    store stays as it was.
    """
    try:
        if ahead is None:
            ahead = incoming(decoded(undecoded(batch.deliveries), WebhookDialect.of(settings)))
        _fold(db, ahead, batch.positions, progress)
    except UNDIGESTIBLE as error:
        # Libraries hide an interruption behind errors of their own.
        raise_if_interrupted()
        if len(batch.deliveries) > 1:
            for half in batch.halves():
                fold_batch(db, half, settings, progress=progress)
            return
        why = type(error).__name__
        log.error("delivery %d cannot be folded: %s", batch.first_id, why)
        bare = incoming(undigestible(undecoded(batch.deliveries), why))
        _fold(db, bare, batch.positions, progress)


def _fold(
    db: DuckDBPyConnection, batch: IncomingBatch, reached: dict[str, int], progress: Progress
) -> None:
    with transaction(db):
        fold_incoming(db, batch, progress)
        save_positions(db, reached)
