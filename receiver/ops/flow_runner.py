"""Whether the runner of flows moves: it touches its lock file."""

import time
from contextlib import suppress

from receiver.data_dir import DataDir

MOST_IDLE_SECONDS = 60.0


def runner_idle_seconds(place: DataDir) -> float | None:
    """Since it last moved; None where there are no flows."""
    if not place.flows_store.exists():
        return None
    moved_at = 0.0
    with suppress(OSError):
        moved_at = place.flows_lock.stat().st_mtime
    return max(time.time() - moved_at, 0.0)


def runner_remark(place: DataDir) -> str | None:
    """What is wrong with it; None where nothing is."""
    idle = runner_idle_seconds(place)
    if idle is None or idle <= MOST_IDLE_SECONDS:
        return None
    return "the runner of flows has not moved for over a minute; see `calltouch doctor`"
