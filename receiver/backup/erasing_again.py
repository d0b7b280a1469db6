"""A backup that is older than an erasure holds the person again: so it is erased again, before
anybody uses what was restored.

Who was erased is known to the data directory that is in use and to each later backup; the backup
itself knows what had been done when it began.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from receiver.backup.manifest import DATA, BackupManifest
from receiver.backup.shelf import BackupShelf
from receiver.data_dir import DataDir
from receiver.digest.erasing.erasures import BegunErasure, ErasureLog
from receiver.digest.erasing.orders import ErasureOrders
from receiver.inbox.segment import write_durably

BY = "calltouch restore"


def order_again(backup: Path, manifest: BackupManifest, target: DataDir, present: DataDir) -> int:
    """Order what `target`, just put back from the backup, needs; returns how many orders there are.
    `present`: the data directory in use, which may be gone."""
    own, orders = ErasureLog(target.erasures), ErasureOrders(target.orders)
    ordered = {order.act for order in orders.all()}
    began_at = datetime.fromisoformat(manifest.began_at)
    again = [
        one
        for one in own.erasures()
        if one.act not in ordered and not _was_done_before(one, began_at)
    ]
    for other in _others(backup, target, present):
        _take_key(other, target)
        again += own.take_over(ErasureLog(other.erasures).erasures())
        known = {order.whom for order in orders.all()}
        for order in ErasureOrders(other.orders).all():
            if order.whom not in known:
                orders.place(order.whom, order.by, own.count())
    orders.place_again(again, BY, own.count())
    return len(orders.all())


def _take_key(other: DataDir, target: DataDir) -> None:
    """It may have been made for the first erasure; what was hashed with it fits no other one."""
    if other.person_key.exists() and not target.person_key.exists():
        write_durably(target.person_key, other.person_key.read_bytes())


def _was_done_before(erasure: BegunErasure, moment: datetime) -> bool:
    return erasure.ended_at is not None and datetime.fromisoformat(erasure.ended_at) < moment


def _others(backup: Path, target: DataDir, present: DataDir) -> Iterator[DataDir]:
    newest = BackupShelf(backup.parent).newest()
    if newest is not None and newest != backup:
        yield DataDir(newest / DATA)
    if present.root.resolve() != target.root.resolve():
        yield present
