"""Tables that are no function of the deliveries: what resync and reconcile noted of their runs,
alerts, and what people noted.

They are kept elsewhere and copied here whole, so that whoever opens the published file finds them.
"""

from collections.abc import Mapping

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.statements import statement
from analytics.store import transaction

NOTES = (
    "resync_runs",
    "reconciliation",
    "reconciliation_differences",
    "reconciliation_unread",
    "alerts",
    "notes",
)


def replace_notes(db: DuckDBPyConnection, notes: Mapping[str, pa.Table]) -> None:
    """Put these rows in the place of what is there. Instants and days are ISO texts."""
    with transaction(db):
        db.execute(statement("publish/forget_notes"))
        for table, rows in notes.items():
            db.register("noted", rows)
            db.execute(statement(f"publish/{table}"))
            db.unregister("noted")


def replace_archive_notes(db: DuckDBPyConnection, faults: pa.Table, lost: pa.Table) -> None:
    """The same for what is wrong with the archive, and what it lost for good."""
    with transaction(db):
        db.execute(statement("publish/forget_archive"))
        for table, rows in (("archive_faults", faults), ("lost_deliveries", lost)):
            db.register("noted", rows)
            db.execute(statement(f"publish/{table}"))
            db.unregister("noted")
