"""kill -9 of an erasure on a lake, at any moment: the next digest ends it, and nothing is left."""

import time
from pathlib import Path

from analytics.lake.address import LakeAddress
from receiver.data_dir import DataDir
from receiver.digest.erasing.erasures import ErasureLog
from receiver.digest.erasing.orders import ErasureOrders
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.lake.faults.test_takeover import started
from tests.lake.lakes import asked, asked_postgres, on_lake
from tests.lake.test_erasing import COUNTS, found_in
from tests.receiver.backup.installation import copied_installation
from tests.receiver.digest.erasing.conftest import original_world
from tests.receiver.digest.erasing.world import SOUGHT, with_order

__all__ = ["original_world"]

# Of digest, from its start to the end of the act.
_LONGEST_SECONDS = 20.0


def test_what_was_killed_goes_on(
    original_world: Settings, address: LakeAddress, tmp_path: Path
) -> None:
    lake = on_lake(copied_installation(original_world, tmp_path), address)
    Digest(lake).finish()
    counts, placed = asked(address, COUNTS), with_order(lake)
    orders, killed = ErasureOrders(DataDir(lake.data_dir).orders), 0
    luck = chance("killed erasure on a lake")
    for _ in range(rounds(3, 20)):
        digest = started(lake, tmp_path / "log")
        give_up_at = time.monotonic() + luck.uniform(2.0, _LONGEST_SECONDS)
        while time.monotonic() < give_up_at and orders.is_there(placed.act):
            time.sleep(0.02)
        killed += orders.is_there(placed.act)
        digest.kill()
        digest.wait()
    Digest(lake).finish()
    assert not orders.are_there()
    (erased,) = ErasureLog(DataDir(lake.data_dir).erasures).erasures()
    assert erased.ended_at is not None
    record("erasing on a lake, killed", kills=killed)
    assert found_in(address, SOUGHT, Path(address.data)) == set()
    assert asked(address, COUNTS) == counts
    assert asked_postgres(address, b"select state, count(*) from calltouch.lakes group by 1") == [
        ("current", 1)
    ]
