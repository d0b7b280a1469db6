"""What goes from a directory of backups: older ones, and what was left by one that was killed."""

import shutil
from pathlib import Path

from receiver.backup.manifest import InvalidBackup, read_manifest
from receiver.backup.shelf import REMOVED, UNFINISHED, BackupShelf
from receiver.inbox.segment import sync_directory
from receiver.process_lock import LockHeld, hold


def clear_leftovers(shelf: BackupShelf) -> None:
    """Only for who holds the lock."""
    for suffix in (UNFINISHED, REMOVED):
        for path in shelf.directory.glob(f"calltouch-*{suffix}"):
            shutil.rmtree(path)


def keep_newest(shelf: BackupShelf, keep: int) -> tuple[Path, ...]:
    """Remove all but so many; the newest without faults stays in any case. None while another
    backup is being made, which may link to them: the next one sees to it."""
    try:
        with hold(shelf.lock):
            whole = shelf.whole()
            best = [path for path in whole if _is_faultless(path)][-1:]
            removed = tuple(path for path in whole[:-keep] if path not in best)
            for path in removed:
                _remove(path)
            return removed
    except LockHeld:
        return ()


def _remove(backup: Path) -> None:
    """By another name first: killed in the middle, it must not pass for whole."""
    removed = backup.with_name(backup.name + REMOVED)
    backup.rename(removed)
    sync_directory(backup.parent)
    shutil.rmtree(removed)


def _is_faultless(backup: Path) -> bool:
    try:
        return not read_manifest(backup).faults
    except InvalidBackup:
        return False
