"""Data directories with an archive of several files, to be damaged."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from receiver.data_dir import DataDir
from receiver.digest.archive import archive as module
from receiver.digest.archive.archive import Archive
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.receiver.deliveries import call, delivery, put

FILES = 3
A_FILE = 12


def settings_of(directory: Path, **given: str) -> Settings:
    environ = {f"CALLTOUCH_{name.upper()}": text for name, text in given.items()}
    return Settings.load({"CALLTOUCH_DATA_DIR": str(directory), **environ})


def make(directory: Path, files: int = FILES, deliveries: int = A_FILE) -> Settings:
    """Digested and archived; every lead is in every file. The bytes are more than their
    parameters: another encoding, and a parameter that comes twice."""
    settings = settings_of(directory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MERGE_BELOW_BYTES", 1)
        for file in range(files):
            bodies = [
                f"leadtype=call&id={n}&id={n}&sendingTimestamp={1795000000 + 100 * file + n}"
                f"&comment={file}-{n}&duration=x&fio=".encode()
                + b"\xcf\xf0"
                for n in range(deliveries - 1)
            ]
            put(settings, [*map(delivery, bodies), delivery("", outside=True)])
            Digest(settings).finish()
    return settings


def copied(original: Settings, directory: Path) -> Settings:
    shutil.copytree(original.data_dir, directory)
    return settings_of(directory)


def archive_of(settings: Settings) -> Archive:
    return Archive(DataDir(settings.data_dir).archive)


def files_of(settings: Settings) -> list[Path]:
    return archive_of(settings).files()


def days_ago(days: int) -> str:
    """As the manifest writes it."""
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")


def checked(settings: Settings, days: int) -> None:
    """As if all files had been read whole then."""
    manifest = archive_of(settings).manifest
    with manifest.changing() as contents:
        manifest.note_checked(dict.fromkeys(contents.files, days_ago(days)))


def digest(settings: Settings) -> None:
    Digest(settings).finish()


def digest_more(settings: Settings, first: int = 500, count: int = 2) -> None:
    put(settings, [call(first + n) for n in range(count)])
    digest(settings)


def ask(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    published = DataDir(settings.data_dir).published
    with duckdb.connect(str(published), read_only=True) as db:
        db.execute("set timezone = 'UTC'")
        return db.execute(query).fetchall()


def published_count(settings: Settings) -> int:
    return int(ask(settings, "select count(*) from deliveries")[0][0])


def flip(path: Path, bit: int) -> None:
    data = bytearray(path.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)
