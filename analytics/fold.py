"""The fold: a batch of decoded deliveries becomes leads, their history, tags and lists.

Set-based: each step is one SQL file over the whole batch. Every lead that the batch touches is
folded anew from all its deliveries, so a late delivery needs no road of its own, and the tables are
a function of the set of deliveries alone.
"""

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.statements import statement

STEPS = (
    "incoming",
    "touched",
    "lives",
    "spelled",
    "carried",
    "state",
    "changes",
    "gaps",
    "outcomes",
    "write_deliveries",
    "write_attributions",
    "write_leads",
    "write_lists",
    "write_history",
)

DECODED = pa.schema(
    [
        pa.field("delivery_id", pa.int64(), nullable=False),
        pa.field("received_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("webhook", pa.string(), nullable=False),
        pa.field("origin", pa.string(), nullable=False),
        pa.field("method", pa.string(), nullable=False),
        pa.field("source_ip", pa.string()),
        pa.field("webhook_model", pa.int8()),
        pa.field("problems", pa.list_(pa.string()), nullable=False),
        pa.field("is_empty", pa.bool_(), nullable=False),
        pa.field("params", pa.string(), nullable=False),
    ]
)
"""What the fold takes: one row per delivery, `params` its parameters as a JSON object,
`webhook_model` the model configured for its webhook, `is_empty` as `receiver.decode` says."""


def fold(db: DuckDBPyConnection, decoded: pa.Table) -> None:
    """Fold a batch into the store, inside the caller's transaction.

    Delivery ids must be higher than every id in the store; rows with other ids are taken for ones
    that are there already and left alone.
    """
    db.register("decoded", decoded)
    try:
        for step in STEPS:
            db.execute(statement(f"fold/{step}"))
    finally:
        db.unregister("decoded")


def drop_working_tables(db: DuckDBPyConnection) -> None:
    """Give back the memory of the last batch."""
    db.execute(statement("fold/drop"))
