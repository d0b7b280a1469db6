"""What every command promises: help with an example, exit codes, JSON, plain words."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from calltouch.cli import COMMANDS, main
from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.receiver.deliveries import call, put


@pytest.fixture(autouse=True)
def of_its_own(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Commands read this test's settings only."""
    for name in [name for name in os.environ if name.startswith("CALLTOUCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(settings.data_dir))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    assert f"Example: calltouch {name}" in capsys.readouterr().out


def test_the_list_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    output = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n  {name} " not in output] == []


@pytest.mark.parametrize("arguments", [["nothing"], ["settle", "--tiemout", "1"], ["rebuild", "x"]])
def test_wrong_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err


def test_wrong_settings_are_2_and_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLTOUCH_PRT", "1")
    assert main(["config"]) == 2
    assert capsys.readouterr().err == (
        "calltouch: unknown setting CALLTOUCH_PRT; did you mean CALLTOUCH_PORT?\n"
    )


def test_config_tells_values_and_where_they_came_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "calltouch.toml").write_text(
        'workers = 3\n[webhooks.crm]\nrename = {a = "b"}\nsecret = "hidden"\n', encoding="utf-8"
    )
    monkeypatch.setenv("CALLTOUCH_API_TOKEN", "hidden")
    assert main(["config", "--json"]) == 0
    output = capsys.readouterr().out
    rows = {row["setting"]: row for row in json.loads(output)}
    assert "hidden" not in output
    assert (rows["workers"]["value"], rows["workers"]["from"]) == (3, "calltouch.toml")
    assert (rows["api_token"]["value"], rows["api_token"]["from"]) == (
        "********",
        "CALLTOUCH_API_TOKEN",
    )
    assert rows["webhooks.crm.rename"]["value"] == ["a → b"]
    assert main(["config"]) == 0
    assert "92.118.66.0/23" in capsys.readouterr().out


def test_settle_digests_by_itself_when_nothing_else_does(settings: Settings) -> None:
    put(settings, [call(1)])
    assert main(["settle"]) == 0
    assert main(["rebuild", "--verify"]) == 0


def test_settle_gives_up_after_its_timeout_and_says_who_holds_it_up(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    put(settings, [call(1)])
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from receiver.process_lock import digest_lock\n"
        "with digest_lock(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(settings.data_dir)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert main(["settle", "--timeout", "0.3"]) == 1
        assert f"by process {other.pid}" in capsys.readouterr().err
        assert main(["digest", "--once"]) == 1
        other.kill()


def test_doctor_finds_what_is_wrong_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    put(settings, [call(1)])
    Digest(settings).finish()
    monkeypatch.setenv("CALLTOUCH_ALLOWED_NETWORKS", "10.0.0.0/8")
    monkeypatch.setenv("CALLTOUCH_PORT", "9")
    assert main(["doctor", "--json"]) == 1
    findings = {one["check"]: one for one in json.loads(capsys.readouterr().out)}
    assert findings["allowed networks"]["level"] == "fail"
    assert "92.118.66.0/23" in findings["allowed networks"]["advice"]
    assert findings["secret"]["level"] == "warn"
    assert "Отправка данных во внешние системы → Вебхуки»" in findings["secret"]["advice"]
    assert findings["digest"]["level"] == "warn"
    assert findings["receiver"]["level"] == "warn"
    assert findings["data directory"]["level"] == "ok"
    assert findings["published file"]["level"] == "ok"
    assert "last delivery 1" in findings["published file"]["text"]


@pytest.mark.parametrize(
    ("mode", "configured", "level", "words"),
    [
        (0o444, None, "warn", "CALLTOUCH_PUBLISHED_MODE=0440"),
        (0o444, "0444", "ok", ""),
        (0o440, None, "ok", ""),
    ],
)
def test_doctor_says_who_may_read_the_published_file(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    settings: Settings,
    mode: int,
    configured: str | None,
    level: str,
    words: str,
) -> None:
    Digest(settings).finish()
    DataDir(settings.data_dir).published.chmod(mode)
    if configured:
        monkeypatch.setenv("CALLTOUCH_PUBLISHED_MODE", configured)
    main(["doctor", "--json"])
    findings = {one["check"]: one for one in json.loads(capsys.readouterr().out)}
    assert findings["who may read it"]["level"] == level
    assert words in findings["who may read it"]["advice"]


def test_doctor_tells_service_links_from_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLTOUCH_PORT", "tcp://10.96.0.12:8000")
    main(["doctor", "--json"])
    findings = {one["check"]: one for one in json.loads(capsys.readouterr().out)}
    assert "enableServiceLinks: false" in findings["environment"]["advice"]


def test_doctor_is_content_with_what_is_right(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLTOUCH_WEBHOOK_SECRET", "s3cret")
    assert main(["doctor"]) == 0
    output = capsys.readouterr().out
    assert "fail" not in output
    assert "s3cret" not in output
