"""Which operations are taken next."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from flows.store import operations
from flows.store.definitions import apply_definition
from flows.store.operations import NewOperation
from flows.store.writer import StoreWriter

DEFINITION = '[source]\nkind = "http"\n'


def taken(path: Path, waiting: str, most: int, room: Mapping[str, int]) -> str:
    """`waiting`: the flows of the operations that are due, a letter each, the first due first."""
    with closing(StoreWriter(path)) as store:
        store.write(lambda db: fill(db, waiting))
        due = store.write(lambda db: operations.take_due(db, 100.0, most, room))
    return "".join(operation.flow for operation in due)


def fill(db: sqlite3.Connection, waiting: str) -> None:
    now = datetime.now(UTC)
    for name in set(waiting):
        apply_definition(db, name, DEFINITION, now, "test")
    for due_at, name in enumerate(waiting):
        add(db, name, due_at)


def add(db: sqlite3.Connection, flow: str, due_at: float) -> None:
    new = NewOperation(flow, 1, "http", datetime.now(UTC).isoformat())
    operations.add_operation(db, new, "waiting", due_at)


def test_the_first_due_is_taken_first(tmp_path: Path) -> None:
    assert taken(tmp_path / "a", "abba", 3, {"a": 4, "b": 4}) == "abb"


def test_a_flow_leaves_half_of_the_threads_to_others_that_wait(tmp_path: Path) -> None:
    assert taken(tmp_path / "a", "aaaaaaaaab", 4, {"a": 2, "b": 2}) == "aaba"
    assert taken(tmp_path / "b", "aaaabbbb", 4, {"a": 0, "b": 2}) == "bbbb"


def test_alone_a_flow_has_all_of_them(tmp_path: Path) -> None:
    assert taken(tmp_path / "a", "aaaaaa", 4, {"a": 2}) == "aaaa"
    assert taken(tmp_path / "b", "aaaaaa", 4, {"a": 0}) == "aaaa"


def test_what_is_not_due_is_not_taken(tmp_path: Path) -> None:
    with closing(StoreWriter(tmp_path / "a")) as store:
        store.write(lambda db: add(db, "a", 99.0))
        store.write(lambda db: add(db, "a", 101.0))
        due = store.write(lambda db: operations.take_due(db, 100.0, 9, {"a": 4}))
        again = store.write(lambda db: operations.take_due(db, 100.0, 9, {"a": 4}))
    assert [operation.operation_id for operation in due] == [1]
    assert again == []
