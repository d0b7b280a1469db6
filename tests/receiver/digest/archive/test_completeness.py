"""Whether the store has all of the archive is counted when that may have changed, no oftener."""

import pytest

from receiver.digest.archive.archive import Archive
from receiver.digest.archive.completeness import StoreCompleteness
from receiver.digest.archive.faults import ArchiveFault
from receiver.digest.archive.manifest.contents import LostRange
from receiver.digest.archive.reference import Reference
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.receiver.digest.archive.archives import A_FILE, FILES, archive_of
from tests.receiver.digest.archive.test_check import archived as archived

FAULT = ArchiveFault("missing", "is missing", "2026-11-20.parquet")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Up to which deliveries the store was counted."""
    counts: list[int] = []
    real = Reference.counts

    def count(self: Reference, last_id: int, saved: str) -> tuple[int, int]:
        counts.append(last_id)
        return real(self, last_id, saved)

    monkeypatch.setattr(Reference, "counts", count)
    return counts


def test_it_is_counted_after_what_may_have_changed_it(
    archived: Settings, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Digest(archived)
    counted.clear()
    archive = archive_of(archived)

    def started(faults: list[ArchiveFault], has_news: bool) -> tuple[bool, int]:
        """By a process of its own: what it said, and how often it counted."""
        counted.clear()
        completeness = StoreCompleteness(archive)
        completeness.begin(running._db)
        return completeness.is_whole(running._db, faults, has_news), len(counted)

    assert started([], False) == (True, 0)
    assert started([], True) == (True, 1)
    assert started([], False) == (True, 0)
    assert started([FAULT], False) == (True, 1)
    # What was found beside a fault is not kept.
    assert started([], False) == (True, 1)
    assert started([], False) == (True, 0)
    with monkeypatch.context() as patch:
        patch.setattr(Archive, "count_saved", lambda self: 1)
        assert started([], False) == (True, 1)
    # One that was saved has come back as it was.
    assert started([], False) == (True, 1)
    with archive.manifest.changing():
        archive.manifest.note_lost(LostRange(FILES * A_FILE + 1, FILES * A_FILE + 2, None, "gone"))
    assert started([], False) == (True, 1)
    running._db.execute("delete from digest.deliveries where delivery_id <= 3")
    assert started([], True) == (False, 1)
    # Killed before it was rebuilt.
    assert started([], False) == (False, 1)
    running._close()
