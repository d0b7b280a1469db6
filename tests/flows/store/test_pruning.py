"""History shrinks by age and by size; what has not ended, or waits for a person, stays."""

import os
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.store import attempts, operations
from flows.store.operations import NewOperation
from flows.store.pruning import HistoryLimits, Pruned, prune, used_bytes
from flows.store.writer import open_store

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIMITS = HistoryLimits(14, 400, 1 << 40)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "flows.sqlite"


def add(
    path: Path, state: str, days: float, body: bytes = b"x", replay_of: int | None = None
) -> int:
    """An operation that ended so many days ago."""
    moment = (NOW - timedelta(days)).isoformat()
    new = NewOperation("one", 1, "http", moment, replay_of=replay_of)
    with closing(open_store(path)) as db:
        number = operations.add_operation(db, new, "waiting", 0.0)
        attempts.save_body(db, number, attempts.INPUT_STEP, 0, "input", body)
        if state not in operations.UNFINISHED:
            ended = operations.operation(db, number)
            assert ended is not None
            operations.end(db, ended, state, moment)
        else:
            db.execute("update operations set state = ? where operation_id = ?", (state, number))
    return number


def left(path: Path) -> tuple[list[int], list[int]]:
    """Operations with bodies, and all operations."""
    with closing(open_store(path)) as db:
        bodies = db.execute("select distinct operation_id from bodies order by 1").fetchall()
        rows = db.execute("select operation_id from operations order by 1").fetchall()
    return [row[0] for row in bodies], [row[0] for row in rows]


@pytest.mark.parametrize(
    ("state", "days", "has_body", "has_row"),
    [
        ("done", 13, True, True),
        ("done", 15, False, True),
        ("skipped", 15, False, True),
        ("dropped", 15, True, True),
        ("dropped", 31, False, True),
        ("failed", 100, True, True),
        ("unknown", 100, True, True),
        ("held", 1000, True, True),
        ("waiting", 1000, True, True),
        ("behind", 1000, True, True),
        ("running", 1000, True, True),
        ("done", 401, False, False),
        ("failed", 401, False, False),
    ],
)
def test_what_goes_by_its_age(
    path: Path, state: str, days: int, has_body: bool, has_row: bool
) -> None:
    add(path, state, days)
    planned = prune(path, LIMITS, NOW, dry_run=True)
    assert left(path) == ([1], [1]), "a dry run changes nothing"
    pruned = prune(path, LIMITS, NOW)
    assert left(path) == ([1] * has_body, [1] * has_row)
    assert (planned.bodies, planned.operations) == (pruned.bodies, pruned.operations)


@pytest.mark.parametrize(("days", "has_body"), [(29, True), (31, False)])
def test_a_failure_that_was_replayed_is_decided(path: Path, days: int, has_body: bool) -> None:
    failed = add(path, "failed", 100)
    replayed = add(path, "done", days, replay_of=failed)
    prune(path, HistoryLimits(30, 400, 1 << 40), NOW)
    assert left(path)[0] == [failed, replayed] * has_body


def test_more_than_one_piece_goes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.store.pruning.PIECE", 3)
    for _ in range(7):
        add(path, "done", 20)
    pauses: list[float] = []
    pruned = prune(path, LIMITS, NOW, pause=pauses.append)
    assert (pruned.bodies, len(pauses)) == (7, 3)


def test_above_the_limit_the_oldest_bodies_go_first_and_the_file_shrinks(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.store.pruning.PIECE", 1)
    waiting = add(path, "waiting", 9, os.urandom(200_000))
    ended = [add(path, "done", 3, os.urandom(200_000)) for _ in range(10)]
    before = path.stat().st_size
    limits = HistoryLimits(14, 400, 1_300_000)
    planned = prune(path, limits, NOW, dry_run=True)
    pruned = prune(path, limits, NOW)
    bodies, rows = left(path)
    assert bodies == [waiting, *ended[-len(bodies) + 1 :]], "the oldest went, but what waits stays"
    assert rows == [waiting, *ended]
    assert abs(planned.bodies - pruned.bodies) <= 1
    assert pruned.file_bytes <= 1_300_000
    assert path.stat().st_size < before - 500_000


def test_rows_go_where_bodies_do_not_suffice(path: Path) -> None:
    waiting = add(path, "waiting", 9)
    for _ in range(20):
        add(path, "done", 3)
    pruned = prune(path, HistoryLimits(14, 400, 1), NOW)
    assert left(path) == ([waiting], [waiting])
    assert (pruned.bodies, pruned.operations) == (20, 20)


@pytest.mark.parametrize(("state", "kept"), [("done", 8 << 10), ("failed", 60_000)])
def test_long_answers_of_what_is_done_are_cut(path: Path, state: str, kept: int) -> None:
    number, answer = add(path, state, 1), os.urandom(60_000)
    with closing(open_store(path)) as db:
        attempts.save_body(db, number, 0, 1, "answer", answer)
        prune(path, LIMITS, NOW)
        assert attempts.body_of(db, number, 0, 1, "answer") == answer[:kept]
        assert attempts.body_of(db, number, attempts.INPUT_STEP, 0, "input") == b"x"


def test_an_empty_history(path: Path) -> None:
    with closing(open_store(path)) as db:
        size = used_bytes(db)
    assert prune(path, LIMITS, NOW) == Pruned(file_bytes=size)
