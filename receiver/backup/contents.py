"""What of the data directory belongs in a backup, and what does not."""

import re
from pathlib import Path

from receiver.data_dir import DataDir

KEPT = (
    *("inbox", "damaged", "archive", "operations_archive", "erasures", "orders"),
    *("state", "person_key", "calendar", "taken_parcels"),
    *("flows", "flows_inbox", "flows_store", "flow_addresses"),
)
"""Places of `DataDir` that cannot be made again."""

MADE_AGAIN = ("store", "rebuilt", "previous", "published", "keyed", "pruned")
OF_PROCESSES = (
    *("alerts_lock", "flows_lock", "serve_lock", "jobs_lock", "keyed_lock"),
    *("jobs_waiting", "prune_wanted", "sends_reports", "upkeep_wanted"),
    *("installation", "shipping", "shipping_lock"),
)

# Besides: locks, counters, logs and spares of databases, stores put aside, what is being written.
_LEFT_OUT = re.compile(
    r"\..*|.*\.lock|metrics|(store|calltouch|calltouch-keyed)\..*|rebuild-.*|state\.sqlite-.*"
)


def strangers(place: DataDir) -> list[str]:
    """What lies in the data directory and is in no backup, though nobody decided so."""
    if not place.root.is_dir():
        return []
    ours = {_top(place, name) for name in (*KEPT, *MADE_AGAIN, *OF_PROCESSES)}
    names = {path.name for path in place.root.iterdir()}
    return sorted(name for name in names - ours if not _LEFT_OUT.fullmatch(name))


def _top(place: DataDir, name: str) -> str:
    path: Path = getattr(place, name)
    return path.relative_to(place.root).parts[0]
