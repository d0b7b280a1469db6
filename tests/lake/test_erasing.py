"""Who is erased, or kept no longer, is afterwards in no table of PostgreSQL and in no file."""

import subprocess
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from pyarrow import fs

from analytics.compare import compare
from analytics.lake.address import LakeAddress, LakePlace
from analytics.lake.catalog import LakeCatalog, LakeState, catalog_of
from analytics.lake.store import open_lake
from analytics.lake.upkeep import carry_out, upkeep_steps
from analytics.published_file import Published
from receiver.data_dir import DataDir
from receiver.digest.erasing.orders import ErasureOrders
from receiver.digest.rebuild import fingerprint_for, rebuild
from receiver.digest.running import Digest
from receiver.digest.stores import lake_store
from receiver.digest.stores.digest_store import StoreInUse
from receiver.digest.stores.lake_store import LakeStore
from receiver.published import published_source
from receiver.settings.settings import Settings
from tests.analytics.export.test_bucket import s3
from tests.byte_search import Sought, search_directory
from tests.lake.lakes import asked, asked_postgres, attaching, numbers, on_lake
from tests.postgres import PASSWORD, PostgresServer
from tests.receiver.backup.installation import copied_installation
from tests.receiver.digest.erasing.conftest import original_world
from tests.receiver.digest.erasing.world import PHONE, SOUGHT, with_order
from tests.receiver.digest.pruning.test_pruning import (
    LATE_PHONE,
    NEW_PHONE,
    OLD_ONES,
    OLD_PHONE,
    pruning,
)
from tests.receiver.digest.pruning.test_pruning import settings as long_kept

__all__ = ["long_kept", "original_world", "s3"]

_DUMP = "/usr/lib/postgresql/15/bin/pg_dump"
COUNTS = """select
    (select count(*) from leads), (select count(distinct person) from leads),
    (select count(*) from deliveries), (select count(*) from lead_changes)"""


@pytest.fixture(autouse=True)
def no_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lake_store, "READERS_SECONDS", 0.0)


def found_in(address: LakeAddress, sought: Sought, directory: Path) -> set[str]:
    """What of it is in files of a directory or in any table of PostgreSQL."""
    directory.mkdir(exist_ok=True)
    path = directory / "dump.sql"
    command: list[str | Path] = [_DUMP, address.catalog, "--file", path]
    subprocess.run(command, check=True, env={"PGPASSWORD": PASSWORD})
    found = {one.what for one in search_directory(directory, sought)}
    path.unlink()
    return found


def test_an_erased_person_is_nowhere(
    original_world: Settings, address: LakeAddress, tmp_path: Path
) -> None:
    lake = on_lake(copied_installation(original_world, tmp_path), address)
    Digest(lake).finish()
    assert PHONE in found_in(address, Sought((PHONE,)), Path(address.data))
    before_the_lake = (DataDir(lake.data_dir).store, DataDir(lake.data_dir).published)
    assert all(one.exists() for one in before_the_lake)
    counts, placed = asked(address, COUNTS), with_order(lake)
    with catalog_of(address) as beside:
        begun_lake(address, beside)
        Digest(lake).finish()
        waiting = ErasureOrders(DataDir(lake.data_dir).orders).get(placed.act)
    assert waiting is not None
    assert "another lake is being made" in waiting.waits_for
    # Its maker is gone.
    Digest(lake).finish()
    assert found_in(address, SOUGHT, Path(address.data)) == set()
    assert not any(one.exists() for one in before_the_lake)
    assert asked(address, COUNTS) == counts
    assert asked_postgres(address, b"select state, count(*) from calltouch.lakes group by 1") == [
        ("current", 1)
    ]
    rebuild(replace(lake, store=None), tmp_path / "again.duckdb")
    assert compare(attaching(address), tmp_path / "again.duckdb", ("lake", "file")).is_equal


def test_what_is_kept_no_longer_is_in_no_bucket(
    long_kept: Settings, postgres: PostgresServer, tmp_path: Path, s3: fs.S3FileSystem
) -> None:
    address = LakeAddress(postgres.new_database(), "s3://analytics/lake", PASSWORD)
    lake = on_lake(long_kept, address)
    Digest(lake).finish()
    with open_lake(address, address.place(1), fingerprint_for(lake)) as db:
        for step in upkeep_steps(db):
            if step.kind == "flush" and step.table in ("leads", "deliveries"):
                carry_out(db, step)
    written = objects(s3, "analytics/lake/lake-1")
    assert {"leads", "deliveries"} <= {path.split("/")[-2] for path in written}
    counts = asked(address, COUNTS)
    with Published(published_source(lake)).reading() as db:
        (phones,) = db.execute("select list(caller_phone order by lead_id) from leads").fetchall()
    assert phones[0][1:3] == [LATE_PHONE, NEW_PHONE]
    Digest(pruning(lake, persons=90)).finish()
    everybody = replace(OLD_ONES, phones=(OLD_PHONE, LATE_PHONE, NEW_PHONE))
    assert objects(s3, "analytics/lake/lake-1") == []
    fs.copy_files("analytics/lake", f"{tmp_path / 'dumped'}", s3, fs.LocalFileSystem())
    assert found_in(address, everybody, tmp_path / "dumped") == {LATE_PHONE, NEW_PHONE}
    assert (asked(address, COUNTS), numbers(address, LakeState.OLD)) == (counts, [])


def objects(s3: fs.S3FileSystem, below: str) -> list[str]:
    found = s3.get_file_info(fs.FileSelector(below, allow_not_found=True, recursive=True))
    return [one.path for one in found if one.is_file]


def test_a_lake_that_somebody_reads_goes_when_he_has_ended(
    address: LakeAddress, tmp_path: Path
) -> None:
    store = LakeStore(address, tmp_path / "wanted")
    with catalog_of(address) as catalog:
        catalog.note(begun_lake(address, catalog), LakeState.OLD)
    with psycopg.connect(address.catalog, password=PASSWORD) as reader:
        reader.execute("select * from calltouch_lake_1.held")
        with pytest.raises(StoreInUse, match="somebody reads"):
            store.drop_others()
        assert numbers(address, LakeState.OLD) == [1]
    store.drop_others()
    assert numbers(address, LakeState.OLD) == []
    store.close()


def begun_lake(address: LakeAddress, catalog: LakeCatalog) -> LakePlace:
    """By somebody else; some of the person is in it already."""
    place = catalog.new()
    with psycopg.connect(address.catalog, password=PASSWORD) as db:
        names = {"schema": sql.Identifier(place.schema), "phone": sql.Literal(PHONE)}
        for made in ("create schema {schema}", "create table {schema}.held as select {phone}"):
            db.execute(sql.SQL(made).format(**names))
    Path(place.data).mkdir(parents=True)
    (Path(place.data) / "one.parquet").write_text(PHONE)
    return place
