"""Run with the DuckDB that has a lake's extensions: `PYTHONPATH=.duckdb/lake-1.5.5`."""

from pathlib import Path

import pytest

from analytics.lake.address import LakeAddress
from tests.postgres import PASSWORD, PostgresServer, postgres

__all__ = ["postgres"]


@pytest.fixture
def address(postgres: PostgresServer, tmp_path: Path) -> LakeAddress:
    return LakeAddress(postgres.new_database(), str(tmp_path / "lake"), PASSWORD)
