"""What flows did, put into a store as digest puts it there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.flow_tables import ATTEMPTS, OPERATIONS, ChangedOperations, replace_operations

_OPERATION: dict[str, Any] = {
    **dict.fromkeys(("finished_at", "lead_type", "lead_id", "delivery_id", "replay_of")),
    **{"flow": "crm", "version": 1, "source": "http", "state": "done", "reason": ""},
    **{"attempts": 0, "times": 1, "notes": "[]"},
}
_ATTEMPT: dict[str, Any] = {
    **{"step": 0, "step_name": "crm", "attempt": 1, "host": "crm.example", "method": "POST"},
    **{"status": 200, "outcome": "done", "reason": ""},
}


def add_history(
    db: DuckDBPyConnection,
    operations: Sequence[dict[str, Any]],
    attempts: Sequence[dict[str, Any]] = (),
) -> None:
    """Operations with what they say besides what most do; times as instants."""
    rows = [_OPERATION | _written(one) for one in operations]
    tries = [_ATTEMPT | _written(one) for one in attempts]
    for one in tries:
        begun = datetime.fromisoformat(one["begun_at"])
        one.setdefault("ended_at", (begun + timedelta(seconds=0.4)).isoformat())
    replace_operations(
        db,
        ChangedOperations(
            len(rows),
            pa.Table.from_pylist(rows, schema=OPERATIONS),
            pa.Table.from_pylist(tries, schema=ATTEMPTS),
        ),
    )


def _written(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }
