"""Commands that read the store answer over a lake as over the file."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from analytics.compare import compare
from analytics.reconcile import open_scratch
from analytics.store import StoreFingerprint
from calltouch.cli import main
from receiver.person_key import person_key
from tests.analytics.reports.world import PUBLISHED, ZONE
from tests.lake.readers.conftest import THEN, Twins

Commands = Callable[..., list[str]]


@pytest.fixture
def both(
    twins: Twins,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Commands:
    """Runs a command over the file, then over the lake, each with a data directory of its own;
    `{out}` is a place for what it writes. What each says is given."""
    for name in ("file", "lake"):
        (tmp_path / name).mkdir(mode=0o700)
    person_key(tmp_path / "file" / "person.key")
    shutil.copy(tmp_path / "file" / "person.key", tmp_path / "lake")
    shutil.copy(twins.file, tmp_path / "file" / PUBLISHED)
    monkeypatch.chdir(tmp_path)

    def run(*words: str, status: int | None = 0) -> list[str]:
        said = []
        for name, environ in (("file", {}), ("lake", twins.environ)):
            with monkeypatch.context() as settings:
                settings.setenv("CALLTOUCH_DATA_DIR", str(tmp_path / name))
                for setting, value in environ.items():
                    settings.setenv(setting, value)
                out = str(tmp_path / f"{name}.out")
                ended = main([word.replace("{out}", out) for word in words])
                assert status in (None, ended)
            said.append(capsys.readouterr().out)
        return said

    return run


def test_a_page_as_a_file(both: Commands, tmp_path: Path) -> None:
    both("report", "--page", "attribution", "--query", "period=all", "--out", "{out}")
    file, lake = ((tmp_path / f"{one}.out").read_text("utf-8") for one in ("file", "lake"))
    assert "google" in lake
    assert without_moments(lake) == without_moments(file)


def test_the_file_without_persons(both: Commands, tmp_path: Path) -> None:
    file, lake = map(json.loads, both("keyed", "--json"))
    assert lake["rows"] == file["rows"]
    paths = [tmp_path / one / "calltouch-keyed.duckdb" for one in ("file", "lake")]
    assert described(paths[1]) == described(paths[0])
    with duckdb.connect() as db:
        for name, path in zip(("file", "lake"), paths, strict=True):
            db.execute(f"attach '{path}' as {name} (read_only)")
        for table in file["rows"].keys() - {"freshness"}:
            for one, other in (("file", "lake"), ("lake", "file")):
                sql = f"select count(*) from (from {one}.{table} except all from {other}.{table})"
                assert (table, db.execute(sql).fetchall()) == (table, [(0,)])


def test_what_was_known_then(both: Commands, tmp_path: Path) -> None:
    file, lake = map(
        json.loads, both("snapshot", "--as-of", THEN.isoformat(), "--out", "{out}", "--json")
    )
    assert (lake["leads"], lake["deliveries"]) == (file["leads"], file["deliveries"])
    found = compare(tmp_path / "file.out", tmp_path / "lake.out", ("file", "lake"))
    assert found.is_equal, found.differing
    assert found.rows["leads"] == lake["leads"] > 100


def test_tables_as_parquet(both: Commands, tmp_path: Path) -> None:
    file, lake = map(json.loads, both("export", "--to", "{out}", "--json"))
    assert (lake["files"], lake["rows"]) == (file["files"], file["rows"])
    names = {path.relative_to(tmp_path / "file.out") for path in files_in(tmp_path / "file.out")}
    assert names == {
        path.relative_to(tmp_path / "lake.out") for path in files_in(tmp_path / "lake.out")
    }
    with duckdb.connect() as db:
        for name in names:
            sql = """select count(*)
                from (from read_parquet($one) except all from read_parquet($other))"""
            values = {
                "one": f"{tmp_path / 'file.out' / name}",
                "other": f"{tmp_path / 'lake.out' / name}",
            }
            assert (name, db.execute(sql, values).fetchall()) == (name, [(0,)])


def test_doctor_reads_it(both: Commands) -> None:
    for said in both("doctor", "--json", status=None):
        found = {one["check"]: one for one in json.loads(said)}
        assert found["published file"]["level"] == "ok"


def test_reconcile_folds_beside_it(twins: Twins) -> None:
    counts = []
    for source in twins.sources:
        with open_scratch(source, StoreFingerprint(ZONE, "tests")) as db:
            counts += db.execute("select count(*) from published.digest.deliveries").fetchall()
    assert counts[0] == counts[1] != (0,)


def files_in(directory: Path) -> list[Path]:
    return list(directory.rglob("*.parquet"))


def described(path: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as db:
        return db.execute(
            "select table_name, column_name, data_type, comment from duckdb_columns() "
            "where not internal order by all"
        ).fetchall()


def without_moments(page: str) -> str:
    return re.sub(r"\d\d:\d\d", "", page)
