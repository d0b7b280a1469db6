"""An export in a bucket, of a real server of S3 on loopback."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from pyarrow import fs

from analytics.export.bucket import ExportBucket
from analytics.export.manifest import MANIFEST
from analytics.export.places import ExportFailed
from calltouch.cli import main
from receiver.data_dir import DataDir
from tests.analytics.export.files import exported
from tests.analytics.keyed.files import empty_store
from tests.s3 import SECRET, s3_server


@pytest.fixture(scope="module")
def s3() -> Iterator[fs.S3FileSystem]:
    with s3_server("analytics") as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.environ.items():
            patch.setenv(name, value)
        patch.delenv("AWS_REGION")
        yield fs.S3FileSystem(
            endpoint_override=f"127.0.0.1:{server.port}", scheme="http", region="us-east-1"
        )


def test_there_and_back(
    s3: fs.S3FileSystem, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path, place = empty_store(tmp_path_factory), ExportBucket("s3://analytics/leads/")
    tables = ("leads", "freshness")
    done = exported(path, tmp_path / "out", tables=tables)
    assert exported(path, place, tables=tables).written == done.written
    for file in done.manifest.files:
        with s3.open_input_stream(f"analytics/leads/{file.file}") as stream:
            assert stream.read() == (tmp_path / "out" / file.file).read_bytes()
    manifest = json.loads(s3.open_input_stream(f"analytics/leads/{MANIFEST}").read())
    assert [file["file"] for file in manifest["files"]] == [f.file for f in done.manifest.files]
    assert exported(path, place, tables=tables).written == ()
    left = exported(path, place, tables=("leads",), grace=timedelta(0))
    assert [name.partition("/")[0] for name in left.removed] == ["freshness"]
    assert {name.partition("/")[0] for name in place.sizes()} == {"leads", MANIFEST}


def test_a_bucket_with_something_else_is_left_alone(
    s3: fs.S3FileSystem, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with TemporaryFile() as file:
        ExportBucket("s3://analytics/other").put("notes.txt", file)
    with pytest.raises(ExportFailed, match=r"something else \(notes.txt\)"):
        exported(empty_store(tmp_path_factory), ExportBucket("s3://analytics/other"))


def test_what_is_wrong_names_the_bucket_and_no_secret(
    s3: fs.S3FileSystem,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = DataDir(tmp_path)
    place.published.write_bytes(empty_store(tmp_path_factory).read_bytes())
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(tmp_path))
    assert main(["export", "--to", "s3://nowhere/leads"]) == 1
    said = capsys.readouterr().err
    assert "nowhere" in said and "make" in said
    assert "AKIAEXPORT" not in said and SECRET not in said
    assert main(["export", "--to", f"s3://key:{SECRET}@analytics/leads"]) == 1
    assert SECRET not in capsys.readouterr().err
