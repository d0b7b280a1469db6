"""What a running digest does for the archive beside its work."""

import time

import pytest

from receiver.digest.archive import keeper
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.receiver.deliveries import call, put
from tests.receiver.digest.archive.archives import (
    archive_of,
    checked,
    days_ago,
    files_of,
    flip,
)
from tests.receiver.digest.archive.test_check import archived as archived


@pytest.mark.parametrize("is_due", [True, False])
def test_everything_is_read_once_a_month_while_nothing_comes(
    archived: Settings, is_due: bool
) -> None:
    flip(files_of(archived)[1], 5_000)
    if is_due:
        checked(archived, 31)
    running = Digest(archived)
    thread = running._kept._thread
    assert (thread is not None) == is_due
    if thread is not None:
        thread.join(30)
        running._kept.look(running._db, [])
        assert [fault.problem for fault in running._kept.faults] == ["damaged"]
        assert min(archive_of(archived).manifest.contents().checked.values()) > days_ago(1)
    running.finish()


def test_the_check_rests_while_deliveries_come_and_ends_when_told(
    archived: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked(archived, 31)
    monkeypatch.setattr(keeper, "CHECK_BYTES_PER_SECOND", 1)
    running = Digest(archived)
    thread = running._kept._thread
    assert thread is not None
    put(archived, [call(1)])
    assert running.step() == 1
    assert thread.is_alive()
    started = time.monotonic()
    running.finish()
    assert not thread.is_alive()
    assert time.monotonic() - started < 30
    # No file was read whole.
    assert max(archive_of(archived).manifest.contents().checked.values()) < days_ago(30)


def test_nothing_is_archived_before_an_unknown_file_has_been_read(
    archived: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "receiver.digest.archive.adoption.Adoption.adopt", lambda *_: time.sleep(0.5)
    )
    archive_of(archived).manifest.path.unlink()
    running = Digest(archived)
    put(archived, [call(1)])
    running.step()
    running.archive()
    assert not archive_of(archived).manifest.exists
    running._kept.stop()
