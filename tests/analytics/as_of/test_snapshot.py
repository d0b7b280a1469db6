"""A snapshot has the schema of the published file and what a store of deliveries until then has."""

import random
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.as_of.snapshot import NothingReceivedYet, plan_snapshot, take_snapshot
from analytics.published_file import NotPublished, Published, PublishedFile
from tests.analytics.as_of.test_as_of import (
    THEN,
    known_now,
    life,
    made,
    publish_as,
    rows_of,
    shaken,
)
from tests.analytics.fold.plain_fold import Sent
from tests.analytics.fold.test_properties import START, lives, long_lives
from tests.faults.rounds import rounds

SCHEMA = (
    "select schema_name, table_name, column_name, data_type, is_nullable, comment "
    "from duckdb_columns() where database_name = 'published' and not internal order by all",
    "select schema_name, table_name, comment from duckdb_tables() "
    "where database_name = 'published' order by all",
    "select view_name, comment, sql from duckdb_views() "
    "where database_name = 'published' and not internal order by all",
    "select name, value from digest.basis order by all",
)


@settings(max_examples=rounds(4, 300), deadline=None)
@given(st.one_of(lives(always_stamped=False), long_lives()), st.integers(0, 1000))
def test_it_equals_a_store_of_what_had_been_received(deliveries: list[Sent], seed: int) -> None:
    chance = random.Random(seed)
    deliveries = shaken(deliveries, chance)
    as_of = START + timedelta(seconds=chance.randint(0, len(deliveries)))
    with made(deliveries) as path, tempfile.TemporaryDirectory() as directory:
        target = Path(directory) / "then.duckdb"
        try:
            plan_snapshot(PublishedFile(path), as_of)
        except NothingReceivedYet:
            assert not [one for one in deliveries if one.received_at <= as_of]
            return
        take_snapshot(PublishedFile(path), as_of, target)
        with Published(PublishedFile(target)).reading() as db:
            found = rows_of(db)
    assert found == known_now(deliveries, as_of)


def test_it_has_the_schema_of_the_published_file_and_says_the_instant(tmp_path: Path) -> None:
    target = tmp_path / "then.duckdb"
    with made(life()) as path:
        taken = take_snapshot(PublishedFile(path), THEN, target)
        with (
            Published(PublishedFile(path)).reading() as db,
            Published(PublishedFile(target)).reading() as then,
        ):
            assert [schema(db, each) for each in SCHEMA] == [schema(then, each) for each in SCHEMA]
            (row,) = then.execute("from freshness").fetchall()
    assert row == (THEN, 6, START + timedelta(seconds=6), "test", 8)
    assert (taken.last_delivery_id, taken.leads, taken.deliveries) == (6, 3, 6)
    assert taken.bytes == target.stat().st_size
    assert target.stat().st_mode & 0o777 == 0o440
    assert [each.name for each in tmp_path.iterdir()] == ["then.duckdb"]


def schema(db: DuckDBPyConnection, wanted: str) -> list[tuple[Any, ...]]:
    return db.execute(wanted).fetchall()


def test_a_snapshot_may_be_taken_of_a_snapshot(tmp_path: Path) -> None:
    later, target = tmp_path / "later.duckdb", tmp_path / "then.duckdb"
    with made(life()) as path:
        take_snapshot(PublishedFile(path), THEN + timedelta(seconds=4), later)
    take_snapshot(PublishedFile(later), THEN, target)
    with Published(PublishedFile(target)).reading() as db:
        assert rows_of(db) == known_now(life(), THEN)


def test_it_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """What was there before stays when it is given up, at whatever step."""
    target = tmp_path / "then.duckdb"
    target.write_text("what was there")
    with made(life()) as path:
        for reached in (0, 1, 9, 17):
            with pytest.raises(KeyboardInterrupt):
                take_snapshot(PublishedFile(path), THEN, target, giving_up_after(reached))
            assert [each.name for each in tmp_path.iterdir()] == ["then.duckdb"]
            assert target.read_text() == "what was there"


def giving_up_after(steps: int) -> Callable[[int], None]:
    left = iter(range(steps))

    def step(_: int) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return step


def test_the_file_may_be_published_anew_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published, target = tmp_path / "calltouch.duckdb", tmp_path / "then.duckdb"
    with made(life()) as path, made(life()[:2]) as newer:
        publish_as(path, published)
        take_snapshot(
            PublishedFile(published), THEN, target, lambda _: publish_as(newer, published)
        )
    with Published(PublishedFile(target)).reading() as db:
        assert rows_of(db) == known_now(life(), THEN)


def test_it_needs_something_that_was_known(tmp_path: Path) -> None:
    with pytest.raises(NotPublished, match="not been published"):
        take_snapshot(PublishedFile(tmp_path / "none.duckdb"), THEN, tmp_path / "then.duckdb")
    with made(life()) as path, pytest.raises(NothingReceivedYet, match="first delivery came at"):
        plan_snapshot(PublishedFile(path), START)
    with made([]) as path, pytest.raises(NothingReceivedYet, match="no delivery"):
        plan_snapshot(PublishedFile(path), START)
    assert [*tmp_path.iterdir()] == []


def test_progress_comes_as_planned(tmp_path: Path) -> None:
    steps: list[int] = []
    with made(life()) as path:
        planned = plan_snapshot(PublishedFile(path), THEN)
        take_snapshot(PublishedFile(path), THEN, tmp_path / "then.duckdb", steps.append)
    assert sum(steps) == planned.steps
    assert not planned.is_at_end
