"""What the store holds already of the leads that a batch touches."""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

import numpy as np
import orjson
import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.fold.delivery import DecodedDelivery, read_fields
from analytics.fold.identity import Key
from analytics.fold.index import Index
from analytics.fold.order import Place
from analytics.fold.tables import ids_table, keys_table, registered
from analytics.statements import statement

# Of deliveries that are in memory at once; there they take some five times as much.
MOST_BYTES = 64 << 20
_PAGE_BYTES = 8 << 20
_PAGE_ROWS = 5_000

Progress = Callable[[], None]
"""Called from time to time; may raise to give up."""


class History(NamedTuple):
    """How many deliveries of a lead are in the store, and how many bytes their parameters have."""

    deliveries: int
    size: int

    @property
    def is_large(self) -> bool:
        return self.size > MOST_BYTES


def histories(db: DuckDBPyConnection, keys: Collection[Key]) -> dict[Key, History]:
    """Of those leads that are in the store. Comes before `earlier`."""
    with registered(db, {"touched": keys_table(keys)}):
        rows = db.execute(statement("fold/histories")).fetchall()
    return {(lead_type, lead_id): History(*rest) for lead_type, lead_id, *rest in rows}


def earlier(db: DuckDBPyConnection, keys: Collection[Key]) -> list[DecodedDelivery]:
    """All stored deliveries of some of those leads, with their fields read, and what the fold has
    said of them. They take some five times their size in memory."""
    with registered(db, {"touched": keys_table(keys)}):
        return _read(db, "fold/earlier")


def index_between(db: DuckDBPyConnection, key: Key, after: Place, until: Place) -> Index:
    parameters = {
        "lead_type": key[0],
        "lead_id": key[1],
        "after_sort_key": after[0],
        "after_delivery_id": after[1],
        "until_sort_key": until[0],
        "until_delivery_id": until[1],
    }
    found = db.execute(statement("fold/index_between"), parameters).fetchnumpy()
    sort_keys, ids, sizes = (
        np.asarray(found[name], np.int64) for name in ("sort_key", "delivery_id", "size")
    )
    return Index(sort_keys, ids, sizes)


def in_pages(db: DuckDBPyConnection, index: Index, progress: Progress) -> Iterator[DecodedDelivery]:
    """The deliveries themselves, as in `earlier`, some at a time."""
    for page in index.pages(_PAGE_BYTES, _PAGE_ROWS):
        progress()
        with registered(db, {"page": ids_table(page.ids)}):
            found = {one.delivery_id: one for one in _read(db, "fold/page")}
        yield from (found[int(delivery_id)] for delivery_id in page.ids)


def _read(db: DuckDBPyConnection, wanted: str) -> list[DecodedDelivery]:
    """`wanted`: the statement that says which."""
    db.execute(statement(wanted))
    table = db.execute(statement("fold/wanted_deliveries")).to_arrow_table()
    return [one for batch in table.to_batches() for one in _deliveries(batch)]


def _deliveries(batch: pa.RecordBatch) -> Iterator[DecodedDelivery]:
    sent = batch.column("sent")
    names = [field.name for field in sent.type]
    named = zip(*(column.to_pylist() for column in sent.flatten()), strict=True)
    others = batch.column("other").to_pylist()
    plain = batch.drop_columns(["sent", "other"])
    rows = zip(*(column.to_pylist() for column in plain.columns), strict=True)
    for row, values, other in zip(rows, named, others, strict=True):
        params = {
            name: value for name, value in zip(names, values, strict=True) if value is not None
        }
        if other:
            params |= orjson.loads(other)
        delivery_id, received_at, webhook, origin, lead_type, lead_id, *rest, problems = row
        one = DecodedDelivery(
            delivery_id, received_at, webhook, origin, params, (lead_type, lead_id), *rest
        )
        one.problems = problems
        read_fields(one)
        yield one
