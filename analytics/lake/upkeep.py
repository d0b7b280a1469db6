"""A lake kept in shape: rows out of the catalogue into files, small files into larger ones, what is
deleted out of them, old snapshots and their files away.

Every step is a transaction of its own, of one table. Who reads an older snapshot keeps all that it
needs for `GRACE_HOURS`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from analytics.lake.attaching import WRITTEN
from analytics.statements import rendered, statement

GRACE_HOURS = 24
_OF_TABLES = ("flush", "rewrite", "merge")
_OF_ALL = ("expire", "clean_up")


@dataclass(frozen=True, slots=True)
class UpkeepStep:
    """`schema` and `table` are empty for what is done to the whole lake."""

    kind: str
    schema: str = ""
    table: str = ""


def upkeep_steps(db: DuckDBPyConnection) -> Iterator[UpkeepStep]:
    """In their order: what is merged must have been flushed and rewritten before."""
    tables = db.execute(statement("lake/tables"), {"name": WRITTEN}).fetchall()
    for schema, table in tables:
        yield from (UpkeepStep(kind, schema, table) for kind in _OF_TABLES)
    yield from map(UpkeepStep, _OF_ALL)


def carry_out(db: DuckDBPyConnection, step: UpkeepStep, grace_hours: float = GRACE_HOURS) -> None:
    """By who writes the lake, between two transactions. Not behind the fence, for DuckLake puts
    nothing else into a transaction that compacts: it changes no row, and one that conflicts with
    another digest's fails. Raises `duckdb.Error`."""
    seconds = int(grace_hours * 3600)
    # All of it: a result that is not read to its end holds the transaction.
    db.execute(rendered(f"lake/{step.kind}", name=WRITTEN, step=step, seconds=seconds)).fetchall()
