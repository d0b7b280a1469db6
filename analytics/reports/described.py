"""The columns of each report and their types: what DuckDB says of its SQL over an empty store."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from duckdb import DuckDBPyConnection

from analytics.reports.asking import Question
from analytics.reports.filters import Filters
from analytics.reports.groups import GROUPS
from analytics.reports.registry import REPORTS
from analytics.reports.report import Report
from analytics.statements import rendered
from analytics.store import StoreFingerprint, open_store

Types = Mapping[str, str]
_IN_MEMORY = Path(":memory:")
_DAY = date(2026, 11, 20)
_NOW = datetime(2026, 11, 20, tzinfo=UTC)


@cache
def column_types() -> Mapping[str, Types]:
    """By the name of a report: DuckDB's types of its columns, in their order; where it has groups,
    of all that there are."""
    db = open_store(_IN_MEMORY, StoreFingerprint("UTC", ""))
    try:
        return {report.name: _types_of(db, report) for report in REPORTS}
    finally:
        db.close()


def _types_of(db: DuckDBPyConnection, report: Report) -> Types:
    question = Question(report, Filters(_DAY, _DAY), "UTC", _NOW, tuple(GROUPS))
    sql = rendered("reports/described", sql=question.sql)
    return {name: kind for name, kind, *_ in db.execute(sql, question.parameters).fetchall()}
