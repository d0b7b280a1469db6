"""A data directory with a long history: a store made by SQL (`big_store`), and of its deliveries an
archive with its manifest, a file a day, whose bytes are made up.

Digest finds nothing wrong with it. A rebuild would: what the bytes say is no lead.
"""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from analytics.store import save_archived
from bench.big_store import make_big_store
from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.manifest.contents import FileEntry
from receiver.digest.archive.reference import Range, Reference
from receiver.digest.rebuild import fingerprint_for
from receiver.settings.settings import Settings

_SQL = Path(__file__).parent / "big_store_sql"
_ROWS_A_FILE = 400_000


def make_history(work: Path, leads: int) -> Path:
    """One that is there is taken as it is: digest may have gone on with it."""
    place = work / f"history-{leads}"
    if place.exists():
        return place
    unfinished = place.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    data = DataDir(unfinished)
    shutil.copy(make_big_store(work / f"leads-{leads}", leads), data.store)
    data.store.chmod(0o600)
    with duckdb.connect(str(data.store)) as db:
        db.execute("set timezone = 'UTC'")
        for name, value in fingerprint_for(settings_of(unfinished)).rows():
            db.execute("update digest.basis set value = ? where name = ?", [value, name])
        data.archive.mkdir(parents=True)
        entries = [_archived(db, data.archive, name, ids) for name, ids in _files(db)]
        save_archived(db, entries[-1].last_id, {})
    manifest = Archive(data.archive).manifest
    with manifest.changing():
        manifest.begin_anew(entries)
    unfinished.rename(place)
    return place


def settings_of(place: Path) -> Settings:
    return Settings.load({"CALLTOUCH_DATA_DIR": str(place)})


def _files(db: DuckDBPyConnection) -> Iterator[tuple[str, Range]]:
    """By the day of the delivery that came last so far, as many as fit into a file."""
    days = db.execute((_SQL / "days_of_receipt.sql").read_text(encoding="utf-8")).fetchall()
    for day, first, last in days:
        for number, start in enumerate(range(first, last + 1, _ROWS_A_FILE), 1):
            name = f"{day}.parquet" if number == 1 else f"{day}.{number}.parquet"
            yield name, (start, min(start + _ROWS_A_FILE - 1, last))


def _archived(db: DuckDBPyConnection, directory: Path, name: str, ids: Range) -> FileEntry:
    rows = db.sql(
        (_SQL / "archived.sql").read_text(encoding="utf-8"),
        params={"first": ids[0], "last": ids[1]},
    )
    path = directory / name
    rows.write_parquet(str(path), compression="zstd")
    data = path.read_bytes()
    days = Reference(db).days(ids)
    return FileEntry(name, *ids, days, len(data), hashlib.sha256(data).hexdigest())
