"""The fold writes the same rows into a lake as into a file, whatever comes in which batches."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.lake.address import LakeAddress
from analytics.lake.catalog import catalog_of
from analytics.lake.fence import raise_fence
from analytics.lake.store import open_lake
from tests.analytics.fold.folding import FINGERPRINT, fold_into, tables_of
from tests.analytics.fold.plain_fold import Sent
from tests.analytics.fold.test_properties import batched, folded, lives, long_lives
from tests.faults.rounds import rounds


@pytest.fixture
def lake(address: LakeAddress, tmp_path: Path) -> Iterator[DuckDBPyConnection]:
    with catalog_of(address) as catalog:
        place = catalog.new()
    with open_lake(address, place, FINGERPRINT) as db:
        raise_fence(db)
        yield db


@settings(
    max_examples=rounds(3, 100),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.one_of(lives(always_stamped=False), long_lives()), st.integers(0, 1000))
def test_rows_are_those_of_the_file(
    lake: DuckDBPyConnection, deliveries: list[Sent], seed: int
) -> None:
    empty(lake)
    fold_into(lake, batched(deliveries, seed))
    assert tables_of(lake) == folded([deliveries])


def empty(db: DuckDBPyConnection) -> None:
    query = """select schema_name || '.' || table_name from duckdb_tables()
        where database_name = 'store' and table_name not in ('basis', 'fence')"""
    for (table,) in db.execute(query).fetchall():
        db.execute(f"delete from {table}")
