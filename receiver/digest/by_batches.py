"""The fold of one batch after another into the store, as deliveries come in."""

import logging

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.fold import Incoming, TooMuchText, fold_incoming, incoming
from analytics.store import save_positions, transaction
from receiver.digest.batch import Batch, Wording, decoded, undecoded, undigestible
from receiver.ending import raise_if_interrupted
from receiver.settings import Settings

log = logging.getLogger(__name__)

UNDIGESTIBLE = (
    TooMuchText,
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
    except UNDIGESTIBLE as error:
        # Libraries hide the interruption behind errors of their own.
        raise_if_interrupted()
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
