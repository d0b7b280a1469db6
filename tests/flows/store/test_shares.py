"""A busy flow leaves threads to the others."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.store.operations import NewOperation, add_operation, take_due
from flows.store.writer import open_store


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """`busy` was there first."""
    db = open_store(tmp_path / "flows.sqlite")
    for flow, count in (("busy", 20), ("calm", 2), ("rare", 1)):
        for _ in range(count):
            add_operation(db, NewOperation(flow, 1, "http", "2026"), "waiting", float(count))
    for _ in range(20):
        add_operation(db, NewOperation("busy", 1, "http", "2026"), "waiting", 0.0)
    yield db
    db.close()


def taken(db: sqlite3.Connection, most: int, **shares: int) -> list[str]:
    return [operation.flow for operation in take_due(db, 100.0, most, shares)]


def test_each_flow_has_its_share_while_others_wait(db: sqlite3.Connection) -> None:
    assert taken(db, 8, busy=4, calm=4, rare=4) == ["busy"] * 4 + ["rare", "calm", "calm", "busy"]


def test_what_others_do_not_want_is_free(db: sqlite3.Connection) -> None:
    assert sorted(taken(db, 3, busy=0, calm=4, rare=4)) == ["calm", "calm", "rare"]
    assert taken(db, 8, busy=0, calm=4, rare=4) == ["busy"] * 8
    assert taken(db, 100, busy=4) == ["busy"] * 32
    assert taken(db, 8, busy=4) == []


def test_those_that_are_due_first_come_first(db: sqlite3.Connection) -> None:
    assert taken(db, 2, busy=4, calm=4, rare=4) == ["busy", "busy"]
    assert taken(db, 3, busy=1, calm=1, rare=1) == ["busy", "rare", "calm"]
