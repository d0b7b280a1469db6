"""One file of the archive: how it is written, and its entry in the manifest."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import pyarrow.parquet as pq

from receiver.digest.archive.manifest.contents import FileEntry
from receiver.digest.archive.numbered import NumberedDelivery
from receiver.digest.archive.rows import (
    ROWS_AT_ONCE,
    FileContent,
    batches_of,
    row_of,
    with_checksums,
)

_HASHED_AT_ONCE = 1 << 20


def written(
    writer: pq.ParquetWriter, before: BinaryIO | None, deliveries: Iterable[NumberedDelivery]
) -> FileContent:
    """Write the rows of the previous file, then these."""
    if before is not None:
        with before:
            for batch in pq.ParquetFile(before).iter_batches(batch_size=ROWS_AT_ONCE):
                writer.write_batch(with_checksums(batch))
    content = FileContent()
    for batch in batches_of(content.noted(map(row_of, deliveries))):
        writer.write_batch(batch)
    return content


def entry_of(name: str, path: Path, content: FileContent, before: FileEntry | None) -> FileEntry:
    """The entry of a file that has been written; syncs it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        sha256 = sha256_of(file)
    days = Counter(content.days) + Counter(before.days if before else {})
    return FileEntry(
        name,
        before.first_id if before else content.first_id,
        content.last_id,
        dict(days),
        path.stat().st_size,
        sha256,
        content.segments,
        replaces=before.sha256 if before else None,
    )


def sha256_of(file: BinaryIO) -> str:
    hashed = hashlib.sha256()
    while piece := file.read(_HASHED_AT_ONCE):
        hashed.update(piece)
    return hashed.hexdigest()
