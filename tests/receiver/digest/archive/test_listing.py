import os
import shutil
import time
from pathlib import Path

import pytest

from receiver.digest.archive.listing import DirectoryListing


@pytest.fixture
def listing(tmp_path: Path) -> DirectoryListing:
    (tmp_path / "a.parquet").touch()
    (tmp_path / "b.unfinished").touch()
    return DirectoryListing(tmp_path, "*.parquet")


def changed(directory: Path, seconds_ago: float) -> None:
    """As if the last change of it had been then."""
    instant = time.time_ns() - int(seconds_ago * 10**9)
    os.utime(directory, ns=(instant, instant))


def test_what_comes_and_goes_is_seen(listing: DirectoryListing, tmp_path: Path) -> None:
    changed(tmp_path, 60)
    assert listing.names() == {"a.parquet"}
    (tmp_path / "c.parquet").touch()
    assert listing.names() == {"a.parquet", "c.parquet"}
    (tmp_path / "a.parquet").unlink()
    assert listing.names() == {"c.parquet"}
    shutil.rmtree(tmp_path)
    assert listing.names() == frozenset()


def test_a_second_change_within_a_tick_of_the_clock_is_seen(
    listing: DirectoryListing, tmp_path: Path
) -> None:
    before = tmp_path.stat().st_mtime_ns
    listing.names()
    (tmp_path / "c.parquet").touch()
    os.utime(tmp_path, ns=(before, before))
    assert listing.names() == {"a.parquet", "c.parquet"}


def test_at_rest_the_directory_is_not_read(
    listing: DirectoryListing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(tmp_path, 60)
    first = listing.names()
    monkeypatch.setattr(Path, "glob", None)
    assert listing.names() is first
