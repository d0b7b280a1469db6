"""Two stores held against each other, table by table, row by row."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from analytics.statements import attach, rendered, statement

# The columns that name a row, for saying which one differs.
KEYS: dict[str, tuple[str, ...]] = {
    "leads": ("lead_type", "lead_id"),
    "lead_attributions": ("lead_type", "lead_id", "attribution_model"),
    "lead_url_params": ("lead_type", "lead_id", "attribution_model", "position"),
    "lead_tags": ("lead_type", "lead_id", "tag_category"),
    "lead_comments": ("lead_type", "lead_id", "position"),
    "call_phrases": ("lead_id", "position"),
    "lead_changes": ("lead_type", "lead_id", "field", "delivery_id"),
    "deliveries": ("delivery_id",),
    "delivery_gaps": ("lead_type", "lead_id", "delivery_id", "reason"),
}

# Where the rows lie of what is a view: their texts in pieces, without being put together.
_STORED = {"lead_changes": "digest.lead_changes", "deliveries": "digest.deliveries"}
EXAMPLES = 20


Attach = Callable[[DuckDBPyConnection, str], None]
"""Makes a store known to a connection under a name, where it is no file."""


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row that only one of the two files has. `key` names it; values stay out of the report."""

    table: str
    only_in: str
    key: dict[str, object]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Per table the number of rows in both, and of rows that differ; some of those by name."""

    rows: dict[str, int]
    differing: dict[str, int]
    examples: list[RowDifference]

    @property
    def is_equal(self) -> bool:
        return not any(self.differing.values())


def compare(one: Path | Attach, other: Path | Attach, names: tuple[str, str]) -> Comparison:
    """Compare every table that the fold makes; `names` is what to call the two."""
    with duckdb.connect(config={"threads": 2}) as db:
        for alias, store in (("one", one), ("other", other)):
            if isinstance(store, Path):
                attach(db, store, alias)
            else:
                store(db, alias)
        comparison = Comparison({}, {}, [])
        for table in KEYS:
            _compare_table(db, table, names, comparison)
        return comparison


def _compare_table(
    db: DuckDBPyConnection, table: str, names: tuple[str, str], comparison: Comparison
) -> None:
    stored = _STORED.get(table, f"main.{table}")
    one, other = f"one.{stored}", f"other.{stored}"
    summaries = [
        db.execute(statement("compare/summary"), {"table": name}).fetchone()
        for name in (one, other)
    ]
    assert summaries[0] is not None
    comparison.rows[table] = summaries[0][0]
    comparison.differing[table] = 0
    if summaries[0] == summaries[1]:
        return
    for name, pair in zip(names, ((one, other), (other, one)), strict=True):
        count, keys = _only_in(db, table, *pair)
        comparison.differing[table] += count
        comparison.examples.extend(RowDifference(table, name, key) for key in keys)


def _only_in(
    db: DuckDBPyConnection, table: str, one: str, other: str
) -> tuple[int, list[dict[str, object]]]:
    """How many rows only `one` has, and the keys of some."""
    sql = rendered("compare/only_in", keys=KEYS[table])
    values = {"one": one, "other": other, "examples": EXAMPLES}
    rows = db.execute(sql, values).fetchall()
    count = rows[0][0] if rows else 0
    return count, [dict(zip(KEYS[table], key, strict=True)) for _, *key in rows]
