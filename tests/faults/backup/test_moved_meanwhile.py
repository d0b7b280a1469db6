"""Digest moves everything from the inbox to the archive just before each step of a backup."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from receiver.backup import parts, taking
from receiver.backup.copying import BackupCopy
from receiver.inbox.reader import InboxReader, Snapshot
from receiver.settings.settings import Settings
from tests.faults.table import record
from tests.receiver.backup.conftest import original, shelf, whole
from tests.receiver.backup.installation import back_up, ids_in
from tests.receiver.backup.test_taking import meanwhile
from tests.receiver.digest.archive.archives import digest_more

__all__ = ["original", "shelf", "whole"]

STEPS: list[tuple[Any, str]] = [
    *((parts, name) for name in vars(parts) if name.startswith(("add_", "_add_"))),
    (InboxReader, "look"),
    (InboxReader, "_open_all"),
    (InboxReader, "_open"),
    (InboxReader, "_segment"),
    (Snapshot, "entries"),
    (BackupCopy, "add_database"),
    (BackupCopy, "copy"),
    (BackupCopy, "link"),
    (BackupCopy, "add"),
    (BackupCopy, "sync"),
    (taking, "deliveries_per_day"),
]


@pytest.mark.parametrize(("where", "name"), STEPS, ids=[name for _, name in STEPS])
def test_nothing_is_lost_and_nothing_counts_twice(
    whole: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch, where: Any, name: str
) -> None:
    before = ids_in(whole.data_dir)
    numbers = iter(range(5_000, 6_000, 10))
    is_acting: list[bool] = []

    def act() -> None:
        # What digest does goes through the same functions.
        if not is_acting:
            is_acting.append(True)
            digest_more(whole, next(numbers))
            is_acting.clear()

    back_up(whole, shelf)
    for calls_before in (0, 1, 3):
        with monkeypatch.context() as patch:
            meanwhile(patch, where, name, act, calls_before)
            taken = back_up(whole, shelf)
        found = Counter(ids_in(taken.path / "data"))
        lost = (Counter(before) - found).total()
        twice = (found - Counter(ids_in(whole.data_dir))).total()
        record("T-60 moved at each step", lost=lost, twice=twice)
        assert (lost, twice, taken.manifest.faults) == (0, 0, ())
        before = ids_in(whole.data_dir)
