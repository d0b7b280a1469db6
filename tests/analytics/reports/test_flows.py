"""Reports about what flows did: counted, listed, grouped; days are those of the configured zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from tests.analytics.fold.folding import new_store
from tests.analytics.reports.flow_history import add_history

# 02:30 in Moscow: a day later than in UTC.
NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 20, 21, tzinfo=UTC)
BEFORE = MIDNIGHT - timedelta(seconds=1)
TODAY = date(2026, 11, 21)


def operation(number: int, at: datetime = MIDNIGHT, **more: Any) -> dict[str, Any]:
    return {"operation_id": number, "received_at": at, **more}


def attempt(number: int, **more: Any) -> dict[str, Any]:
    return {"operation_id": number, "begun_at": MIDNIGHT, **more}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[DuckDBPyConnection]:
    with new_store(tmp_path) as store:
        add_history(
            store,
            [
                operation(1, BEFORE, state="failed", reason="status-404", attempts=2),
                operation(2, finished_at=MIDNIGHT + timedelta(seconds=2), attempts=1),
                operation(3, state="failed", reason="status-404", attempts=1),
                operation(4, state="unknown", reason="timeout", attempts=1),
                operation(5, state="failed", reason="missing-field", notes='["absent: Phone"]'),
                operation(6, state="behind", flow="copy", lead_type="call", lead_id=7),
                operation(7, BEFORE, state="waiting", flow="copy", lead_type="call", lead_id=7),
                operation(8, state="held", flow="stopped", reason="flow-stopped"),
            ],
            [
                attempt(1, status=503, outcome="not done", reason="status-503"),
                attempt(1, attempt=2, status=404, outcome="refused", reason="status-404"),
                attempt(2),
                attempt(3, status=404, outcome="refused", reason="status-404"),
                attempt(4, host="slow.example", status=None, outcome="unknown", reason="timeout"),
                attempt(7, host="slow.example", status=503, outcome="not done"),
            ],
        )
        yield store


def asked(
    db: DuckDBPyConnection, name: str, first: date = TODAY, last: date = TODAY, **options: Any
) -> list[dict[str, Any]]:
    question = Question.about(name, Filters(first, last), "Europe/Moscow", NOW, **options)
    return ask(db, question).records()


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [row["operation_id"] for row in rows]


def test_flows_are_counted_by_state_today_and_in_all(db: DuckDBPyConnection) -> None:
    found = {row.pop("flow"): row for row in asked(db, "flow_summary")}
    assert list(found) == ["crm", "stopped", "copy"]
    crm = found["crm"]
    assert (crm["operations"], crm["done"], crm["failed"], crm["unknown"]) == (5, 1, 3, 1)
    assert (crm["today"], crm["done_today"], crm["failed_today"], crm["unknown_today"]) == (
        *(4, 1, 2, 1),
    )
    assert (crm["undecided"], crm["oldest_waiting_at"]) == (4, None)
    copy = found["copy"]
    assert (copy["waiting"], copy["waiting_today"], copy["undecided"]) == (2, 1, 0)
    assert copy["oldest_waiting_at"] == BEFORE
    assert found["stopped"]["held"] == 1


def test_operations_are_listed_newest_first(db: DuckDBPyConnection) -> None:
    rows = asked(db, "flow_operations")
    assert ids(rows) == [8, 6, 5, 4, 3, 2]
    (done,) = [row for row in rows if row["operation_id"] == 2]
    assert (done["seconds"], done["host"], done["http_status"]) == (2.0, "crm.example", 200)
    (failed,) = [row for row in rows if row["operation_id"] == 5]
    assert (failed["host"], failed["problems"]) == (None, ["absent: Phone"])


def test_the_last_attempt_is_shown(db: DuckDBPyConnection) -> None:
    (row,) = asked(db, "flow_operations", date(2026, 11, 20), reason="status-404", before=2)
    assert (row["operation_id"], row["attempts"], row["http_status"]) == (1, 2, 404)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"flow": "copy"}, [6]),
        ({"state": "failed"}, [5, 3]),
        ({"reason": "timeout"}, [4]),
        ({"host": "crm.example"}, [3, 2]),
        ({"host": "crm.example", "state": "done"}, [2]),
        ({"host": "crm.example", "step": "crm", "http_status": 404}, [3]),
        ({"http_status": 503}, []),
        ({"state": "undecided"}, [8, 5, 4, 3]),
        ({"lead": 7}, [6]),
        ({"among": [2, 4, 7]}, [4, 2]),
        ({"flow": "none"}, []),
        ({"limit": 2}, [8, 6]),
        ({"limit": 2, "before": 6}, [5, 4]),
    ],
)
def test_operations_are_chosen(
    db: DuckDBPyConnection, options: dict[str, Any], expected: list[int]
) -> None:
    assert ids(asked(db, "flow_operations", **options)) == expected


def test_failures_are_grouped_by_what_went_wrong_where(db: DuckDBPyConnection) -> None:
    rows = asked(db, "flow_failures", date(2026, 11, 20))
    groups = [(row["step_name"], row["host"], row["reason"], row["operations"]) for row in rows]
    assert groups == [
        ("crm", "crm.example", "status-404", 2),
        (None, None, "missing-field", 1),
        ("crm", "slow.example", "timeout", 1),
    ]
    assert (rows[0]["first_at"], rows[0]["last_at"], rows[0]["operation_id"]) == (
        *(BEFORE, MIDNIGHT, 3),
    )
    assert len(asked(db, "flow_failures", date(2026, 11, 20), top=2)) == 2


def test_failures_of_one_flow(db: DuckDBPyConnection) -> None:
    assert asked(db, "flow_failures", flow="copy") == []
    assert len(asked(db, "flow_failures", flow="crm")) == 3


@pytest.mark.parametrize(
    ("unit", "rows", "busiest"),
    [("hour", 48, datetime(2026, 11, 21)), ("day", 2, datetime(2026, 11, 21))],
)
def test_outcomes_by_the_unit(
    db: DuckDBPyConnection, unit: str, rows: int, busiest: datetime
) -> None:
    """Units without an operation have a row, too."""
    found = asked(db, "flow_outcomes", date(2026, 11, 20), unit=unit)
    assert len(found) == rows
    told = {row.pop("starts_at"): row for row in found}
    assert told[busiest] == {
        **{"received": 6, "done": 1, "skipped": 0, "failed": 2, "unknown": 1, "dropped": 0},
        "unfinished": 2,
    }
    assert sum(row["received"] for row in told.values()) == 8
    (crm,) = [row for row in asked(db, "flow_outcomes", flow="copy") if row["received"]]
    assert crm["unfinished"] == 1


def test_what_was_sent_about_a_lead(db: DuckDBPyConnection) -> None:
    rows = asked(db, "lead_operations", lead_type="call", lead_id=7)
    assert [(row["operation_id"], row["attempt"], row["http_status"]) for row in rows] == [
        (7, 1, 503),
        (6, None, None),
    ]
    assert rows[0]["seconds"] == pytest.approx(0.4)
    assert asked(db, "lead_operations", lead_type="request", lead_id=7) == []
