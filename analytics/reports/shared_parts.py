"""What several questions share, worked out once for all that one reader asks of one file.

The parts in KEPT take most of the time of the reports that have them, and a page asks several of
those. Here such a part becomes a temporary table of the connection, and the reports read that: it
holds the very rows that the part gives where it stands in a report's own SQL.
"""

from duckdb import DuckDBPyConnection

from analytics.reports.asking import Answer, Question
from analytics.reports.newest_first import ask_newest

KEPT = ("preceded", "delays", "compared", "recoveries", "attempts", "suspected")

Tables = dict[tuple[str, str], str]
"""The table of each part, by its SQL and what that binds."""


def ask_keeping(db: DuckDBPyConnection, question: Question, tables: Tables) -> Answer:
    """The same as `ask`. `tables`: those that there are on this connection; new ones are added."""
    parts = [name for name in question.parts if name in KEPT]
    read = {name: _table(db, question, name, tables) for name in parts}
    return ask_newest(db, question, read)


def _table(db: DuckDBPyConnection, question: Question, part: str, tables: Tables) -> str:
    sql = question.part(part)
    bound = question.bound(sql)
    key = (sql, repr(sorted(bound.items())))
    if key not in tables:
        table = f"temp.{part}_{len(tables)}"
        db.execute(f"create or replace temp table {table} as\n{sql}", bound)
        tables[key] = table
    return tables[key]
