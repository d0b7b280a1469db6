"""What is printed reaches terminals of every encoding."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TERMINALS = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "cp1251": {"PYTHONIOENCODING": "cp1251"},
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
TOML = """
smtp_user = "Анна — отчёты 😀"
[webhooks.a]
rename = {"телефон" = "callerphone"}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "calltouch.toml").write_text(TOML, encoding="utf-8")
    return tmp_path


def run(place: Path, terminal: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("CALLTOUCH_")}
    return subprocess.run(
        [sys.executable, "-m", "calltouch.cli", *arguments],
        cwd=place,
        env=kept | {"CALLTOUCH_DATA_DIR": str(place / "data")} | TERMINALS[terminal],
        capture_output=True,
        timeout=120,
    )


@pytest.mark.parametrize("terminal", TERMINALS)
def test_settings_are_printed_and_as_json_they_are_the_same(place: Path, terminal: str) -> None:
    plain = run(place, terminal, "config")
    assert (plain.returncode, plain.stderr) == (0, b"")
    assert b"smtp_user" in plain.stdout
    encoding = {"C": "ascii"}.get(terminal, terminal)
    given = run(place, terminal, "config", "--json").stdout.decode(encoding)
    values = {row["setting"]: row["value"] for row in json.loads(given)}
    assert values["smtp_user"] == "Анна — отчёты 😀"
    assert values["webhooks.a.rename"] == ["телефон → callerphone"]


def test_errors_and_names_that_are_no_text_are_printed_too(place: Path) -> None:
    (place / "calltouch.toml").write_text('"порт" = 1', encoding="utf-8")
    wrong = run(place, "ascii", "config")
    assert wrong.returncode == 2
    assert b"Traceback" not in wrong.stderr
    strange = os.fsdecode(b"\xff\xfe")
    assert b"Traceback" not in run(place, "C", "report", "--page", strange).stderr
