"""Files in which a person may still be once everything else is done: stores that were put aside,
copies, what killed processes left."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from receiver.data_dir import DataDir
from receiver.inbox.segment import sync_directory

# By names that digest and `rebuild` give, and nobody else: people keep files of theirs here, too.
_ASIDE = re.compile(
    r"store\.(rebuilt|rebuilding|previous|again|broken-\d+|smaller-\d+)\.(duckdb|unfinished)(\..*)?"
    r"|store\.unfinished|store\.duckdb\.wal\.broken-\d+|calltouch\.duckdb\.(unfinished|previous)"
    r"|store\.duckdb(\.wal)?\.before-\d+|store\.migrating\.duckdb(\..*)?"
    r"|rebuild-[a-z0-9_]{8}"
)
# What was there before the store went into a lake.
_OF_FILE = re.compile(r"(store|calltouch)\.duckdb(\..*)?")


def stores_aside(place: DataDir, is_on_lake: bool = False) -> list[Path]:
    """Of stores and published files, but for the two in use; where the store is a lake, these
    too."""
    return sorted(
        path
        for path in place.root.iterdir()
        if _ASIDE.fullmatch(path.name) or (is_on_lake and _OF_FILE.fullmatch(path.name))
    )


def remove_aside(place: DataDir, is_on_lake: bool = False) -> int:
    """Returns how many."""
    removed = 0
    for path in [*stores_aside(place, is_on_lake), *_half_written(place)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        removed += 1
    sync_directory(place.root)
    return removed


def _half_written(place: DataDir) -> Iterator[Path]:
    """Days of operations."""
    if place.operations_archive.is_dir():
        yield from place.operations_archive.glob("*.unfinished")
