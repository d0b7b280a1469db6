"""What digest remembers in the store from one start to the next: values by name.

Each says of something large that it is as it was, so that nobody has to look: losing one costs time
and nothing else. So one goes before what it speaks of is changed, and comes back after it.
"""

from duckdb import DuckDBPyConnection

from analytics.store import transaction


def noted(db: DuckDBPyConnection, name: str) -> str | None:
    rows = db.execute("select value from digest.noted where name = ?", [name]).fetchall()
    return str(rows[0][0]) if rows else None


def note(db: DuckDBPyConnection, name: str, value: str) -> None:
    """In the place of what was noted before."""
    with transaction(db):
        db.execute("delete from digest.noted where name = ?", [name])
        db.execute("insert into digest.noted values (?, ?)", [name, value])


def forget(db: DuckDBPyConnection, *names: str) -> None:
    with transaction(db):
        db.execute("delete from digest.noted where name in (select unnest(?))", [list(names)])
