"""`calltouch prune`: what it says and does."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.receiver.digest.archive.archives import ask
from tests.receiver.digest.pruning.test_pruning import OLD, OLD_PHONE, a_call, put_at


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CALLTOUCH_CONFIG", str(tmp_path / "calltouch.toml"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calltouch.toml").touch()
    made = Settings.load()
    said = {"reclink": "https://rec.example/1", "ip": "192.0.2.7", "text[0][phrase]": "алло"}
    later = OLD + timedelta(minutes=1)
    those = (a_call(1, OLD, OLD_PHONE, **said), a_call(1, later, OLD_PHONE, **said))
    put_at(monkeypatch, made, OLD, *those)
    Digest(made).finish()
    return made


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert main(["prune", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def keep(monkeypatch: pytest.MonkeyPatch, **days: int) -> None:
    for name, count in days.items():
        monkeypatch.setenv(f"CALLTOUCH_KEEP_{name.upper()}_DAYS", str(count))


def test_it_is_off_by_default(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "--dry-run"]) == 1
    assert "CALLTOUCH_KEEP_PERSONS_DAYS" in capsys.readouterr().err


def test_a_rehearsal_says_what_would_end_and_changes_nothing(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(monkeypatch, persons=90, recordings=30, transcripts=365)
    before = {path: path.read_bytes() for path in settings.data_dir.rglob("*.parquet")}
    found = printed(capsys, "--dry-run")
    counted = {one["class"]: (one["values"], one["bytes"]) for one in found["classes"]}
    assert counted["persons"] == (2, 2 * len(OLD_PHONE))
    assert counted["recordings"] == (2, 2 * len("https://rec.example/1"))
    assert counted["transcripts"] == counted["addresses"] == counted["raw"] == (0, 0)
    assert sum(found["files"].values()) == 2
    assert {path: path.read_bytes() for path in before} == before


def test_it_is_done_at_once_and_then_there_is_nothing_left(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(monkeypatch, persons=90, addresses=90)
    assert sum(printed(capsys)["files"].values()) == 2
    assert printed(capsys, "--dry-run")["files"] == {}
    assert not DataDir(settings.data_dir).prune_wanted.exists()
    (told,) = ask(settings, "select caller_phone, ip, reclink, duration from leads")
    assert told[0].startswith("erased:")
    assert told[1].startswith("erased:")
    assert told[2:] == ("https://rec.example/1", 12)
