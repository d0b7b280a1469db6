"""What several questions share, worked out once for all that one reader asks of one file.

The parts that a report keeps take most of its time, and a page asks several reports with the same
part. Here it becomes a temporary table of the connection, and the reports read that: it holds the
very rows that the part gives where it stands in a report's own SQL.
"""

from duckdb import DuckDBPyConnection

from analytics.reports.asking import Answer, Question
from analytics.reports.newest_first import ask_newest
from analytics.reports.parts import SharedPart
from analytics.statements import rendered

Tables = dict[tuple[str, str], str]
"""The table of each part, by its SQL and what that binds."""


def ask_keeping(db: DuckDBPyConnection, question: Question, tables: Tables) -> Answer:
    """The same as `ask`. `tables`: those that there are on this connection; new ones are added."""
    kept = {part.name: _table(db, question, part, tables) for part in question.kept_parts}
    return ask_newest(db, question, kept)


def _table(db: DuckDBPyConnection, question: Question, part: SharedPart, tables: Tables) -> str:
    sql = question.part(part)
    bound = question.bound(sql)
    key = (sql, repr(sorted(bound.items())))
    if key not in tables:
        table = f"{part.name}_{len(tables)}"
        db.execute(rendered("reports/keep_part", table=table, part=sql), bound)
        tables[key] = table
    return tables[key]
