"""The files that belong to one store: the database, its write-ahead log, what DuckDB spilled."""

import shutil
from pathlib import Path


def remove_store(path: Path) -> None:
    for file in (path, wal_of(path)):
        file.unlink(missing_ok=True)
    remove_spilled(path)


def remove_spilled(path: Path) -> None:
    """What DuckDB left of a process that was killed. Nobody may have the store open."""
    shutil.rmtree(path.with_name(path.name + ".tmp"), ignore_errors=True)


def wal_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")
