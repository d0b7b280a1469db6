"""The process that watches, its commands, and what `doctor` says of it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from analytics.alerts.trouble import Trouble
from calltouch.alerts.signs import sign_troubles
from calltouch.cli import main
from calltouch.doctor.alerts import CHECKS
from receiver.alerts.noting import note_findings, open_alerts_state
from receiver.alerts.outside import OutsideLook
from receiver.alerts.source import CannotLook, Findings
from receiver.alerts.telling import note_channel
from receiver.data_dir import DataDir
from receiver.inbox.watermark import Watermark
from receiver.reconcile.comparing import ReconciledDay
from receiver.reconcile.results import Results
from receiver.settings.settings import Settings
from tests.dashboards.conftest import Place
from tests.dashboards.leads import Delivered, call
from tests.receiver.alerts.test_outlets import StandIn, environment, stand_in

__all__ = ["stand_in"]
NOW = datetime.now(UTC)
_PATIENCE_SECONDS = 60.0


@contextmanager
def watching(environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "calltouch.cli", "alert", "watch"]
    process = subprocess.Popen(command, env=os.environ | environ, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(holds: Callable[[], bool]) -> None:
    gives_up_at = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < gives_up_at
        time.sleep(0.02)


def events(stand_in: StandIn) -> list[str]:
    return [
        orjson.loads(body)["event"] for path, _, body in stand_in.posted if path.startswith("/hook")
    ]


def reconciled(folder: Path, *lost: int) -> None:
    results = Results(folder / "state.sqlite")
    results.note(ReconciledDay(NOW.date(), 1, "call", 3, 0, 0, lost, ()), NOW.date())
    results.close()


def test_killed_at_any_moment_it_repeats_one_message_at_most(
    tmp_path: Path, stand_in: StandIn
) -> None:
    """And ends cleanly when asked to."""
    environ = environment(tmp_path, stand_in.port)
    reconciled(tmp_path, 7, 8)
    with watching(environ) as process:
        wait_for(lambda: "began" in events(stand_in))
        process.kill()
    reconciled(tmp_path)
    with watching(environ) as process:
        wait_for(lambda: "ended" in events(stand_in))
        process.send_signal(signal.SIGTERM)
        assert process.wait(_PATIENCE_SECONDS) == 0
    told = events(stand_in)
    assert told.count("ended") == 1
    assert told.count("began") in (1, 2)


def test_what_is_wrong_is_printed_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CALLTOUCH_ALERT_LANGUAGE", "en")
    assert main(["alert", "list"]) == 0
    assert capsys.readouterr().out == "nothing is wrong\n"
    with closing(open_alerts_state(tmp_path / "state.sqlite")) as db:
        trouble = Trouble("silence", "", "webhook_off", {"hours": 4.0, "usual": 30.0}, NOW)
        note_findings(db, "signs", (), Findings((trouble,)), NOW, timedelta())
    assert main(["alert", "list", "--json"]) == 0
    (row,) = orjson.loads(capsys.readouterr().out)
    assert row["title"] == "Leads have stopped coming"
    assert row["advice"].startswith("Look at the webhook in Calltouch's account")
    assert main(["alert", "list", "--all"]) == 0
    assert "silence" in capsys.readouterr().out


def test_a_process_of_its_own_looks_at_the_published_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place(tmp_path)
    place.add([Delivered(NOW, call(1, NOW))])
    file = tmp_path / "calltouch.toml"
    file.write_text('[alert_rules.none]\nreport = "overview"\ncolumn = "fish"\n')
    environ = {"CALLTOUCH_DATA_DIR": str(tmp_path), "CALLTOUCH_CONFIG": str(file)}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    command = (sys.executable, "-m", "calltouch.cli", "alert", "look", "rules")
    source = OutsideLook("rules", frozenset({"rule_broken"}), command, _never())
    (found,) = source.look((), "", NOW).troubles
    assert (found.kind, found.cause) == ("rule_broken", "no_column")
    with pytest.raises(CannotLook, match="it tells of rule_broken"):
        replace(source, kinds=frozenset({"rule"})).look((), "", NOW)
    assert main(["alert", "rules", "--json"]) == 0
    (row,) = orjson.loads(capsys.readouterr().out)
    assert row["state"].startswith("broken: no_column")


def test_silence_in_the_published_file_is_a_sign(tmp_path: Path) -> None:
    """As of the moment until which digest has read: what waits in the inbox is no silence."""
    place, last = Place(tmp_path), NOW - timedelta(hours=30)
    moments = [(number, last - timedelta(minutes=30 * number)) for number in range(1, 2000)]
    place.add([Delivered(at, call(number, at, siteId="1")) for number, at in moments])
    settings = Settings.load({"CALLTOUCH_DATA_DIR": str(tmp_path)})
    assert sign_troubles(settings, NOW) == [], "digest has never looked"
    inbox = DataDir(tmp_path).inbox
    inbox.mkdir()
    Watermark(inbox).raise_to(int((last + timedelta(minutes=20)).timestamp() * 1e9))
    assert sign_troubles(settings, NOW) == []
    Watermark(inbox).raise_to(int(NOW.timestamp() * 1e9))
    (found,) = sign_troubles(settings, NOW)
    assert (found.kind, found.cause) == ("silence", "webhook_off")


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import sys; sys.exit(3)", "exit code 3"),
        ("print('no json')", "it prints something else"),
        ("print('[{}]')", "it prints something else"),
    ],
)
def test_a_process_that_fails_says_nothing_of_what_is_wrong(program: str, why: str) -> None:
    source = OutsideLook("signs", frozenset(), (sys.executable, "-c", program), _never())
    with pytest.raises(CannotLook, match=why):
        source.look((), "", NOW)


def test_who_is_asked_to_stop_waits_for_no_process() -> None:
    stop = _never()
    stop.set()
    command = (sys.executable, "-c", "import time; time.sleep(600)")
    with pytest.raises(CannotLook):
        OutsideLook("signs", frozenset(), command, stop).look((), "", NOW)


def test_notes_are_written_listed_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(tmp_path))
    assert main(["note", "add", "Campaign started", "--at", "2026-11-20 09:30"]) == 0
    assert main(["note", "add", "Site down", "--site", "7", "--at", "2026-11-21"]) == 0
    capsys.readouterr()
    assert main(["note", "list", "--json"]) == 0
    newest, first = orjson.loads(capsys.readouterr().out)
    assert (newest["text"], newest["site"], newest["at"]) == ("Site down", 7, "2026-11-21 00:00")
    assert (first["at"], first["author"]) == ("2026-11-20 09:30", "calltouch")
    assert main(["note", "remove", "1"]) == 0
    assert main(["note", "remove", "1"]) == 1
    assert main(["note", "add", "x", "--at", "2026-11-20", "--until", "2026-11-19"]) == 1
    assert "--until is before --at" in capsys.readouterr().err


def test_doctor_recommends_a_channel_and_says_which_is_down(tmp_path: Path) -> None:
    settings = Settings.load({"CALLTOUCH_DATA_DIR": str(tmp_path)})
    (finding,) = [one for check in CHECKS for one in check(settings)]
    assert (finding.level, "CALLTOUCH_ALERT_TO" in finding.advice) == ("warn", True)
    settings = Settings.load(environment(tmp_path, 8000))
    (finding,) = [one for check in CHECKS for one in check(settings)]
    assert finding.level == "ok"
    with closing(open_alerts_state(tmp_path / "state.sqlite")) as db:
        note_channel(db, "phone", "Telegram answered 401", NOW)
        findings = Findings((Trouble("silence", "", "", {}, NOW),))
        note_findings(db, "signs", (), findings, NOW, timedelta())
    down, wrong = [one for check in CHECKS for one in check(settings)]
    assert (down.level, wrong.level) == ("fail", "warn")
    assert "Telegram answered 401" in down.text
    assert "silence" in wrong.text


def _never() -> threading.Event:
    return threading.Event()
