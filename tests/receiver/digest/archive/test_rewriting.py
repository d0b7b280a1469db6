"""Files of the archive rewritten: the same deliveries, saying something else."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from receiver.digest.archive.archive import Archive
from receiver.digest.archive.check import full_check
from receiver.digest.archive.manifest.contents import FileEntry
from receiver.digest.archive.numbered import NumberedDelivery
from receiver.digest.archive.rewriting import (
    RewritingRefused,
    count_changes,
    forget_replaced,
    rewrite,
)
from receiver.digest.archive.rows import FileContent
from receiver.digest.running import Digest
from receiver.inbox.delivery import Delivery
from receiver.settings.settings import Settings
from tests.receiver.deliveries import call, put
from tests.receiver.digest.archive.archives import (
    A_FILE,
    FILES,
    archive_of,
    ask,
    copied,
    make,
    settings_of,
)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make(tmp_path_factory.mktemp("original") / "data")


@pytest.fixture
def archive(original: Settings, tmp_path: Path) -> Archive:
    return archive_of(copied(original, tmp_path / "data"))


def seal(checksum: str) -> str:
    return f"sealed {hashlib.sha256(checksum.encode()).hexdigest()}"


def changing(one: NumberedDelivery) -> Delivery:
    """Comments of the second file."""
    delivery = one.entry.received.delivery
    body = delivery.body.replace(b"comment=1-", b"comment=erased-")
    return delivery if body == delivery.body else replace(delivery, body=body)


def rewrite_all(archive: Archive) -> list[str]:
    names = count_changes(archive, changing)
    return [one.name for one in rewrite(archive, changing, names, "act 1", seal)]


def test_only_files_with_something_to_change_are_counted_and_rewritten(archive: Archive) -> None:
    _, second, _ = archive.entries()
    assert count_changes(archive, changing) == {second.name: A_FILE - 1}
    assert rewrite_all(archive) == [second.name]


def test_the_deliveries_stay_the_same_ones_and_only_what_they_say_changes(
    archive: Archive,
) -> None:
    before = list(archive.read())
    rewrite_all(archive)
    after = list(archive.read())
    assert [one.delivery_id for one in after] == list(range(1, FILES * A_FILE + 1))
    assert [changing(one) for one in before] == [one.entry.received.delivery for one in after]
    places = [[(one.entry.segment, one.entry.position) for one in each] for each in (before, after)]
    assert places[0] == places[1]
    assert full_check(archive, None, FILES * A_FILE) == []


def test_neither_bytes_nor_checksums_of_what_was_are_kept(archive: Archive) -> None:
    _, before, _ = archive.entries()
    rows = pq.read_table(archive.path(before)).column("checksum").to_pylist()
    assert before.sha256 in archive.manifest.path.read_text()
    rewrite_all(archive)
    (archive.directory / "2026-11-20.unfinished").write_bytes(b"comment=1-")
    forget_replaced(archive)
    assert before.sha256 not in archive.manifest.path.read_text()
    assert list(archive.directory.glob("*.unfinished")) == []
    after = {entry.name: entry for entry in archive.entries()}[before.name]
    assert (after.rewritten, after.was) == ("act 1", seal(before.sha256))
    assert (after.first_id, after.last_id, after.days) == (
        before.first_id,
        before.last_id,
        before.days,
    )
    checksums = pq.read_table(archive.path(after)).column("checksum").to_pylist()
    assert [one == other for one, other in zip(rows, checksums, strict=True)] == [
        *[False] * (A_FILE - 1),
        True,
    ]


def test_a_second_time_nothing_is_left_to_change(archive: Archive) -> None:
    rewrite_all(archive)
    lines = archive.manifest.path.read_text()
    names = [entry.name for entry in archive.entries()]
    assert list(rewrite(archive, changing, names, "act 1", seal)) == []
    assert archive.manifest.path.read_text() == lines


def test_a_file_that_would_hold_others_is_left_as_it_is(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [one.entry.received.delivery for one in archive.read()]

    def losing_one(content: FileContent, rows: object) -> object:
        listed = list(noted(content, rows))  # type: ignore[arg-type]
        content.last_id -= 1
        return iter(listed)

    noted = FileContent.noted
    monkeypatch.setattr(FileContent, "noted", losing_one)
    with pytest.raises(RewritingRefused, match="the same deliveries"):
        rewrite_all(archive)
    assert [one.entry.received.delivery for one in archive.read()] == before


def test_a_rewritten_file_grows_as_any_other(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "data")
    for number in (1, 2):
        put(settings, [call(number, comment="1-")])
        Digest(settings).finish()
        archive = archive_of(settings)
        rewrite_all(archive)
    (entry,) = archive.entries()
    assert isinstance(entry, FileEntry)
    bodies = [one.entry.received.delivery.body for one in archive.read()]
    assert len(bodies) == 2
    assert all(b"comment=erased-" in body for body in bodies)
    assert ask(settings, "select count(*) from archive_faults") == [(0,)]
