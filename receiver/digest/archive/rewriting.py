"""Files of the archive, rewritten whole: what deliveries say may change, which there are may not.

A file is written aside, compared with what it replaces, and renamed into place as any other; killed
anywhere, the archive has the old file or the new one, and the manifest knows which. Checksums of
rows are those of the new rows. Of the old file nothing is kept but a keyed hash: whoever knows all
of a file but a phone could try phones until a plain checksum fits.
"""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import pyarrow.parquet as pq

from receiver.digest.archive.archive import Archive
from receiver.digest.archive.manifest.contents import FileEntry
from receiver.digest.archive.numbered import NumberedDelivery
from receiver.digest.archive.rows import (
    ROWS_AT_ONCE,
    FileContent,
    batches_of,
    numbered_of,
    row_of,
    rows_of,
)
from receiver.inbox.delivery import Delivery

log = logging.getLogger(__name__)

Change = Callable[[NumberedDelivery], Delivery]
"""What becomes of a delivery; the same object where it stays as it is."""

Seal = Callable[[str], str]
"""The keyed hash of a checksum."""

RowsDone = Callable[[int], None]
"""Called with a number of deliveries whenever some are done; may raise to give up."""


class RewritingRefused(Exception):
    """A new file would not hold the same deliveries; the old one stays. The text says which."""


@dataclass(frozen=True, slots=True)
class RewrittenFile:
    """`was`: the keyed hash of its checksum before. `changed`: so many of its deliveries."""

    name: str
    was: str
    sha256: str
    changed: int


def count_changes(
    archive: Archive,
    change: Change,
    only: Callable[[FileEntry], bool] = lambda entry: True,
    progress: RowsDone = lambda count: None,
) -> dict[str, int]:
    """Files with deliveries that would change, and how many. Raises `DamagedFile`."""
    archive.settle()
    found = {}
    for entry in filter(only, archive.entries()):
        changed = 0
        for batch in _read(archive, entry):
            changed += sum(change(one) is not one.entry.received.delivery for one in batch)
            progress(len(batch))
        if changed:
            found[entry.name] = changed
    return found


def rewrite(
    archive: Archive,
    change: Change,
    names: Collection[str],
    why: str,
    seal: Seal,
    progress: RowsDone = lambda count: None,
) -> Iterator[RewrittenFile]:
    """Rewrite these files, one after the other; each is in place when it is yielded. `why`: noted
    in the manifest. Raises `DamagedFile` and `RewritingRefused`; then that file is as it was.

    The caller keeps digest from filling the archive meanwhile.
    """
    archive.settle()
    for entry in archive.entries():
        if entry.name in names:
            rewritten = _rewrite(archive, entry, change, why, seal, progress)
            if rewritten is not None:
                log.info("archive: %s is rewritten (%s)", entry.name, why)
                yield rewritten


def forget_replaced(archive: Archive) -> None:
    """The checksums of files that were replaced, manifests put aside, what was left unfinished."""
    for unfinished in archive.directory.glob("*.unfinished"):
        unfinished.unlink()
    with archive.manifest.changing():
        if archive.manifest.exists and not archive.manifest.bad_lines:
            archive.manifest.begin_anew([])
    for damaged in archive.directory.glob("*.damaged"):
        damaged.unlink()


class _NothingChanged(Exception):
    """The file is as it should be."""


def _rewrite(
    archive: Archive,
    entry: FileEntry,
    change: Change,
    why: str,
    seal: Seal,
    progress: RowsDone,
) -> RewrittenFile | None:
    content, changed = FileContent(), 0
    was = seal(entry.sha256)

    def changing(batch: list[NumberedDelivery]) -> Iterator[NumberedDelivery]:
        nonlocal changed
        for one in batch:
            delivery = change(one)
            changed += delivery is not one.entry.received.delivery
            yield _with(one, delivery)

    def write(writer: pq.ParquetWriter) -> FileContent:
        for batch in _read(archive, entry):
            for rows in batches_of(content.noted(map(row_of, changing(batch)))):
                writer.write_batch(rows)
            progress(len(batch))
        if not changed:
            raise _NothingChanged
        return content

    def described(new: FileEntry) -> FileEntry:
        if not content.is_without_gaps or _extent(new) != _extent(entry):
            raise RewritingRefused(f"{entry.name} would not hold the same deliveries as before")
        known = replace(entry, replaces=None, supersedes=[], rewritten=why, was=was)
        return replace(known, bytes=new.bytes, sha256=new.sha256)

    with archive.manifest.changing(), suppress(_NothingChanged):
        archive.put_in_place(entry.name, write, described=described)
        return RewrittenFile(
            entry.name, was, archive.manifest.contents().files[entry.name].sha256, changed
        )
    return None


def _with(one: NumberedDelivery, delivery: Delivery) -> NumberedDelivery:
    received = replace(one.entry.received, delivery=delivery)
    return NumberedDelivery(one.delivery_id, replace(one.entry, received=received))


def _extent(entry: FileEntry) -> tuple[object, ...]:
    return entry.first_id, entry.last_id, entry.days


def _read(archive: Archive, entry: FileEntry) -> Iterator[list[NumberedDelivery]]:
    """Raises `DamagedFile`."""
    with archive.open_whole(entry) as file:
        for batch in pq.ParquetFile(file).iter_batches(batch_size=ROWS_AT_ONCE):
            yield list(map(numbered_of, rows_of(batch)))
