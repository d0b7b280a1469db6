"""What has come since an instant: why a report of then does not say what it says now."""

from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection

from analytics.as_of.known_until import NOW_LIMITED
from analytics.parameters import LEAD_COLUMNS, TRAFFIC_COLUMNS
from analytics.parameters.parameter import LeadColumn
from analytics.reports.asking import Question, picked
from analytics.reports.filters import Filters
from analytics.reports.registry import report_named
from analytics.statements import rendered, statement

GAINED = ("happened_later", "added_by_resync", "added_late", "entered")
"""Kinds of leads that a slice has now and had not; it has lost those that `left`."""


@dataclass(frozen=True, slots=True)
class LaterKnowledge:
    """How many leads of a kind, and with another value in a field; `field` is None of all of them.
    The kinds and fields: sql/as_of/came_later.sql."""

    kind: str
    field: str | None
    leads: int


def came_later(
    db: DuckDBPyConnection, filters: Filters, timezone: str, as_of: datetime, now: datetime
) -> list[LaterKnowledge]:
    """Of the leads that fit the filters then or now. `db`: to what was known at `as_of`, as
    `analytics.as_of.kept` gives it."""
    _pick(db, "picked_then", _question(filters, timezone, as_of))
    now_catalog = _catalog_of_now(db)
    db.execute(rendered("use", catalog=now_catalog))
    try:
        _pick(db, "picked_now", _question(filters, timezone, now))
    finally:
        db.execute("use published")
    sql = rendered(
        "as_of/came_later",
        now=now_catalog,
        own=_compared(LEAD_COLUMNS),
        traffic=_compared(TRAFFIC_COLUMNS),
    )
    return [LaterKnowledge(*row) for row in db.execute(sql, {"as_of": as_of}).fetchall()]


def _catalog_of_now(db: DuckDBPyConnection) -> str:
    """Of limited rights, not the file itself."""
    found = {name for (name,) in db.execute(statement("as_of/catalogs")).fetchall()}
    return NOW_LIMITED if NOW_LIMITED in found else "file"


def _question(filters: Filters, timezone: str, now: datetime) -> Question:
    return Question(report_named("journal_count"), filters, timezone, now)


def _pick(db: DuckDBPyConnection, table: str, question: Question) -> None:
    sql = rendered("as_of/pick", table=table, picked=picked(question.filters))
    db.execute(sql, question.bound(sql))


def _compared(columns: tuple[LeadColumn, ...]) -> list[str]:
    return [one.name for one in columns if any(part.is_compared for part in one.parameters)]
