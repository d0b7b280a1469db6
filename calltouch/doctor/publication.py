"""Checks of the data directory's file system: does it share blocks between copies?"""

from analytics.publish.shared_blocks import shares_blocks
from calltouch.doctor.finding import Finding
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings

_CHECK = "publication"
_GIB = 1 << 30
# From here on a whole copy is felt.
_LARGE = 1 * _GIB


def _publication(settings: Settings) -> list[Finding]:
    if settings.lake is not None:
        # Publishing is the commit there.
        return []
    try:
        is_shared = shares_blocks(settings.data_dir, settings.data_dir)
    except OSError:
        # Another check tells of that.
        return []
    if is_shared:
        text = "copies share blocks: the published file takes no room of its own and no time"
        return [Finding(_CHECK, "ok", text)]
    store = DataDir(settings.data_dir).store
    size = store.stat().st_size if store.exists() else 0
    text = f"this file system shares no blocks; the store has {size / _GIB:.1f} GiB"
    if size <= _LARGE:
        return [Finding(_CHECK, "ok", text)]
    advice = (
        "put CALLTOUCH_DATA_DIR on XFS or btrfs: here the store is on the disk three times, and "
        "after a restart, or while somebody reads an older file, publishing takes a whole copy"
    )
    return [Finding(_CHECK, "warn", text, advice)]


CHECKS = (_publication,)
