"""A data directory that cannot be written and a state.sqlite that cannot be used are said in words,
with what to do."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from analytics import state_file
from analytics.state_file import open_state
from calltouch.cli import main
from calltouch.doctor import Finding, examine
from receiver.data_dir import DataDir, InvalidDataDir, check_writable, prepare
from receiver.settings.settings import Settings

NOBODY = 65534


@pytest.fixture
def data_dir(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where others than this user get to, too."""
    above = Path(tempfile.mkdtemp())
    above.chmod(0o755)
    directory = above / "data"
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(directory))
    monkeypatch.setenv("CALLTOUCH_PORT", "1")
    directory.mkdir(mode=0o755)
    yield directory
    shutil.rmtree(above)


@contextmanager
def somebody_else() -> Iterator[None]:
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def read_only(data_dir: Path) -> Iterator[Path]:
    """The data directory on a file system that is mounted read-only."""
    mounting = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(data_dir)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield data_dir
    subprocess.run(["umount", str(data_dir)], check=True)


def found(check: str) -> Finding:
    (finding,) = [one for one in examine(Settings.load()) if one.check == check]
    return finding


def damage(data_dir: Path, kind: str) -> None:
    path = DataDir(data_dir).state
    with closing(open_state(path, "create table t (x text); create index i on t (x);")) as db:
        db.executemany("insert into t values (?)", [(f"{n:0>500}",) for n in range(500)])
        db.execute("pragma wal_checkpoint(truncate)")
    data = bytearray(path.read_bytes())
    if kind == "overwritten":
        data[:] = b"hello " * 1000
    elif kind == "pages":
        data[4096 * 3 :] = os.urandom(len(data) - 4096 * 3)
    else:
        del data[len(data) // 2 :]
    path.write_bytes(data)


@pytest.mark.parametrize("kind", ["overwritten", "pages", "truncated"])
def test_doctor_says_that_the_state_is_damaged(data_dir: Path, kind: str) -> None:
    assert found("state.sqlite").level == "ok"
    damage(data_dir, kind)
    finding = found("state.sqlite")
    assert finding.level == "fail"
    assert "is damaged" in finding.text
    assert f"mv {data_dir}/state.sqlite" in finding.advice


@pytest.mark.parametrize("command", ["user list", "token list", "resync --trailing 1d --site 1"])
def test_commands_say_it_without_a_traceback(
    data_dir: Path,
    command: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CALLTOUCH_API_TOKEN", "x")
    damage(data_dir, "overwritten")
    assert main(command.split()) == 1
    told = capsys.readouterr().err
    assert "state.sqlite is damaged (file is not a database)" in told
    assert "Traceback" not in told


def test_the_state_of_another_user(data_dir: Path) -> None:
    open_state(DataDir(data_dir).state, "").close()
    data_dir.chmod(0o777)
    with somebody_else():
        finding = found("state.sqlite")
    assert finding.level == "fail"
    assert f"uid {NOBODY}" in finding.text + finding.advice
    assert "chown" in finding.advice


def test_other_troubles_have_other_advice(tmp_path: Path) -> None:
    def advice(code: int) -> str:
        error = sqlite3.OperationalError("x")
        error.sqlite_errorcode = code
        return state_file.trouble_with(tmp_path, error)

    assert "make room" in advice(sqlite3.SQLITE_FULL)
    assert "make room" in advice(sqlite3.SQLITE_IOERR_WRITE)
    assert "in use" in advice(sqlite3.SQLITE_BUSY)
    assert "chown" in advice(sqlite3.SQLITE_READONLY_DIRECTORY)
    assert "chown" in advice(sqlite3.SQLITE_CANTOPEN)
    assert "is damaged" in advice(sqlite3.SQLITE_CORRUPT_INDEX)


def test_a_data_directory_of_another_user(data_dir: Path) -> None:
    check_writable(data_dir)
    with somebody_else():
        with pytest.raises(InvalidDataDir, match=rf"uid {NOBODY}, it belongs to 0\); .*chown"):
            check_writable(data_dir)
        with pytest.raises(InvalidDataDir, match="cannot be created: Permission denied"):
            prepare(data_dir / "below")
        finding = found("data directory")
    assert finding.level == "fail"
    assert "cannot be written" in finding.text
    assert "chown" in finding.advice


def test_a_read_only_file_system(read_only: Path, capsys: pytest.CaptureFixture[str]) -> None:
    finding = found("data directory")
    assert finding.level == "fail"
    assert "its file system is read-only" in finding.text
    assert "mount it writable" in finding.advice
    for command in ("serve --port 0 --dashboards-port 0", "digest --once", "settle", "rebuild"):
        assert main(command.split()) == 1, command
        assert "its file system is read-only" in capsys.readouterr().err, command
