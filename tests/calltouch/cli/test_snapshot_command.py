"""`calltouch snapshot`: what it writes, and what it refuses."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics.compare import compare
from analytics.published_file import Published, PublishedFile
from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.digest.rebuild import rebuild
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.receiver.backup.installation import copied_installation
from tests.receiver.deliveries import call, put
from tests.receiver.digest.archive.archives import ask, digest_more
from tests.receiver.digest.erasing.conftest import erased, original_world, settled
from tests.road.test_published_file import VERSIONS, WHEELS

__all__ = ["erased", "original_world", "settled"]


@pytest.fixture
def world(erased: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """One person of it is erased."""
    settings = copied_installation(erased, tmp_path)
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CALLTOUCH_CONFIG", str(tmp_path / "calltouch.toml"))
    monkeypatch.chdir(tmp_path)
    return settings


def instant_after(settings: Settings, delivery_id: int) -> Any:
    ((received_at,),) = ask(
        settings, f"select received_at from deliveries where delivery_id = {delivery_id}"
    )
    return received_at


def snapshot(*arguments: str) -> int:
    return main(["snapshot", *arguments])


def test_it_equals_a_rebuild_of_what_had_been_received(
    world: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a world with an erased person, in which leads have changed since."""
    out, rebuilt = tmp_path / "then.duckdb", tmp_path / "rebuilt.duckdb"
    ((last_id,),) = ask(world, "select max(delivery_id) from deliveries")
    put(world, [call(501, 1795000950, status="x"), call(700, 1795000950, source="y"), call(900)])
    Digest(world).finish()
    then = instant_after(world, last_id)
    capsys.readouterr()
    assert snapshot("--as-of", then.isoformat(), "--out", str(out), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["path"], told["last_delivery_id"]) == (str(out), last_id)
    rebuild(world, rebuilt, last_id)
    comparison = compare(out, rebuilt, ("snapshot", "rebuilt"))
    assert comparison.is_equal, comparison.examples
    assert comparison.rows["deliveries"] == last_id
    assert not compare(out, DataDir(world.data_dir).published, ("snapshot", "now")).is_equal
    with Published(PublishedFile(out)).reading() as db:
        basis = db.execute("from digest.basis order by name").fetchall()
    assert basis == ask(world, "from digest.basis order by name")
    assert ("erasures", "1") in basis


def test_what_cannot_be_written_or_asked_is_refused(
    world: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "then.duckdb"
    for as_of, place, says in (
        ("2999-01-01", out, "not over yet"),
        ("soon", out, "not an instant"),
        ("2020-01-01", DataDir(world.data_dir).published, "in the data directory"),
    ):
        assert snapshot("--as-of", as_of, "--out", str(place), "--force") == 2
        assert says in capsys.readouterr().err
    assert snapshot("--as-of", "2020-01-01", "--out", str(out)) == 1
    assert "the first delivery came at" in capsys.readouterr().err
    ((received_at,),) = ask(world, "select max(received_at) from deliveries")
    nowhere = str(tmp_path / "none" / "x")
    assert snapshot("--as-of", received_at.isoformat(), "--out", nowhere) == 1
    assert "cannot write" in capsys.readouterr().err
    assert not out.exists()


def test_a_file_that_is_there_is_replaced_by_force_alone(world: Settings, tmp_path: Path) -> None:
    out = tmp_path / "then.duckdb"
    out.write_text("mine")
    ((last_id,),) = ask(world, "select max(delivery_id) from deliveries")
    arguments = ("--as-of", instant_after(world, last_id).isoformat(), "--out", str(out))
    assert snapshot(*arguments) == 2
    assert out.read_text() == "mine"
    assert snapshot(*arguments, "--force") == 0
    with Published(PublishedFile(out)).reading() as db:
        assert db.execute("select last_delivery_id from freshness").fetchall() == [(last_id,)]


def test_what_was_received_until_then_must_have_been_published(
    world: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of an instant after which something has been published it need not be asked."""
    out = tmp_path / "then.duckdb"
    ((last_id,),) = ask(world, "select max(delivery_id) from deliveries")
    last = instant_after(world, last_id)
    put(world, [call(950)])
    assert snapshot("--as-of", last.isoformat(), "--out", str(out)) == 1
    assert "calltouch settle" in capsys.readouterr().err
    earlier = (last - timedelta(microseconds=1)).isoformat()
    assert snapshot("--as-of", earlier, "--out", str(out)) == 0


QUESTIONS = """
import duckdb, sys
assert duckdb.__version__ == sys.argv[2], duckdb.__version__
db = duckdb.connect(sys.argv[1], read_only=True)
for (table,) in db.execute(
    "select table_name from information_schema.tables where table_schema = 'main'"
).fetchall():
    db.execute(f"select count(*), max(t::varchar) from {table} as t").fetchall()
print(db.execute("select count(*) from leads").fetchone()[0])
"""


def test_every_duckdb_opens_it(world: Settings, tmp_path: Path) -> None:
    out = tmp_path / "then.duckdb"
    digest_more(world)
    ((last_id,),) = ask(world, "select max(delivery_id) - 1 from deliveries")
    last = instant_after(world, last_id)
    assert snapshot("--as-of", last.isoformat(), "--out", str(out)) == 0
    for version in VERSIONS:
        done = subprocess.run(
            [sys.executable, "-S", "-c", QUESTIONS, str(out), version],
            env={"PYTHONPATH": str(WHEELS / version)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert int(done.stdout) > 0
