"""Whatever happens to the store's files, digest starts and the store is again what it must be."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from receiver.data_dir import DataDir
from receiver.digest.store_files import wal_of
from receiver.settings.settings import Settings
from tests.faults.duckdb.stores import (
    DAMAGES,
    WHEELS,
    assert_is_the_truth,
    copy_of,
    killed_before_a_checkpoint,
    step_taken,
    wait_until,
)
from tests.faults.load import Load, kept
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.road.server import serving, signed_in

CASES = rounds(1, 32)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return killed_before_a_checkpoint(tmp_path_factory.mktemp("original") / "data")


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_log_costs_nothing(
    damage: str, original: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for case in range(CASES):
        settings = copy_of(original, tmp_path / f"{case}")
        log = wal_of(DataDir(settings.data_dir).store)
        log.write_bytes(DAMAGES[damage](chance("log", damage, case), log.read_bytes()))
        assert_is_the_truth(settings, monkeypatch)
        step = step_taken(settings.data_dir)
        record(f"T-16 log with {damage}", differing=0, **{step.replace(" ", "_"): 1})


def test_a_damaged_file_is_rebuilt_or_was_not_needed(
    original: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anywhere in its header and catalogue, where DuckDB notices. Not in the middle of rows: its
    checksums find that when the block is read, which `rebuild --verify` does and digest may not."""
    for case in range(CASES):
        luck = chance("file", case)
        settings = copy_of(original, tmp_path / f"{case}")
        store = DataDir(settings.data_dir).store
        data = bytearray(store.read_bytes())
        start = luck.randrange(0, 12_288, 4096)
        data[start : start + 4096] = luck.randbytes(4096)
        store.write_bytes(data)
        assert_is_the_truth(settings, monkeypatch)
        step = step_taken(settings.data_dir)
        record("T-17 file with a garbage header", differing=0, **{step.replace(" ", "_"): 1})


def _delete(store: Path) -> None:
    store.unlink()


def _delete_both(store: Path) -> None:
    store.unlink()
    wal_of(store).unlink()


def _empty(store: Path) -> None:
    store.write_bytes(b"")


def _replace_by_garbage(store: Path) -> None:
    store.write_bytes(chance("garbage").randbytes(100_000))


def _replace_by_another_database(store: Path) -> None:
    store.unlink()
    wal_of(store).unlink()
    _make_database(store, version=None)


def _replace_by_a_newer_version(store: Path) -> None:
    """As a data team's newer DuckDB would write it."""
    store.unlink()
    wal_of(store).unlink()
    _make_database(store, version="2.0.0")


def _make_database(path: Path, version: str | None) -> None:
    options = "(storage_version 'latest')" if version else ""
    code = (
        "import duckdb; db = duckdb.connect();"
        f"db.execute(\"attach '{path}' as made {options}\");"
        "db.execute('create table made.leads as select 1 as lead_id')"
    )
    environ = {"PYTHONPATH": str(WHEELS / version)} if version else {}
    subprocess.run([sys.executable, "-c", code], env=environ, check=True)


@pytest.mark.parametrize(
    "damage",
    [
        _delete,
        _delete_both,
        _empty,
        _replace_by_garbage,
        _replace_by_another_database,
        _replace_by_a_newer_version,
    ],
    ids=lambda damage: damage.__name__.strip("_").replace("_", " "),
)
def test_another_file_in_its_place_is_replaced(
    damage: Callable[[Path], None],
    original: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = copy_of(original, tmp_path / "data")
    damage(DataDir(settings.data_dir).store)
    assert_is_the_truth(settings, monkeypatch)
    name = damage.__name__.strip("_").replace("_", " ")
    record(f"T-17 {name}", differing=0)


def test_everything_goes_on_while_the_store_is_broken_and_rebuilt(tmp_path: Path) -> None:
    """The receiver answers 200, the pages show what was published last."""
    with serving(tmp_path / "data", CALLTOUCH_PUBLISH_SECONDS="0.1") as server:
        server.send("leadtype=call&id=900000001&sendingTimestamp=1700000000")
        server.settle()
        reader = signed_in(server.dashboards, server.data_dir)
        with Load(server.receiver, clients=2) as load:
            for garbage in (b"", chance("served").randbytes(50_000)):
                before = server.log.count("digest started")
                (digest,) = server.children("calltouch.cli digest")
                subprocess.run(["kill", "-STOP", str(digest)], check=True)
                DataDir(server.data_dir).store.write_bytes(garbage)
                subprocess.run(["kill", "-KILL", str(digest)], check=True)
                while server.log.count("digest started") == before:
                    page = reader.get(server.dashboards + "/", timeout=30)
                    assert page.status_code == 200
                wait_until(lambda: "rebuilding the store" in server.log)
        server.settle()
        done = server.calltouch("rebuild", "--verify", "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        assert load.not_answered_200 == 0, load.answers
        lost = set(load.acknowledged) - kept(server.data_dir)
        assert lost == set()
        (leads,) = server.ask("select count(*) from leads")[0]
        assert leads == len(load.acknowledged) + 1
    record(
        "T-17 file broken under load, in service",
        acknowledged=len(load.acknowledged),
        lost=len(lost),
        refused=load.not_answered_200,
        slowest_s=load.slowest,
    )
