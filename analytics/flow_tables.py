"""Tables of what flows did: copied from `flows.sqlite`, and no function of the deliveries."""

from dataclasses import dataclass

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.statements import statement
from analytics.store import transaction

OPERATIONS = pa.schema(
    [
        ("operation_id", pa.int64()),
        ("flow", pa.string()),
        ("version", pa.int32()),
        ("source", pa.string()),
        ("state", pa.string()),
        ("reason", pa.string()),
        ("received_at", pa.string()),
        ("finished_at", pa.string()),
        ("lead_type", pa.string()),
        ("lead_id", pa.int64()),
        ("delivery_id", pa.int64()),
        ("attempts", pa.int32()),
        ("replay_of", pa.int64()),
        ("times", pa.int32()),
        ("notes", pa.string()),
    ]
)
ATTEMPTS = pa.schema(
    [
        ("operation_id", pa.int64()),
        ("step", pa.int32()),
        ("step_name", pa.string()),
        ("attempt", pa.int32()),
        ("begun_at", pa.string()),
        ("ended_at", pa.string()),
        ("host", pa.string()),
        ("method", pa.string()),
        ("status", pa.int16()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class ChangedOperations:
    """Operations that have changed, up to `change`, with all their attempts. Instants are ISO
    texts."""

    change: int
    operations: pa.Table
    attempts: pa.Table


def copied_change(db: DuckDBPyConnection) -> int:
    """Up to which change operations have been copied; 0 for none."""
    query = "select coalesce(max(change), 0) from digest.flows_copied"
    ((change,),) = db.execute(query).fetchall()
    return int(change)


def replace_operations(db: DuckDBPyConnection, changed: ChangedOperations) -> None:
    """In one transaction with the change that they were copied up to."""
    with transaction(db):
        db.register("noted", changed.operations)
        db.execute(statement("publish/flow_operations"))
        db.execute(statement("publish/forget_attempts"))
        db.execute(statement("publish/flow_days"))
        db.unregister("noted")
        db.register("noted", changed.attempts)
        db.execute(statement("publish/flow_attempts"))
        db.unregister("noted")
        db.execute("delete from digest.flows_copied")
        db.execute("insert into digest.flows_copied values (?)", [changed.change])


def forget_operations(db: DuckDBPyConnection) -> None:
    """They are of another `flows.sqlite`."""
    with transaction(db):
        db.execute(statement("publish/forget_flows"))
