"""`calltouch erase`: what it prints and asks, what it leaves, and what a restore does with it."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.inbox.writer import InboxWriter
from receiver.process_lock import digest_lock
from receiver.settings.settings import Settings
from tests.byte_search import search_bytes
from tests.receiver.backup.installation import copied_installation
from tests.receiver.deliveries import call
from tests.receiver.digest.archive.archives import archive_of, ask, settings_of
from tests.receiver.digest.erasing.conftest import original_world
from tests.receiver.digest.erasing.world import EMAIL, LEADS, PHONE, SOUGHT, SPELT

__all__ = ["original_world"]


@pytest.fixture
def world(original_world: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = copied_installation(original_world, tmp_path)
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CALLTOUCH_CONFIG", str(tmp_path / "calltouch.toml"))
    monkeypatch.chdir(tmp_path)
    return settings


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert main(["erase", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_rehearsal_counts_and_names_nobody(
    world: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in world.data_dir.rglob("*.parquet")}
    found = printed(capsys, "--phone", SPELT, "--email", EMAIL, "--dry-run")
    assert (found["leads"], found["deliveries"]) == (len(LEADS), 5)
    assert found["places"]["state.sqlite: audit"] == 2
    assert found["places"]["flows.sqlite: bodies"] == 1
    assert search_bytes(json.dumps(found).encode(), SOUGHT) == set()
    assert {path: path.read_bytes() for path in before} == before
    assert not DataDir(world.data_dir).orders.exists()


def test_what_is_erased_is_told_in_an_act_that_names_nobody(
    world: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOB_ASKED_BY", "anna")
    erased = printed(capsys, "--lead", "call:501", "--email", EMAIL, "--yes", "--act", "act.html")
    assert (erased["act"], erased["leads"], erased["deliveries"]) == (1, len(LEADS), 5)
    page = Path("act.html").read_text()
    assert "№ 1" in page
    assert erased["by"] == "anna", "who started it in the browser"
    assert erased["files"][0]["sha256"] in page
    assert search_bytes(page.encode(), SOUGHT) == set()
    assert [entry.sha256 for entry in archive_of(world).entries()] == [
        file["sha256"] for file in erased["files"]
    ]
    found = "select count(*) from leads where caller_phone like '%9161234567'"
    assert ask(world, found) == [(0,)]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "say whom"),
        (("--lead", "501"), "write it as call:123"),
        (("--phone", PHONE), "add --yes"),
        (("--phone", "нет", "--yes"), "no phone"),
    ],
)
def test_what_is_unclear_is_refused(
    world: Settings, arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["erase", *arguments]) in (1, 2)
    assert says in capsys.readouterr().err
    assert not DataDir(world.data_dir).orders.exists()


def test_an_older_backup_is_erased_again_when_it_is_restored(
    world: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", "--to", "backups"]) == 0
    assert main(["erase", "--phone", PHONE, "--email", EMAIL, "--yes"]) == 0
    of_erased = "select * exclude (first_received_at, last_received_at) from leads order by all"
    before = ask(world, of_erased)
    capsys.readouterr()
    assert main(["restore", "--from", "backups", "--to", "new", "--json"]) == 0
    restored = json.loads(capsys.readouterr().out)
    assert (restored["erased_again"], restored["differing_days"]) == (1, [])
    new = settings_of(tmp_path / "new")
    assert ask(new, of_erased) == before
    bodies = [one.entry.received.delivery for one in archive_of(new).read()]
    assert bodies == [one.entry.received.delivery for one in archive_of(world).read()]
    assert not any(search_bytes(one.body, SOUGHT) for one in bodies)


def test_a_running_digest_carries_it_out_while_deliveries_come(
    world: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    stop, inbox = threading.Event(), InboxWriter(DataDir(world.data_dir).inbox)
    inbox.put(call(503, callerphone=PHONE))

    def run() -> None:
        with digest_lock(world.data_dir, patience=20):
            digest = Digest(world, stop)
            is_running.set()
            digest.run()

    is_running = threading.Event()
    digesting = threading.Thread(target=run)
    digesting.start()
    try:
        assert is_running.wait(60)
        erased = printed(capsys, "--phone", PHONE, "--email", EMAIL, "--yes")
        assert erased["leads"] == len(LEADS) + 1
        inbox.put(call(503, 1795009000, callerphone=PHONE))
    finally:
        stop.set()
        digesting.join()
        inbox.close()
    found = "select count(*), count(person) from leads where caller_phone like 'erased:%'"
    assert ask(world, found) == [(len(LEADS), len(LEADS))]
    assert ask(world, "select caller_phone like 'erased:%' from leads where lead_id = 503") == [
        (True,)
    ]
