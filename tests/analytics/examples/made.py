"""The world of the reports, with what digest learns from elsewhere."""

import shutil
from datetime import timedelta
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from tests.analytics.reports.flow_history import add_history
from tests.analytics.reports.world import NOW, PUBLISHED, World, make_world
from tests.made_once import made_once


def make_examples(factory: pytest.TempPathFactory) -> World:
    made = made_once(factory, "reports", make_world) / PUBLISHED
    path = factory.mktemp("examples") / PUBLISHED
    shutil.copy(made, path)
    with duckdb.connect(str(path)) as db:
        _add_reconciliation(db)
        _add_flows(db)
    return World(path)


def _add_reconciliation(db: DuckDBPyConnection) -> None:
    for site, lead_type, lost in ((1, "call", 2), (1, "request", 0), (2, "call", 1)):
        for day in (NOW.date(), NOW.date() - timedelta(1)):
            row = [day, site, lead_type, 10 + lost, 9, 1, 1, lost, 0, NOW]
            db.execute("insert into reconciliation values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            query = """insert into reconciliation_differences by name
                select $day as day, $site as site_id, $type as lead_type, unnest([1, 2]) as lead_id,
                    'lost' as difference"""
            db.execute(query, {"day": day, "site": site, "type": lead_type})


def _add_flows(db: DuckDBPyConnection) -> None:
    ((lead_type, lead_id, delivery_id),) = db.execute(
        "select lead_type, lead_id, delivery_id from deliveries where lead_id is not null limit 1"
    ).fetchall()
    of_lead = {"lead_type": lead_type, "lead_id": lead_id, "delivery_id": delivery_id}
    operations: list[dict[str, Any]] = [
        {"operation_id": number, "state": state, "received_at": NOW, "flow": f"flow-{number % 2}"}
        for number, state in enumerate(("done", "done", "failed", "held", "waiting"), 1)
    ]
    operations[0] |= of_lead
    attempts = [
        {"operation_id": operation, "attempt": attempt, "begun_at": NOW}
        for operation, attempt in ((1, 1), (1, 2), (2, 1), (3, 1))
    ]
    add_history(db, operations, attempts)
