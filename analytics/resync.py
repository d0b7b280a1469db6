"""What a resync did to the store."""

from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection

from analytics.statements import statement


@dataclass(frozen=True, slots=True)
class LeadsTouched:
    """How many leads came from the API, and how many of them were new, changed and as before."""

    leads: int
    new: int
    changed: int
    unchanged: int


def leads_touched(db: DuckDBPyConnection, since: datetime) -> LeadsTouched:
    """By the deliveries from the API that were received since then."""
    row = db.execute(statement("resync/outcome"), {"since": since}).fetchone()
    assert row is not None
    return LeadsTouched(*row)
