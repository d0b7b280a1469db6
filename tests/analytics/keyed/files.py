"""Keyed files of planted stores, and what is in them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analytics.keyed.making import make_keyed_file
from analytics.publish.publisher import publish
from analytics.published_file import PublishedFile
from analytics.store import StoreFingerprint, open_store
from tests.dashboards.test_canary import make_canary
from tests.made_once import made_once

KEY = bytes(range(32))


def keyed_canary(factory: pytest.TempPathFactory) -> Path:
    """A directory with a published file full of planted contacts, and its keyed file."""

    def make(directory: Path) -> None:
        make_canary(directory)
        make_keyed_file(
            PublishedFile(directory / "calltouch.duckdb"), directory / "keyed.duckdb", KEY
        )

    return made_once(factory, "keyed-canary", make)


def empty_store(factory: pytest.TempPathFactory) -> Path:
    def make(directory: Path) -> None:
        db = open_store(directory / "store.duckdb", StoreFingerprint("UTC", ""))
        publish(db, directory / "store.duckdb", directory / "calltouch.duckdb", "test")
        db.close()

    return made_once(factory, "keyed-empty", make) / "calltouch.duckdb"


def rows_in(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(config={"threads": 1}) as db:
        db.execute("attach $path as file (read_only)".replace("$path", f"'{path}'"))
        db.execute("use file")
        return db.execute(sql).fetchall()


def columns_of(path: Path) -> dict[str, dict[str, str]]:
    """Types, by table and column."""
    found: dict[str, dict[str, str]] = {}
    for table, name, kind in rows_in(
        path,
        "select table_name, column_name, data_type from duckdb_columns() "
        "where database_name = 'file' and schema_name = 'main' order by all",
    ):
        found.setdefault(table, {})[name] = kind
    return found


def contents_of(path: Path, *, but: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables and views, as texts, in some order."""
    return {
        table: rows_in(path, f'select columns(*)::varchar from "{table}" order by all')
        for table in columns_of(path)
        if table not in but
    }


def opened_by(wheel: Path, version: str, path: Path) -> str:
    """What another DuckDB reads of it."""
    asked = (
        "import duckdb, sys\n"
        "assert duckdb.__version__ == sys.argv[2]\n"
        "db = duckdb.connect(sys.argv[1], read_only=True)\n"
        "tables = [one for (one,) in db.execute('select table_name from information_schema.tables')"
        ".fetchall()]\n"
        "for one in tables: db.execute(f'select count(*), max(t::varchar) from {one} as t')"
        ".fetchall()\n"
        "print(len(tables), db.execute('select count(*) from calls').fetchone()[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", asked, str(path), version],
        env={"PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
