"""By which day the rows of each table are cut into months."""

from collections.abc import Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from analytics.relations import ROW_KEYS
from analytics.statements import statement

OF_A_DAY = ("leads", "calls", "requests", "leads_by_day", "leads_by_day_and_model")
OF_AN_INSTANT = {
    "deliveries": "received_at",
    "flow_operations": "received_at",
    "flow_attempts": "begun_at",
}
"""The day of that instant in the configured zone."""
OF_A_LEAD = (
    *("lead_attributions", "lead_url_params", "lead_tags", "lead_comments", "lead_changes"),
    *("delivery_gaps", "suspected_gaps"),
)
OF_A_CALL = ("call_phrases", "missed_calls")
"""These and those above go with the day of their lead."""
ONLY_WHEN_NAMED = ("calls", "requests")
"""Rows of `leads` once more."""


class UnknownTables(Exception):
    """The text names those that there are."""


@dataclass(frozen=True, slots=True)
class ExportedColumn:
    name: str
    type: str
    comment: str


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """`order`: the columns that put the rows into one order."""

    name: str
    columns: tuple[ExportedColumn, ...]

    @property
    def day(self) -> str | None:
        """The column of a day of its own."""
        return "day" if self.name in OF_A_DAY else None

    @property
    def instant(self) -> str | None:
        return OF_AN_INSTANT.get(self.name)

    @property
    def is_of_lead(self) -> bool:
        return self.name in (*OF_A_LEAD, *OF_A_CALL)

    @property
    def is_of_call(self) -> bool:
        return self.name in OF_A_CALL

    @property
    def is_cut(self) -> bool:
        return self.day is not None or self.instant is not None or self.is_of_lead

    @property
    def order(self) -> tuple[str, ...]:
        names = tuple(column.name for column in self.columns)
        key = ROW_KEYS.get(self.name, ())
        return key if key and set(key) <= set(names) else names


def exported_tables(db: DuckDBPyConnection, named: Sequence[str] = ()) -> list[ExportedTable]:
    """Those that are named, else all. Raises `UnknownTables`."""
    columns: dict[str, list[ExportedColumn]] = {}
    for table, name, kind, comment in db.execute(statement("export/columns")).fetchall():
        columns.setdefault(table, []).append(ExportedColumn(name, kind, comment or ""))
    if unknown := sorted({*named} - {*columns}):
        raise UnknownTables(
            f"there is no table {', '.join(unknown)}; there are {', '.join(sorted(columns))}"
        )
    chosen = named or [table for table in columns if table not in ONLY_WHEN_NAMED]
    return [ExportedTable(table, tuple(columns[table])) for table in sorted({*chosen})]
