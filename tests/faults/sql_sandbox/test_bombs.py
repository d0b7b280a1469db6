"""Statements that want all the memory or all the time there is, several at once, over a file that
others go on reading."""

import multiprocessing
import resource
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from analytics.sql_sandbox.limits import MEGABYTE, SandboxLimits
from analytics.sql_sandbox.sandbox import NotAnswered, SqlSandbox
from tests.analytics.sql_sandbox.keyed_file import BOMBS, make_keyed_file

LIMITS = SandboxLimits(seconds=3, memory=256 * MEGABYTE)
# Starting it, and a machine that does other things as well.
SLACK_SECONDS = 20


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> SqlSandbox:
    path = make_keyed_file(tmp_path_factory.mktemp("bombs") / "calltouch-keyed.duckdb")
    return SqlSandbox(path, "Europe/Moscow", LIMITS)


def outcome(sandbox: SqlSandbox, sql: str) -> str:
    try:
        with sandbox.answer(sql) as answer:
            return "truncated" if answer.truncated else "answered"
    except NotAnswered as error:
        return error.code


def outcome_and_memory(sandbox: SqlSandbox, sql: str) -> tuple[str, int]:
    """How it ended, and the most memory in bytes that a process started here took."""
    ended = outcome(sandbox, sql)
    return ended, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10


@pytest.fixture
def alone() -> Iterator[ProcessPoolExecutor]:
    """A process with no other children than those that a test starts: what a process has learned
    of its children's memory it never forgets."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("name", BOMBS)
def test_every_bomb_ends_in_bounded_time_and_memory(
    sandbox: SqlSandbox, alone: ProcessPoolExecutor, name: str
) -> None:
    began = time.monotonic()
    ended, most = alone.submit(outcome_and_memory, sandbox, BOMBS[name]).result()
    assert ended in ("time", "memory", "broken", "truncated", "answered")
    assert time.monotonic() - began < LIMITS.kill_after + SLACK_SECONDS
    assert most < LIMITS.address_space


def test_readers_of_the_file_go_on_while_bombs_go_off(sandbox: SqlSandbox) -> None:
    before = sandbox.path.read_bytes()
    over = threading.Event()
    counted: list[object] = []

    def read() -> None:
        while not over.is_set():
            with duckdb.connect(sandbox.path, read_only=True) as db:
                counted.append(db.execute("select count(*) from leads").fetchone())

    reader = threading.Thread(target=read)
    reader.start()
    try:
        with ThreadPoolExecutor(2) as pool:
            ended = list(pool.map(lambda sql: outcome(sandbox, sql), BOMBS.values()))
    finally:
        over.set()
        reader.join()
    assert len(ended) == len(BOMBS)
    assert len(counted) > 1
    assert set(counted) == {(1000,)}
    assert sandbox.path.read_bytes() == before


def test_nothing_is_left_behind(sandbox: SqlSandbox, tmp_path: Path) -> None:
    path = make_keyed_file(tmp_path / "k.duckdb")
    for name in ("cross join count", "repeat 4 GB"):
        outcome(replace(sandbox, path=path), BOMBS[name])
    assert [entry.name for entry in tmp_path.iterdir()] == ["k.duckdb"]
