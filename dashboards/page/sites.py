"""The sites that there are to choose from."""

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from analytics.statements import statement


@dataclass(frozen=True, slots=True)
class LeadSite:
    name: str
    site_id: str


def read_sites(db: DuckDBPyConnection) -> list[LeadSite]:
    """Those with the most leads first."""
    rows = db.execute(statement("reports/overview/sites")).fetchall()
    return [LeadSite(name, f"{site_id}") for name, site_id in rows]
