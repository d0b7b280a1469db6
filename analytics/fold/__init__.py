"""The fold: a batch of decoded deliveries becomes leads, their history, tags and lists.

Every lead that the batch touches is folded anew from all its deliveries, so a late delivery needs
no road of its own, and the tables are a function of the set of deliveries alone. The rules are
ordinary Python over one life at a time (`life`); the tables are read and written set by set, as
Arrow, one SQL file each.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import compress

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.fold import rows
from analytics.fold.columns import by_column
from analytics.fold.delivery import DECODED, Delivery, read, read_one
from analytics.fold.identity import Key
from analytics.fold.life import Life, fold_life
from analytics.fold.stored import TooMuchText, earlier, keys_table
from analytics.statements import statement
from analytics.store import last_delivery_id

__all__ = [
    "DECODED",
    "Delivery",
    "Folded",
    "Incoming",
    "Key",
    "TooMuchText",
    "by_column",
    "fold",
    "fold_incoming",
    "fold_whole",
    "incoming",
    "read_one",
    "write_whole",
]


def fold(db: DuckDBPyConnection, decoded: pa.Table) -> None:
    """Fold a batch (columns as in `DECODED`) into the store, inside the caller's transaction.

    Delivery ids must be higher than every id in the store; rows with other ids are taken for ones
    that are there already and left alone. Raises `TooMuchText`.
    """
    fold_incoming(db, incoming(decoded))


@dataclass(frozen=True, slots=True)
class Incoming:
    """A batch as the fold takes it, once. `columns`: the parameters, as `by_column` gives them."""

    deliveries: list[Delivery]
    columns: pa.Table


def incoming(decoded: pa.Table) -> Incoming:
    """A batch (columns as in `DECODED`, perhaps also those of `by_column`), its fields read."""
    deliveries = list(read(decoded))
    if "sent" in decoded.column_names:
        return Incoming(deliveries, decoded.select(["sent", "other"]))
    return Incoming(deliveries, by_column([one.params for one in deliveries]))


def fold_incoming(db: DuckDBPyConnection, batch: Incoming) -> None:
    """As `fold`."""
    last_id = last_delivery_id(db)
    is_new = [one.delivery_id > last_id for one in batch.deliveries]
    new = list(compress(batch.deliveries, is_new))
    if not new:
        return
    before = list(earlier(db, {one.key for one in new if one.key}))
    was = [(one, one.outcome, one.is_late) for one in before]
    folded = _folded(_lives([*new, *before]), new, batch.columns.filter(pa.array(is_new)))
    _write(db, folded, rows.other_outcomes(was), {one.key for one in before if one.key})


Folded = dict[str, pa.Table]
"""The rows of whole leads, by the step that writes them (`sql/fold`)."""


def fold_whole(deliveries: list[Delivery]) -> Folded:
    """Leads of which these are all deliveries; what is of no lead may be among them."""
    return _folded(_lives(deliveries), deliveries, by_column([one.params for one in deliveries]))


def write_whole(db: DuckDBPyConnection, folded: Folded) -> None:
    """Into a store that holds nothing of these leads yet, inside the caller's transaction."""
    _write(db, folded, rows.other_outcomes([]), [])


def _lives(deliveries: Iterable[Delivery]) -> list[Life]:
    lives: dict[Key, list[Delivery]] = {}
    for one in deliveries:
        if one.key:
            lives.setdefault(one.key, []).append(one)
    return [fold_life(key, life) for key, life in lives.items()]


def _folded(lives: list[Life], new: list[Delivery], columns: pa.Table) -> Folded:
    return {
        "write_deliveries": rows.new_deliveries(new, columns),
        "write_lead_attributions": rows.attributions(lives),
        "write_leads": rows.leads(lives),
        "write_lead_changes": rows.changes(lives),
        "write_delivery_gaps": rows.gaps(lives),
        "write_lead_tags": rows.tags(lives),
        "write_lead_comments": rows.comments(lives),
        "write_call_phrases": rows.phrases(lives),
        "write_lead_url_params": rows.url_params(lives),
    }


def _write(
    db: DuckDBPyConnection, folded: Folded, rewritten: pa.Table, refolded: Collection[Key]
) -> None:
    """`rewritten`: stored deliveries with another outcome; `refolded`: stored leads to replace."""
    keys = keys_table(refolded)
    for step, its_rows in folded.items():
        given = {"folded": its_rows, "refolded": keys, "rewritten": rewritten}
        with _registered(db, given):
            db.execute(statement(f"fold/{step}"))


@contextmanager
def _registered(db: DuckDBPyConnection, tables: dict[str, pa.Table]) -> Iterator[None]:
    for name, table in tables.items():
        db.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            db.unregister(name)
