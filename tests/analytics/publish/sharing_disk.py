"""What a publication takes of a disk that shares blocks between copies: next to nothing."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from analytics.publish.publisher import Publisher
from tests.analytics.fold.folding import new_store
from tests.analytics.publish.growing import bytes_of, grow
from tests.faults.durability.power import Disk, NoDisk, new_disk

MIB = 1 << 20
ROWS = 4_000_000
"""Of eight bytes that no compression makes smaller."""


@contextmanager
def sharing_disk(kind: str, directory: Path) -> Iterator[Disk]:
    try:
        with new_disk(directory, kind) as disk:
            disk.data_dir.mkdir()
            yield disk
    except NoDisk as reason:
        assert "CI" not in os.environ, reason
        pytest.skip(str(reason))


def taken(disk: Disk) -> int:
    """Bytes, once everything is where it is to be."""
    subprocess.run(["sync", "--file-system", str(disk.root)], check=True)
    found = os.statvfs(disk.root)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def shared_bytes(path: Path) -> int:
    """By the kernel's own account of where a file lies."""
    command = ["filefrag", "-v", "-b1", str(path)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    extents = [line.split(":") for line in lines if "shared" in line.rpartition(":")[2]]
    return sum(int(extent[3]) for extent in extents)


def check_that_publications_take_no_room(disk: Disk) -> None:
    """The first, those after changes, one after an end and a new start, and one that answers an
    administrator who gave the file another mode."""
    target = disk.data_dir / "calltouch.duckdb"
    store = disk.data_dir / "store.duckdb"
    with new_store(disk.data_dir) as db:
        db.execute("create table digest.still as select hash(range) from range(?)", [ROWS])
        db.execute("checkpoint")
        size, before = store.stat().st_size, taken(disk)
        assert size > 30 * MIB
        publisher = Publisher(store, target, "1.0")
        for round_ in range(6):
            if round_ == 3:
                publisher.close()
                # Left by a process that was killed, or from another file system.
                target.with_name(f"{target.name}.unfinished").write_bytes(bytes(MIB))
                publisher = Publisher(store, target, "1.0")
            if round_ == 4:
                target.chmod(0o444)
            assert publisher.needed_bytes() == 0
            publisher.publish(db)
            assert bytes_of(target) == bytes_of(store)
            assert taken(disk) - before < 8 * MIB, f"publication {round_}"
            assert shared_bytes(target) > size * 0.9
            assert not publisher.is_disturbed()
            grow(db, 20, seed=round_)
        assert target.stat().st_mode & 0o777 == 0o444
        aside = {path.name for path in disk.data_dir.iterdir()} - {target.name, store.name}
        assert aside == {f"{store.name}.wal"}
