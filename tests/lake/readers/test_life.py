"""Readers go on while a lake is written, kept in shape, replaced, or away."""

import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from analytics.earlier_file import attach_completed
from analytics.lake.address import LakeAddress
from analytics.lake.catalog import LakeState, catalog_of
from analytics.lake.published_lake import PublishedLake
from analytics.lake.store import open_lake
from analytics.lake.upkeep import carry_out, upkeep_steps
from analytics.published_file import NotPublished, NotReachable, Published, resume
from analytics.store import StoreFingerprint, transaction
from dashboards.access.gate import Gate
from dashboards.access.state import AccessStore
from dashboards.app import create_dashboards
from tests.dashboards.access.signing_in import sign_in
from tests.dashboards.conftest import SETTINGS
from tests.postgres import PostgresServer

FINGERPRINT = StoreFingerprint("Europe/Moscow", "tests")
NOTE = "insert into digest.noted values ('a note', $value)"


@pytest.fixture
def written(address: LakeAddress) -> Iterator[DuckDBPyConnection]:
    with new_lake(address) as db:
        yield db


@pytest.fixture
def published(address: LakeAddress, written: DuckDBPyConnection, tmp_path: Path) -> Published:
    return Published(PublishedLake(address, tmp_path / "copy.duckdb"), attaches=attach_completed)


def new_lake(address: LakeAddress) -> DuckDBPyConnection:
    with catalog_of(address) as catalog:
        place = catalog.new()
        db = open_lake(address, place, FINGERPRINT)
        catalog.note(place, LakeState.CURRENT)
    return db


def note(db: DuckDBPyConnection, value: str) -> None:
    with transaction(db):
        db.execute(NOTE, {"value": value})


def noted(db: DuckDBPyConnection) -> int:
    ((count,),) = db.execute("select count(*) from digest.noted").fetchall()
    return int(count)


def test_before_the_first_lake_there_is_nothing_to_ask(
    address: LakeAddress, tmp_path: Path
) -> None:
    published = Published(PublishedLake(address, tmp_path / "copy.duckdb"))
    with pytest.raises(NotPublished):
        published.check()
    new_lake(address).close()
    published.check()


def test_one_request_sees_one_state(published: Published, written: DuckDBPyConnection) -> None:
    before = published.source.version()
    with published.reading() as db:
        assert noted(db) == 0
        note(written, "one")
        assert noted(db) == 0
        with published.reading() as other:
            assert noted(other) == 1
    assert published.source.version() != before


def test_what_is_at_rest_stays_and_is_attached_anew(
    published: Published, written: DuckDBPyConnection
) -> None:
    at_rest = Published(published.source.at_rest())
    with at_rest.reading() as db:
        note(written, "one")
        assert noted(db) == 0
    with at_rest.reading() as db:
        assert noted(db) == 1


def test_after_an_error_the_next_question_is_answered(
    published: Published, written: DuckDBPyConnection
) -> None:
    with published.reading() as db:
        db.execute("create temp table kept as select 1 as one")
        with pytest.raises(duckdb.Error):
            db.execute("select error('boom') from freshness union all select error('boom')")
            db.fetchall()
        with pytest.raises(duckdb.TransactionException):
            noted(db)
        assert resume(db)
        assert noted(db) == 0


def test_nothing_else_can_be_reached(published: Published, written: DuckDBPyConnection) -> None:
    with published.reading() as db:
        for tried in ("from read_text('/etc/hostname')", "attach '/tmp/other.duckdb'"):
            with pytest.raises(duckdb.PermissionException):
                db.execute(tried)
        with pytest.raises(duckdb.Error, match="read-only"):
            db.execute("delete from digest.noted")
        resume(db)
        listed = db.execute("select * from duckdb_secrets()").fetchall()
        assert "a secret's" not in repr(listed)


def test_a_lake_that_was_made_anew_is_followed(
    published: Published, written: DuckDBPyConnection, address: LakeAddress
) -> None:
    with published.reading() as db:
        with new_lake(address) as other:
            note(other, "in the new one")
        assert noted(db) == 0
    with published.reading() as db:
        assert noted(db) == 1


def test_readers_see_no_error_while_it_is_written_and_kept_in_shape(
    published: Published, written: DuckDBPyConnection
) -> None:
    stop, seen, errors = threading.Event(), [0], list[str]()

    def ask() -> None:
        while not stop.is_set():
            try:
                with published.reading() as db:
                    seen.append(noted(db))
            except (duckdb.Error, NotPublished) as error:
                errors.append(repr(error))

    readers = [threading.Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for number, step in enumerate(upkeep_steps(written)):
            note(written, f"{number}")
            carry_out(written, step)
    finally:
        stop.set()
    for reader in readers:
        reader.join()
    assert not errors
    assert max(seen) > 5


def test_postgres_that_was_started_again_is_found_again(
    published: Published, written: DuckDBPyConnection, postgres: PostgresServer, tmp_path: Path
) -> None:
    access = AccessStore(tmp_path / "state.sqlite")
    client = sign_in(create_dashboards(published, SETTINGS, Gate(access)).test_client(), access)
    assert client.get("/").status_code == 200
    postgres.stop()
    try:
        page = client.get("/?lang=en")
        assert page.status_code == 503
        assert "check that the PostgreSQL that holds the catalogue is running" in page.text
        assert client.get("/api/reports/freshness").status_code == 503
        for _ in range(3):
            with pytest.raises(NotReachable) as refused, published.reading():
                pass
            assert "secret" not in str(refused.value)
    finally:
        postgres.start()
    threading.Event().wait(1.1)
    assert client.get("/").status_code == 200
