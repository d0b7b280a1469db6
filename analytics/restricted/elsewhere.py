"""What a reader with limited rights is told of the leads of others: how many there are."""

from duckdb import DuckDBPyConnection

from analytics.restricted.views import WHOLE_CATALOG
from analytics.statements import rendered


def count_elsewhere(db: DuckDBPyConnection, lead_type: str, lead_id: int) -> int:
    """Other leads of the same person that the rights do not cover. `db`: of limited rights."""
    sql = rendered("restricted/elsewhere", source=WHOLE_CATALOG)
    ((leads,),) = db.execute(sql, {"lead_type": lead_type, "lead_id": lead_id}).fetchall()
    return int(leads)
