"""The fold: a batch of decoded deliveries becomes leads, their history, tags and lists.

The tables are a function of the set of deliveries alone. A lead with few deliveries that a batch
touches is folded anew from all of them; one with many goes on from a state that is kept
(`long_life`). The rules (docs/fold.md) are ordinary Python over one life at a time (`life`); the
tables are read and written set by set, as Arrow, one SQL file each.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.fold import rows
from analytics.fold.columns import by_column
from analytics.fold.delivery import DECODED, DecodedDelivery, read, read_one
from analytics.fold.identity import Key
from analytics.fold.links import link_leads
from analytics.fold.long_life import fold_long
from analytics.fold.output import Folded, Output, write_folded
from analytics.fold.short_life import fold_lives, fold_short
from analytics.fold.stored import Progress, histories
from analytics.fold.tables import registered
from analytics.statements import statement
from analytics.store import last_delivery_from

__all__ = [
    "DECODED",
    "DecodedDelivery",
    "Folded",
    "IncomingBatch",
    "Key",
    "Progress",
    "by_column",
    "fold",
    "fold_incoming",
    "fold_more",
    "fold_whole",
    "incoming",
    "link_leads",
    "read_one",
    "write_whole",
]

# Of stored deliveries: a lead with more is not folded anew.
FEW = 64


def fold(db: DuckDBPyConnection, decoded: pa.Table) -> None:
    """Fold a batch (columns as in `DECODED`) into the store, inside the caller's transaction.

    Delivery ids must be higher than every id in the store; rows with other ids are taken for ones
    that are there already and left alone.
    """
    fold_incoming(db, incoming(decoded))


@dataclass(frozen=True, slots=True)
class IncomingBatch:
    """A batch as the fold takes it, once. `columns`: the parameters, as `by_column` gives them."""

    deliveries: list[DecodedDelivery]
    columns: pa.Table


def incoming(decoded: pa.Table) -> IncomingBatch:
    """A batch (columns as in `DECODED`, perhaps also those of `by_column`), its fields read."""
    deliveries = list(read(decoded))
    if "sent" in decoded.column_names:
        return IncomingBatch(deliveries, decoded.select(["sent", "other"]))
    return IncomingBatch(deliveries, by_column([one.params for one in deliveries]))


def fold_incoming(
    db: DuckDBPyConnection, batch: IncomingBatch, progress: Progress = lambda: None
) -> None:
    """As `fold`. `progress` is called while the history of a long lead is read."""
    first_id = min((one.delivery_id for one in batch.deliveries), default=0)
    last_id = last_delivery_from(db, first_id)
    is_new = [one.delivery_id > last_id for one in batch.deliveries]
    new = list(compress(batch.deliveries, is_new))
    if new:
        fold_more(db, IncomingBatch(new, batch.columns.filter(pa.array(is_new))), progress)


def fold_more(
    db: DuckDBPyConnection, batch: IncomingBatch, progress: Progress = lambda: None
) -> None:
    """As `fold_incoming`, where the store may hold higher ids than these of other leads."""
    new = batch.deliveries
    lives = _by_lead(new)
    stored = histories(db, lives)
    long = {key for key, history in stored.items() if history.deliveries > FEW or history.is_large}
    output = Output()
    short = {key: those for key, those in lives.items() if key not in long}
    fold_short(db, short, stored, output)
    counts = {key: stored[key].deliveries for key in long}
    fold_long(db, {key: lives[key] for key in long}, counts, output, progress)
    output.write(db)
    with registered(db, {"folded": rows.new_deliveries(new, batch.columns)}):
        db.execute(statement("fold/write_deliveries"))


def fold_whole(deliveries: list[DecodedDelivery]) -> Folded:
    """Leads of which these are all deliveries; what is of no lead may be among them."""
    output = Output()
    fold_lives(_by_lead(deliveries), [], output)
    columns = by_column([one.params for one in deliveries])
    return {"write_deliveries": rows.new_deliveries(deliveries, columns), **output.folded()}


def write_whole(db: DuckDBPyConnection, folded: Folded) -> None:
    """Into a store that holds nothing of these leads yet, inside the caller's transaction.
    `link_leads` must follow when all are there."""
    unlinked = {"write_leads": "write_unlinked_leads"}
    write_folded(db, {unlinked.get(step, step): its_rows for step, its_rows in folded.items()})


def _by_lead(deliveries: Iterable[DecodedDelivery]) -> dict[Key, list[DecodedDelivery]]:
    lives: dict[Key, list[DecodedDelivery]] = {}
    for one in deliveries:
        if one.key:
            lives.setdefault(one.key, []).append(one)
    return lives
