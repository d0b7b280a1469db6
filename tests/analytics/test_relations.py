"""Keys are unique and joins multiply nothing, in a store that has something in each table."""

from collections.abc import Iterator

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from analytics.relations import JOINS, KEYLESS, ROW_KEYS, TableJoin
from analytics.store import VIEWS, open_tables
from tests.analytics.examples.made import make_examples

# Of these the world has no rows.
EMPTY = {"alerts", "notes", "resync_runs"}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    path = make_examples(tmp_path_factory).path
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def count(db: DuckDBPyConnection, sql: str) -> int:
    ((number,),) = db.execute(sql).fetchall()
    assert isinstance(number, int)
    return number


def test_every_table_has_a_key_or_is_known_to_have_none() -> None:
    assert sorted([*ROW_KEYS, *KEYLESS]) == sorted([*open_tables(), *VIEWS])


@pytest.mark.parametrize("table", ROW_KEYS)
def test_a_key_names_one_row(db: DuckDBPyConnection, table: str) -> None:
    rows = count(db, f"select count(*) from {table}")
    key = ", ".join(ROW_KEYS[table])
    assert count(db, f"select count(*) from (select distinct {key} from {table})") == rows
    assert (rows == 0) is (table in EMPTY)


@pytest.mark.parametrize("join", JOINS, ids=lambda join: f"{join.many}-{join.one}")
def test_a_join_multiplies_nothing(db: DuckDBPyConnection, join: TableJoin) -> None:
    assert {*ROW_KEYS[join.one]} <= {*join.columns}
    rows = count(db, f"select count(*) from {join.many}")
    using = ", ".join(join.columns)
    joined = count(db, f"select count(*) from {join.many} join {join.one} using ({using})")
    assert 0 < joined <= rows
    assert join.is_optional or joined == rows
