"""A disk with less room than a second copy of the store: enough where blocks are shared."""

from dataclasses import replace
from pathlib import Path

import duckdb

from receiver.data_dir import DataDir
from receiver.digest.disk_room import ROOM_FOR_INBOX_BYTES
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.analytics.publish.sharing_disk import MIB, ROWS, sharing_disk
from tests.faults.durability.disks import Filler
from tests.receiver.deliveries import call, put


def test_a_store_larger_than_what_is_free_is_published(settings: Settings, tmp_path: Path) -> None:
    with sharing_disk("xfs", tmp_path) as disk:
        settings = replace(settings, data_dir=disk.data_dir)
        place = DataDir(settings.data_dir)
        Digest(settings).finish()
        with duckdb.connect(str(place.store)) as db:
            db.execute("create table digest.still as select hash(range) from range(?)", [ROWS])
        put(settings, [call(1)])
        Filler(disk.root).leave(ROOM_FOR_INBOX_BYTES + 20 * MIB)
        assert place.store.stat().st_size > 30 * MIB
        Digest(settings).finish()
        with duckdb.connect(str(place.published), read_only=True) as db:
            assert db.execute("select count(*) from leads").fetchall() == [(1,)]
            assert db.execute("select count(*) from digest.still").fetchall() == [(ROWS,)]
