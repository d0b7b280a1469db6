"""kill -9 of an erasure on a lake, at any moment: the next digest ends it, and nothing is left."""

import time
from functools import partial
from pathlib import Path

from analytics.lake.address import LakeAddress
from receiver.data_dir import DataDir
from receiver.digest.erasing.erasures import ErasureLog
from receiver.digest.erasing.orders import ErasureOrders
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.lake.faults.test_takeover import has_taken, started, wait_for
from tests.lake.lakes import asked, asked_postgres, on_lake
from tests.lake.test_erasing import COUNTS, found_in
from tests.receiver.backup.installation import copied_installation
from tests.receiver.digest.erasing.conftest import original_world
from tests.receiver.digest.erasing.world import SOUGHT, with_order

__all__ = ["original_world"]

# From when digest has the lake to the end of the act, about.
_LONGEST_SECONDS = 8.0


def test_what_was_killed_goes_on(
    original_world: Settings, address: LakeAddress, tmp_path: Path
) -> None:
    lake = on_lake(copied_installation(original_world, tmp_path), address)
    Digest(lake).finish()
    counts, placed = asked(address, COUNTS), with_order(lake)
    orders, killed = ErasureOrders(DataDir(lake.data_dir).orders), 0
    luck = chance("killed erasure on a lake")
    log = tmp_path / "log"
    for number in range(rounds(3, 20)):
        digest = started(lake, log)
        wait_for(partial(has_taken, log, number + 1))
        time.sleep(luck.uniform(0.0, _LONGEST_SECONDS))
        killed += orders.is_there(placed.act)
        digest.kill()
        digest.wait()
    Digest(lake).finish()
    assert killed
    assert not orders.are_there()
    (erased,) = ErasureLog(DataDir(lake.data_dir).erasures).erasures()
    assert erased.ended_at is not None
    record("erasing on a lake, killed", kills=killed)
    assert found_in(address, SOUGHT, Path(address.data)) == set()
    assert asked(address, COUNTS) == counts
    assert asked_postgres(address, b"select state, count(*) from calltouch.lakes group by 1") == [
        ("current", 1)
    ]
