"""`calltouch keyed`: what it says, when it does nothing, and what doctor says of the file."""

import json
import os
import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.keyed.age import KeyedAge, keyed_age
from analytics.published_file import PublishedFile
from calltouch.cli import main
from calltouch.cli.serve import _children
from calltouch.doctor import keyed_file
from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.process_lock import hold
from receiver.processes import available_memory
from receiver.settings.settings import Settings
from tests.receiver.deliveries import call, put


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(os, "nice", lambda by: by)
    monkeypatch.setattr("calltouch.cli.keyed.first_out_of_memory", lambda: None)
    monkeypatch.chdir(tmp_path)
    made = Settings.load()
    put(made, [call(1, callerphone="79161234567"), call(2, callerphone="79161234567")])
    Digest(made).finish()
    return made


def made_at(place: DataDir) -> KeyedAge:
    age = keyed_age(place.keyed, PublishedFile(place.published))
    assert age is not None
    return age


def test_it_says_what_it_made(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    place = DataDir(settings.data_dir)
    assert main(["keyed", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["rows"]["leads"] == said["rows"]["deliveries"] == 2
    assert (said["file"], said["bytes"]) == (str(place.keyed), place.keyed.stat().st_size)
    assert said["published_at"] < said["keyed_at"]
    assert main(["keyed"]) == 0
    assert "leads" in capsys.readouterr().out


def test_on_the_clock_it_waits_for_memory(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand it is made all the same."""
    place = DataDir(settings.data_dir)
    monkeypatch.setattr("calltouch.cli.keyed.available_memory", lambda: 200 << 20)
    assert main(["keyed", "--if-due"]) == 1
    assert not place.keyed.exists()
    assert "200 MB are free" in capsys.readouterr().err
    monkeypatch.setattr("calltouch.cli.keyed.available_memory", lambda: 400 << 20)
    assert main(["keyed", "--if-due"]) == 0
    made_at(place)
    monkeypatch.setattr("calltouch.cli.keyed.available_memory", lambda: 200 << 20)
    assert main(["keyed"]) == 0


def test_the_kernel_says_how_much_memory_there_is(tmp_path: Path) -> None:
    said = tmp_path / "meminfo"
    said.write_text("MemTotal: 9 kB\nMemAvailable:     2048 kB\n", encoding="ascii")
    assert available_memory(said) == 2 << 20
    assert available_memory(tmp_path / "none") is None
    assert (available_memory() or 0) > 1 << 20


def test_on_the_clock_it_waits_for_a_newer_file_and_half_of_the_interval(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = DataDir(settings.data_dir)
    assert main(["keyed", "--if-due"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert re.search(rf"INFO calltouch\.cli\.keyed\[\d+\]: {place.keyed}: [\d.]+ MB", said.err)
    first = made_at(place)
    monkeypatch.setenv("CALLTOUCH_KEYED_SECONDS", "1")
    assert main(["keyed", "--if-due"]) == 0
    assert made_at(place) == first
    put(settings, [call(3)])
    Digest(settings).finish()
    assert made_at(place).is_behind
    monkeypatch.setenv("CALLTOUCH_KEYED_SECONDS", "86400")
    assert main(["keyed", "--if-due"]) == 0
    assert made_at(place).keyed_at == first.keyed_at
    monkeypatch.setenv("CALLTOUCH_KEYED_SECONDS", "0")
    assert main(["keyed", "--if-due"]) == 0
    assert made_at(place).keyed_at > first.keyed_at


def test_two_do_not_make_it_at_once(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with hold(DataDir(settings.data_dir).keyed_lock):
        assert main(["keyed"]) == 1
    assert "is being made" in capsys.readouterr().err


def test_before_anything_is_published_it_says_so(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    DataDir(settings.data_dir).published.unlink()
    assert main(["keyed"]) == 1
    assert "has not been published yet" in capsys.readouterr().err
    assert keyed_file.CHECKS[0](settings) == []


def test_doctor_says_when_it_is_late(settings: Settings) -> None:
    (check,) = keyed_file.CHECKS
    assert [one.level for one in check(settings)] == ["warn"]
    assert main(["keyed"]) == 0
    assert [one.level for one in check(settings)] == ["ok"]
    put(settings, [call(3)])
    Digest(settings).finish()
    assert [one.level for one in check(settings)] == ["ok"]
    impatient = replace(settings, keyed_seconds=-1)
    assert [one.level for one in check(impatient)] == ["warn"]
    assert check(replace(settings, keyed_seconds=0)) == []


def test_serve_makes_it_on_a_clock_unless_told_not_to(settings: Settings) -> None:
    with socket.socket() as one, socket.socket() as other:
        (child,) = [c for c in _children(settings, one, other) if c.name == "keyed"]
        place = DataDir(settings.data_dir)
        assert (child.interval, child.makes, child.waits_for) == (
            3600, place.keyed, place.published
        )  # fmt: skip
        never = replace(settings, keyed_seconds=0)
        assert "keyed" not in {c.name for c in _children(never, one, other)}
