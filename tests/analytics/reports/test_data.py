"""The catalogue says of the published file what the file says of itself."""

import pytest

from analytics.reports.filters import Filters
from tests.analytics.reports.world import World


def test_the_catalogue_has_every_table_and_column(world: World, ten_filters: list[Filters]) -> None:
    with world.published.reading() as db:
        columns = db.execute(
            """select table_name, column_name, data_type, comment from duckdb_columns()
            where database_name = 'published' and schema_name = 'main'
            order by table_oid, column_index"""
        ).fetchall()
    rows = world.ask("catalogue", ten_filters[0]).records()
    told = [
        (
            r["table_name"],
            r["column_name"],
            r["data_type"],
            f"{r['comment_ru']} | {r['comment_en']}",
        )
        for r in rows
        if r["column_name"]
    ]
    assert sorted(told) == sorted(columns)
    tables = [row["table_name"] for row in rows if row["column_name"] is None]
    assert list(dict.fromkeys(row["table_name"] for row in rows)) == tables
    of_leads = [name for table, name, *_ in told if table == "leads"]
    assert of_leads == [name for table, name, *_ in columns if table == "leads"]
    assert {row["table_name"] for row in rows if row["is_view"]} == {
        "calls",
        "requests",
        "deliveries",
        "lead_changes",
        "missed_calls",
        "suspected_gaps",
        "leads_by_day",
        "leads_by_day_and_model",
    }
    assert all(row["comment_ru"] and row["comment_en"] for row in rows)


def test_the_file_says_what_it_is(world: World, ten_filters: list[Filters]) -> None:
    (row,) = world.ask("published_file", ten_filters[0]).records()
    assert row["path"] == str(world.path)
    assert row["bytes"] == pytest.approx(world.path.stat().st_size, rel=0.1)
    assert row["leads"] == len(world.frame("leads"))
    assert row["deliveries"] == len(world.frame("deliveries"))
    assert row["app_version"] == "test"
    assert row["last_received_at"] == max(world.frame("deliveries")["received_at"])
