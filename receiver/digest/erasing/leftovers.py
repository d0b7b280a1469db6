"""Files in which a person may still be once everything else is done: stores that were put aside,
copies, what killed processes left."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from receiver.data_dir import DataDir
from receiver.inbox.segment import sync_directory

# Not what DuckDB works with at the moment, nor how often digest has failed.
_ASIDE = re.compile(r"(store|calltouch)\.(?!duckdb$|duckdb\.wal$|duckdb\.tmp$|failures$).*")
_OF_A_REBUILD = re.compile(r"rebuild-.*")
_ON_THE_WAY = re.compile(r"\.(?!order-).*\..*")


def stores_aside(place: DataDir) -> list[Path]:
    """Of stores and published files, but for the two in use."""
    return sorted(
        path
        for path in place.root.iterdir()
        if _ASIDE.fullmatch(path.name) or _OF_A_REBUILD.fullmatch(path.name)
    )


def remove_aside(place: DataDir) -> int:
    """Returns how many."""
    removed = 0
    for path in [*stores_aside(place), *_half_written(place)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        removed += 1
    sync_directory(place.root)
    return removed


def _half_written(place: DataDir) -> Iterator[Path]:
    """Of small files that are replaced whole, and of operations."""
    for directory in (place.root, place.flows):
        if directory.is_dir():
            yield from (path for path in directory.iterdir() if _ON_THE_WAY.fullmatch(path.name))
    if place.operations_archive.is_dir():
        yield from place.operations_archive.glob("*.unfinished")
