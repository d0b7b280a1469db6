"""The real process over a real file."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analytics.sql_sandbox.limits import MEGABYTE, SandboxLimits
from analytics.sql_sandbox.refused import Refused
from analytics.sql_sandbox.sandbox import NoSuchFile, NotAnswered, SandboxAnswer, SqlSandbox
from tests.analytics.sql_sandbox.keyed_file import make_keyed_file

LIMITS = SandboxLimits(seconds=20, memory=128 * MEGABYTE, threads=1)
Rows = Callable[..., list[dict[str, object]]]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> SqlSandbox:
    path = make_keyed_file(tmp_path_factory.mktemp("sandbox") / "calltouch-keyed.duckdb")
    return SqlSandbox(path, "Europe/Moscow", LIMITS)


def rows_of(answer: SandboxAnswer) -> list[dict[str, object]]:
    return [row for batch in answer.batches() for row in batch.to_pylist()]


@contextmanager
def file_is_untouched(path: Path) -> Iterator[None]:
    """Neither its bytes nor what stands beside it."""
    before, beside = path.read_bytes(), sorted(os.listdir(path.parent))  # noqa: PTH208
    yield
    assert path.read_bytes() == before
    assert sorted(os.listdir(path.parent)) == beside  # noqa: PTH208


def test_it_answers_with_rows_and_how_old_they_are(sandbox: SqlSandbox) -> None:
    sql = (
        "select source, count(*) as leads from leads where lead_id < $most group by all order by 1"
    )
    with sandbox.answer(sql, {"most": 14}) as answer:
        assert rows_of(answer) == [{"source": f"source {n}", "leads": 2} for n in range(7)]
        assert rows_of(answer) == rows_of(answer)
        assert (answer.rows, answer.truncated) == (7, False)
        assert answer.schema.names == ["source", "leads"]
        assert answer.about == {
            "keyed_at": "2026-11-30T12:00:00+03:00",
            "last_received_at": "2026-11-30T11:00:00+03:00",
        }


def test_days_are_those_of_the_zone_and_names_of_columns_are_their_own(sandbox: SqlSandbox) -> None:
    sql = "select timestamptz '2026-11-30 22:30:00+00'::date as day, 1 as day, 2 as day"
    with sandbox.answer(sql) as answer:
        (row,) = rows_of(answer)
    assert (str(row["day"]), row["day_1"], row["day_2"]) == ("2026-12-01", 1, 2)


@pytest.mark.parametrize(
    ("rows", "size", "expected"),
    [(100, MEGABYTE, 100), (2048, MEGABYTE, 2048), (100_000, 400_000, 2048)],
)
def test_rows_and_bytes_are_bounded(
    sandbox: SqlSandbox, rows: int, size: int, expected: int
) -> None:
    few = replace(sandbox, limits=replace(LIMITS, rows=rows, answer=size))
    with few.answer("select range, repeat('y', 100) from range(1000000000)") as answer:
        assert (answer.rows, answer.truncated, len(rows_of(answer))) == (expected, True, expected)


def test_as_many_rows_as_there_may_be_are_not_truncated(sandbox: SqlSandbox) -> None:
    exact = replace(sandbox, limits=replace(LIMITS, rows=100))
    with exact.answer("from range(100)") as answer:
        assert (answer.rows, answer.truncated) == (100, False)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [({}, "parameter_missing"), ({"d": 1, "e": 2}, "parameter_unknown")],
)
def test_parameters_are_those_of_the_statement(
    sandbox: SqlSandbox, parameters: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused) as caught, sandbox.answer("select $d", parameters):
        pass
    assert caught.value.code == code


def test_the_gate_stands_before_the_process(sandbox: SqlSandbox) -> None:
    with pytest.raises(Refused) as caught, sandbox.answer("select getenv('HOME')"):
        pass
    assert (caught.value.code, caught.value.position) == ("function", 7)


def test_an_error_says_what_and_not_where_the_file_lies(sandbox: SqlSandbox) -> None:
    with pytest.raises(NotAnswered) as caught, sandbox.answer("select nothing_such from leads"):
        pass
    assert caught.value.code == "sql"
    assert "nothing_such" in caught.value.message
    assert str(sandbox.path.parent) not in caught.value.message


def test_without_a_file_it_says_so(sandbox: SqlSandbox, tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile), replace(sandbox, path=tmp_path / "none").answer("select 1"):
        pass
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"no database" * 1000)
    with pytest.raises(NotAnswered) as caught, replace(sandbox, path=broken).answer("select 1"):
        pass
    assert caught.value.code == "file"
    assert str(tmp_path) not in caught.value.message


def test_nobody_waits_and_the_process_is_gone(sandbox: SqlSandbox) -> None:
    long = "select count(*) from range(1000000) a, range(1000000) b"
    with pytest.raises(NotAnswered) as caught, sandbox.answer(long, gone=lambda: True):
        pass
    assert caught.value.code == "gone"


def test_time_is_bounded_whether_duckdb_hears_it_or_not(sandbox: SqlSandbox) -> None:
    """The second one does not hear an interrupt; the kernel ends it."""
    short = replace(sandbox, limits=replace(LIMITS, seconds=0.5, memory=2048 * MEGABYTE))
    for sql in (
        "select count(*) from range(1000000) a, range(1000000) b",
        "select list_reduce(range(100000000), (a, b) -> a + b)",
    ):
        with pytest.raises(NotAnswered) as caught, short.answer(sql):
            pass
        assert caught.value.code == "time"


def test_memory_is_bounded(sandbox: SqlSandbox) -> None:
    for sql in ("select length(repeat('x', 4000000000))", "select len(range(2000000000))"):
        with pytest.raises(NotAnswered) as caught, sandbox.answer(sql):
            pass
        assert caught.value.code == "memory"


def test_what_crashes_crashes_alone(sandbox: SqlSandbox) -> None:
    deep = "select json_structure(repeat('[', 100000) || repeat(']', 100000))"
    with pytest.raises(NotAnswered) as caught, sandbox.answer(deep):
        pass
    assert caught.value.code == "broken"
    with sandbox.answer("select 1 as one") as answer:
        assert rows_of(answer) == [{"one": 1}]


def test_the_gate_itself_cannot_take_the_worker_down(sandbox: SqlSandbox) -> None:
    """It parses in the process, too."""
    for sql in (
        f"select {'(' * 20_000}1{')' * 20_000}",
        f"select {'[' * 20_000}1{']' * 20_000}",
        f"select {'- ' * 20_000}1",
        f"{'select * from (' * 3_000}select 1{')' * 3_000}",
    ):
        with pytest.raises((Refused, NotAnswered)), sandbox.answer(sql):
            pass


# With DuckDB's own lock and the kernel alone.
WITHOUT_A_GATE = (
    "select content from read_text('/etc/passwd')",
    "select * from glob('/etc/*')",
    "select * from '/etc/passwd'",
    "select * from read_csv('/etc/hostname')",
    "copy (select 1) to '{place}/out.csv'",
    "copy leads to '{place}/out.parquet'",
    "export database '{place}/exported'",
    "attach '{place}/other.duckdb' as x",
    "import database '{place}'",
    "install httpfs",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "set global memory_limit = '100GB'",
    "delete from leads",
    "create table t as select 1",
    "drop view calls",
    "load '{place}/x.so'",
    "select * from read_text('http://127.0.0.1:1/')",
)


@pytest.mark.parametrize("sql", WITHOUT_A_GATE)
def test_without_the_gate_nothing_is_read_or_written_either(sandbox: SqlSandbox, sql: str) -> None:
    place = sandbox.path.parent
    answered = sandbox.answer(sql.format(place=place), gated=False)
    with file_is_untouched(sandbox.path), pytest.raises(NotAnswered), answered as answer:
        pytest.fail(f"{rows_of(answer)}")


@pytest.mark.parametrize(
    "sql",
    ["pragma enable_logging", "alter database calltouch set alias to z", "select getenv('A')"],
)
def test_what_breaks_an_instance_breaks_nobody_elses(sandbox: SqlSandbox, sql: str) -> None:
    with duckdb.connect(sandbox.path, read_only=True) as other, file_is_untouched(sandbox.path):
        try:
            with sandbox.answer(sql, gated=False):
                pass
        except NotAnswered:
            pass
        assert other.execute("select count(*) from leads").fetchall() == [(1000,)]
        with sandbox.answer("select count(*) as n from leads") as answer:
            assert rows_of(answer) == [{"n": 1000}]


def test_the_process_knows_nothing_of_our_environment(
    sandbox: SqlSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[object, object]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, args: list[str], **kwargs: Any) -> None:
            started.append((args, kwargs["env"]))
            super().__init__(args, **kwargs)

    monkeypatch.setenv("CALLTOUCH_API_TOKEN", "a secret")
    monkeypatch.setattr(subprocess, "Popen", Recorded)
    with sandbox.answer("select 'said' as word, $d as d", {"d": "given"}):
        pass
    ((args, environment),) = started
    assert "secret" not in str(environment)
    assert "said" not in str(args)
    assert "given" not in str(args)


def test_another_file_takes_its_place_without_notice(sandbox: SqlSandbox, tmp_path: Path) -> None:
    path = make_keyed_file(tmp_path / "k.duckdb")
    moved = replace(sandbox, path=path)
    with moved.answer("select count(*) as n from leads") as answer:
        newer = tmp_path / "newer.duckdb"
        with duckdb.connect(make_keyed_file(newer)) as db:
            db.execute("delete from leads where lead_id > 9")
        newer.replace(path)
        assert rows_of(answer) == [{"n": 1000}]
    with moved.answer("select count(*) as n from leads") as answer:
        assert rows_of(answer) == [{"n": 10}]
