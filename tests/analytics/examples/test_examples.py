"""Worked queries run in every DuckDB, and say what the reports say."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from analytics.examples import EXAMPLES
from analytics.reports.filters import Filters
from tests.analytics.duckdbs import WRITTEN_BY_OURS
from tests.analytics.examples.made import make_examples
from tests.analytics.reports.rows import plain
from tests.analytics.reports.world import ZONE, World
from tests.road.test_published_file import VERSIONS, WHEELS

FIRST, LAST = date(2026, 9, 1), date(2026, 11, 30)
Rows = list[dict[str, Any]]
BY_NAME = {example.name: example for example in EXAMPLES}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_examples(tmp_path_factory)


@pytest.fixture(scope="module")
def db(world: World) -> Iterator[DuckDBPyConnection]:
    with duckdb.connect(str(world.path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def rows_of(db: DuckDBPyConnection, name: str) -> Rows:
    found = db.execute(BY_NAME[name].over_days(FIRST, LAST, ZONE)).to_arrow_table().to_pylist()
    return [{key: plain(value) for key, value in row.items()} for row in found]


Ask = Callable[..., Rows]


@pytest.fixture
def ask(world: World) -> Ask:
    def asked(report: str, model: int | None = None, **options: Any) -> Rows:
        answer = world.ask(report, Filters(FIRST, LAST, model), **options)
        rows = (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
        return [{key: plain(value) for key, value in row.items()} for row in rows]

    return asked


def of(rows: Rows, *names: str) -> list[tuple[Any, ...]]:
    """Some columns, in the order of their rows."""
    assert rows
    return [tuple(row[name] for name in names) for row in rows]


def alike(found: list[tuple[Any, ...]], told: list[tuple[Any, ...]]) -> bool:
    """In whatever order."""
    return sorted(found, key=repr) == sorted(told, key=repr)


def test_there_are_twenty_and_all_find_something(db: DuckDBPyConnection) -> None:
    assert len(EXAMPLES) == 20
    empty = [example.name for example in EXAMPLES if not rows_of(db, example.name)]
    # Nobody in this world says the word.
    assert empty == ["said_in_calls"]
    word = db.execute("select split_part(phrase, ' ', 1) from call_phrases limit 1").fetchall()
    spoken = BY_NAME["said_in_calls"].over_days(FIRST, LAST, ZONE).replace("договор", word[0][0])
    assert db.execute(spoken).fetchall()


def test_sources_and_campaigns_are_those_of_attribution(db: DuckDBPyConnection, ask: Ask) -> None:
    counts = ("leads", "target_leads", "target_rate")
    told = ask("attribution", 1, groups=("source", "medium"))
    found = rows_of(db, "sources_of_leads")
    assert alike(of(found, "source", "medium", *counts), of(told, "source", "medium", *counts))
    told = ask("attribution", 1, groups=("utm_source", "utm_campaign"))
    names = ("utm_source", "utm_campaign", *counts, "unique_target_leads")
    assert alike(of(rows_of(db, "campaigns"), *names), of(told, *names))


def test_both_models_are_those_of_the_page(db: DuckDBPyConnection, ask: Ask) -> None:
    moved = sum(row["leads"] for row in rows_of(db, "moved_between_models"))
    assert moved == ask("model_summary")[0]["moved"] > 0


def test_weeks_are_those_of_the_overview(db: DuckDBPyConnection, ask: Ask) -> None:
    told = of(ask("leads_over_time", unit="week"), "starts_on", "leads", "target_leads")
    found = of(rows_of(db, "conversion_by_week"), "week", "leads", "target_leads")
    assert found == [row for row in told if row[1]]


def test_people_are_those_of_the_overview(db: DuckDBPyConnection, world: World) -> None:
    for row in rows_of(db, "people_by_month"):
        last = (row["month"] + timedelta(31)).replace(day=1) - timedelta(1)
        answer = world.ask("overview", Filters(row["month"], last))
        (told,) = (dict(zip(answer.columns, one, strict=True)) for one in answer.rows)
        assert (row["leads"], row["people"]) == (told["leads"], told["people"])


def test_cohorts_are_those_of_uniqueness(db: DuckDBPyConnection, ask: Ask) -> None:
    names = ("cohort", "months_since", "people_returned")
    told = [row for row in ask("cohorts") if row["months_since"] and row["people_returned"]]
    assert of(rows_of(db, "cohorts"), *names) == of(told, *names)


def test_calls_are_those_of_quality(db: DuckDBPyConnection, ask: Ask) -> None:
    assert len(rows_of(db, "missed_in_working_hours")) == ask("quality")[0]["open_own_hours"] > 0
    names = ("weekday", "hour", "ended_calls", "missed", "missed_rate")
    told = [row for row in ask("heatmap") if row["ended_calls"]]
    assert alike(of(rows_of(db, "missed_by_hour"), *names), of(told, *names))
    told = [row for row in ask("missed_calls_over_time", unit="day") if row["missed"]]
    found = of(rows_of(db, "called_back_in_time"), "day", "missed", "called_back")
    assert found == of(told, "starts_on", "missed", "recovered")
    rates = ("manager", "ended_calls", "answered", "answer_rate")
    told = [row for row in ask("managers") if row["ended_calls"]]
    assert alike(of(rows_of(db, "managers"), *rates), of(told, *rates))


def test_days_are_those_of_the_calendar(db: DuckDBPyConnection, ask: Ask) -> None:
    found = {row["is_working"]: row for row in rows_of(db, "working_days")}
    (told,) = ask("working_days")
    assert found[True]["days"] == told["working_days"]
    assert found[False]["days"] == told["days_off"]
    assert found[True]["leads"] + found[False]["leads"] == ask("overview")[0]["leads"]


def test_tags_are_those_of_the_pages(db: DuckDBPyConnection, ask: Ask) -> None:
    names = ("tag_category", "tag", "leads", "target_leads")
    assert alike(of(rows_of(db, "tags"), *names), of(ask("tags"), *names))
    late = sum(row["leads"] for row in rows_of(db, "late_tags"))
    assert late == ask("data_changes")[0]["late_tags"] > 0


def test_deliveries_are_those_of_the_pages(db: DuckDBPyConnection, ask: Ask) -> None:
    found = of(
        rows_of(db, "webhook_lateness"),
        *("webhook", "deliveries", "median_seconds", "p95_seconds"),
    )
    assert found == of(ask("webhooks"), "webhook", "deliveries", "lag_p50", "lag_p95")
    names = ("day", "in_api", "in_both", "missing", "missing_rate", "compared_at")
    assert of(rows_of(db, "reconciliation"), *names) == of(ask("reconciliation_days"), *names)
    states = ("flow", "operations", "done", "undecided", "last_received_at")
    assert alike(of(rows_of(db, "flows"), *states), of(ask("flow_summary"), *states))


def test_a_form_counts_once_however_often_its_person_calls(db: DuckDBPyConnection) -> None:
    query = """select count(*), count(*) filter (where exists (
            from leads as later where later.lead_type = 'call' and later.person = leads.person
            and later.happened_at > leads.happened_at
            and later.happened_at <= leads.happened_at + interval 1 day))
        from leads where lead_type = 'request' and day between $first and $last"""
    told = db.execute(query, {"first": FIRST, "last": LAST}).fetchall()
    rows = rows_of(db, "called_after_form")
    found = [(sum(row["requests"] for row in rows), sum(row["called"] for row in rows))]
    assert found == told
    assert found[0][1] > 0


def test_repeats_within_the_depth_are_not_unique(db: DuckDBPyConnection, world: World) -> None:
    told: dict[Any, list[int]] = {}
    last_at: dict[Any, datetime] = {}
    leads: list[Mapping[str, Any]] = [
        {**row, "at": row["happened_at"] or row["first_received_at"]}
        for row in world.rows("leads")
        if row["person"] is not None
    ]
    for row in sorted(leads, key=lambda row: (row["at"], row["lead_type"], row["lead_id"])):
        client = (row["site_id"], row["person"])
        is_new = client not in last_at or row["at"] - last_at[client] > timedelta(30)
        last_at[client] = row["at"]
        if FIRST <= row["day"] <= LAST:
            counts = told.setdefault(row["site_id"], [0, 0])
            counts[0], counts[1] = counts[0] + 1, counts[1] + is_new
    found = rows_of(db, "unique_at_depth")
    assert {row["site_id"]: [row["leads"], row["unique_in_30_days"]] for row in found} == told


PROGRAM = """
import duckdb, json, sys
assert duckdb.__version__ == sys.argv[2], duckdb.__version__
db = duckdb.connect(sys.argv[1], read_only=True)
db.execute("set timezone = 'UTC'")
statements = json.load(sys.stdin)
asked = [f"select to_json(answer)::varchar from ({sql}) as answer" for sql in statements]
print(json.dumps([[row[0] for row in db.execute(sql).fetchall()] for sql in asked]))
"""


@WRITTEN_BY_OURS
@pytest.mark.parametrize("version", VERSIONS)
def test_they_give_the_same_in_every_duckdb(
    world: World, db: DuckDBPyConnection, version: str
) -> None:
    statements = [example.over_days(FIRST, LAST, ZONE) for example in EXAMPLES]
    done = subprocess.run(
        [sys.executable, "-S", "-c", PROGRAM, str(world.path), version],
        env={"PYTHONPATH": str(WHEELS / version)},
        input=json.dumps(statements),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    for sql, answer in zip(statements, json.loads(done.stdout), strict=True):
        told = db.execute(f"select to_json(answer)::varchar from ({sql}) as answer").fetchall()
        assert answer == [text for (text,) in told], sql
