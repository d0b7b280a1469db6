"""Very many deliveries at once: the same store as batch by batch, whatever happens."""

import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from analytics.compare import compare
from receiver.data_dir import DataDir
from receiver.digest import rebuild as module
from receiver.digest.rebuild import rebuild
from receiver.digest.running import Digest
from receiver.inbox.delivery import Delivery
from receiver.settings.settings import Settings
from tests.receiver.deliveries import call, delivery, put

BATCH_BY_BATCH = "rebuilding batch by batch"


def all_kinds(leads: int = 120) -> list[Delivery]:
    """Calls and requests in several pieces, not in their order; some of no lead, some damaged."""
    found = []
    for n in range(480):
        webhook = ("default", "second")[n % 3 == 0]
        lead = n * 7919 % leads
        # Of some people, who call again and again.
        phone = f"7916000{lead % 16:04}"
        said = {"comment": f"речь {n}", "callerphone": phone, "siteId": f"{lead % 3}"}
        found.append(call(lead, 1695673778 - n, webhook=webhook, **said))
        if n % 5 == 0:
            found.append(delivery(f"leadtype=request&requestId={lead}&comment[0][party]={n}"))
        if n % 11 == 0:
            found.append(delivery(("", "id=x", "{{leadtype}}", "%ff=%zz", "{")[n % 5]))
    return found


def rebuilt(settings: Settings, target: Path, **asked: Any) -> int:
    """In batches and shares so small that there are several of each."""
    with pytest.MonkeyPatch.context() as small:
        small.setattr("receiver.digest.batch.MAX_DELIVERIES", 200)
        small.setattr("receiver.digest.workers.spill.MOST_DELIVERIES", 50)
        return rebuild(settings, target, **asked)


@dataclass(frozen=True)
class World:
    """A data directory that is only read, and what digest has made of it."""

    settings: Settings
    published: Path


def settled(settings: Settings, deliveries: Iterable[Delivery]) -> World:
    put(settings, deliveries)
    Digest(settings).finish()
    return World(settings, DataDir(settings.data_dir).published)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    data_dir = str(tmp_path_factory.mktemp("world"))
    return settled(Settings.load({"CALLTOUCH_DATA_DIR": data_dir}), all_kinds())


def same(world: World, target: Path) -> int:
    """How many deliveries both stores hold."""
    comparison = compare(world.published, target, ("digest", "rebuild"))
    assert comparison.differing == dict.fromkeys(comparison.differing, 0)
    return comparison.rows["deliveries"]


def test_every_kind_of_delivery_comes_out_as_in_digest(
    world: World,
    tmp_path: Path,
    started: list[subprocess.Popen[bytes]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[int] = []
    count = rebuilt(world.settings, tmp_path / "rebuilt.duckdb", progress=done.append)
    assert same(world, tmp_path / "rebuilt.duckdb") == count == sum(done)
    assert count > 600
    assert [process.returncode for process in started] == [0, 0]
    assert BATCH_BY_BATCH not in caplog.text


def test_a_rebuilt_store_goes_on_where_the_old_one_was(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    shutil.copytree(world.settings.data_dir, settings.data_dir, dirs_exist_ok=True)
    rebuilt(settings, tmp_path / "rebuilt.duckdb")
    (tmp_path / "rebuilt.duckdb").rename(DataDir(settings.data_dir).rebuilt)
    world = settled(settings, all_kinds(leads=160))
    rebuilt(settings, tmp_path / "again.duckdb")
    assert same(world, tmp_path / "again.duckdb") > 1200


def test_what_is_still_in_the_inbox_is_not_digested_again(
    settings: Settings, tmp_path: Path
) -> None:
    put(settings, all_kinds())
    count = rebuilt(settings, tmp_path / "rebuilt.duckdb")
    (tmp_path / "rebuilt.duckdb").rename(DataDir(settings.data_dir).rebuilt)
    world = settled(settings, [call(1)])
    rebuilt(settings, tmp_path / "again.duckdb")
    assert same(world, tmp_path / "again.duckdb") == count + 1


def test_up_to_an_id(world: World, tmp_path: Path) -> None:
    assert rebuilt(world.settings, tmp_path / "rebuilt.duckdb", until_id=444) == 444


def test_the_processes_are_not_started_for_a_few_deliveries(
    settings: Settings, tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    world = settled(settings, [call(n) for n in range(40)])
    rebuilt(settings, tmp_path / "rebuilt.duckdb")
    assert same(world, tmp_path / "rebuilt.duckdb") == 40
    assert not started


@pytest.mark.parametrize("program", ["/bin/false", "/there/is/no/such/program"])
def test_processes_that_cannot_be_started_are_done_without(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    program: str,
) -> None:
    monkeypatch.setattr("sys.executable", program)
    count = rebuilt(world.settings, tmp_path / "rebuilt.duckdb")
    assert same(world, tmp_path / "rebuilt.duckdb") == count
    assert BATCH_BY_BATCH in caplog.text


@pytest.mark.parametrize("share", [0, 0.55])
def test_a_process_that_dies_is_done_without(
    world: World,
    tmp_path: Path,
    started: list[subprocess.Popen[bytes]],
    caplog: pytest.LogCaptureFixture,
    share: float,
) -> None:
    """While deliveries are put aside, or while leads are folded."""
    done: list[int] = []

    def kill(count: int) -> None:
        done.append(count)
        if sum(done) >= share * 600 and started[0].returncode is None:
            started[0].kill()
            started[0].wait()

    count = rebuilt(world.settings, tmp_path / "rebuilt.duckdb", progress=kill)
    assert same(world, tmp_path / "rebuilt.duckdb") == count
    assert BATCH_BY_BATCH in caplog.text


def test_a_lead_with_a_very_long_history_is_folded_some_at_a_time(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    texts = dict.fromkeys(("subject", "manager", "comment", "fio"), "x" * 250_000)
    long = [call(1, 1695673778 + n, **texts) for n in range(38)]
    world = settled(settings, [*all_kinds(), *long])
    done: list[int] = []
    count = rebuilt(settings, tmp_path / "rebuilt.duckdb", progress=done.append)
    assert same(world, tmp_path / "rebuilt.duckdb") == count == sum(done)
    assert BATCH_BY_BATCH not in caplog.text


def test_a_lead_that_the_store_cannot_take_is_quarantined(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(*_: object) -> None:
        raise OverflowError

    monkeypatch.setattr("receiver.digest.by_leads.write_whole", refuse)
    count = rebuilt(world.settings, tmp_path / "rebuilt.duckdb")
    assert same(world, tmp_path / "rebuilt.duckdb") == count
    assert BATCH_BY_BATCH in caplog.text


def test_who_gives_up_leaves_no_process_and_no_file(
    world: World, tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    before = sorted(world.settings.data_dir.iterdir())

    def give_up(_: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        rebuilt(world.settings, tmp_path / "rebuilt.duckdb", progress=give_up)
    assert [process.returncode for process in started] == [0, 0]
    assert sorted(world.settings.data_dir.iterdir()) == before
    assert module.count_missing(world.settings) > 600
