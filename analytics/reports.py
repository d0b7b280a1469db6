"""Reports: the questions pages ask, one SQL file each under `sql/reports`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from analytics.statements import statement


@dataclass(frozen=True, slots=True)
class Report:
    """The answer: column names, and rows of plain Python values in that order."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def column(self, name: str) -> list[Any]:
        index = self.columns.index(name)
        return [row[index] for row in self.rows]

    def records(self) -> list[dict[str, Any]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def run_report(db: DuckDBPyConnection, name: str, parameters: Mapping[str, Any]) -> Report:
    """Ask `sql/reports/<name>.sql`; `parameters` are its bound `$names`, all of them."""
    cursor = db.execute(statement(f"reports/{name}"), dict(parameters))
    columns = tuple(column[0] for column in cursor.description or ())
    return Report(columns, cursor.fetchall())
