"""The units, as systemd itself reads them: every word known, and little that they may do."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
INSTALLED = "/opt/calltouch-receiver/.venv/bin/calltouch"
# Of ten, times ten. Without any of our lines it is 96.
MOST_EXPOSED = "20"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """As they are, but for where the command is: verifying looks whether it is there."""
    for name in ("calltouch.service", "calltouch.socket"):
        written = (DEPLOY / name).read_text(encoding="utf-8")
        here = Path(sys.executable).with_name("calltouch")
        (tmp_path / name).write_text(written.replace(INSTALLED, str(here)), encoding="utf-8")
    return tmp_path


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Where there is no systemd, nobody uses the units."""
    command = shutil.which("systemd-analyze")
    if command is None:
        pytest.skip("no systemd-analyze")
    return subprocess.run([command, *arguments], capture_output=True, text=True, timeout=60)


def test_systemd_understands_every_line(units: Path) -> None:
    found = analyze("verify", units / "calltouch.service", units / "calltouch.socket")
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("Restart=always", "Restart=sometimes"),
        ("ProtectHome=true", "ProtectsHome=true"),
        ("bin/calltouch serve", "bin/calltouched serve"),
    ],
)
def test_a_line_that_it_does_not_understand_is_noticed(units: Path, line: str, broken: str) -> None:
    service = units / "calltouch.service"
    written = service.read_text(encoding="utf-8")
    assert line in written
    service.write_text(written.replace(line, broken), encoding="utf-8")
    assert analyze("verify", service, units / "calltouch.socket").stderr


def test_the_service_may_do_little(units: Path) -> None:
    found = analyze(
        *("security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}"),
        units / "calltouch.service",
    )
    assert found.returncode == 0, found.stdout
