"""Upkeep beside a reader who holds an older snapshot, and what it leaves behind."""

from pathlib import Path

import duckdb
import pytest

from analytics.lake.address import LakeAddress
from analytics.lake.attaching import attach_lake
from analytics.lake.catalog import catalog_of
from analytics.lake.fence import raise_fence
from analytics.lake.store import open_lake
from analytics.lake.upkeep import carry_out, upkeep_steps
from analytics.store import transaction
from tests.analytics.fold.folding import FINGERPRINT

ASKED = "select count(*), sum(position) from reader.digest.archived"


@pytest.mark.parametrize("grace_hours", [24.0, 0.0])
def test_a_reader_keeps_his_snapshot(
    address: LakeAddress, grace_hours: float, tmp_path: Path
) -> None:
    """Without the grace his files go: the control."""
    with catalog_of(address) as catalog:
        place = catalog.new()
    with open_lake(address, place, FINGERPRINT) as db, duckdb.connect() as reader:
        raise_fence(db)
        for _ in range(3):
            with transaction(db):
                db.execute("insert into digest.archived select 'a' || r, r from range(500) t(r)")
            with transaction(db):
                db.execute("delete from digest.archived where position % 2 = 0")
        attach_lake(reader, address, place, "reader")
        reader.execute("begin")
        expected = reader.execute(ASKED).fetchall()
        with transaction(db):
            db.execute("delete from digest.archived where position < 100")
        wanted = ("archived", "fence", "")
        for step in [step for step in upkeep_steps(db) if step.table in wanted]:
            carry_out(db, step, grace_hours)
        if grace_hours:
            assert reader.execute(ASKED).fetchall() == expected
        else:
            with pytest.raises(duckdb.Error, match="No such file"):
                reader.execute(ASKED).fetchall()
            reader.execute("rollback")
            assert len([*Path(place.data).rglob("archived/*.parquet")]) == 1
        assert db.execute("select count(*) from digest.archived").fetchall() == [(600,)]
        assert db.execute("select count(*) from digest.fence").fetchall() == [(1,)]
