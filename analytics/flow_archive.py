"""Operations of flows as files, one a day of receipt: `archive/operations/2026-11-20.parquet`.

`flows.sqlite` forgets an operation after a while; a store that is made anew has it from here. The
file of a day is written when the day is over, and again when one of its operations changes.
"""

import logging
from datetime import date
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from analytics.statements import statement
from analytics.store import transaction
from analytics.synced import sync

log = logging.getLogger(__name__)

_DAYS_AT_ONCE = 20
_UNFINISHED = ".unfinished"


def has_days_to_archive(db: DuckDBPyConnection, today: date) -> bool:
    query = "select 1 from digest.flow_days where day < ? limit 1"
    return bool(db.execute(query, [today]).fetchall())


def archive_days(db: DuckDBPyConnection, directory: Path, today: date) -> int:
    """Write the files of some days before `today` that have changed; returns how many. Raises
    `OSError` and `duckdb.Error`."""
    days = db.execute(
        "select day from digest.flow_days where day < $today order by day limit $most",
        {"today": today, "most": _DAYS_AT_ONCE},
    ).fetchall()
    for (day,) in days:
        _write(db, directory / f"{day}.parquet", day)
        with transaction(db):
            db.execute("delete from digest.flow_days where day = $day", {"day": day})
    return len(days)


def restore_days(db: DuckDBPyConnection, directory: Path) -> None:
    """Into a store that has none. A file that cannot be read is named, and stays where it is."""
    for path in sorted(directory.glob("*.parquet")):
        try:
            with transaction(db):
                db.register("archived", db.read_parquet(str(path)))
                db.execute(statement("publish/restore_flow_day"))
                db.unregister("archived")
        except duckdb.Error as error:
            log.error("operations of %s are missing: %s", path.name, type(error).__name__)


def _write(db: DuckDBPyConnection, path: Path, day: date) -> None:
    """By rename, and synced before it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(_UNFINISHED)
    rows = db.sql(statement("publish/flow_day"), params={"day": day})
    rows.write_parquet(str(unfinished), compression="zstd")
    sync(unfinished)
    unfinished.rename(path)
    sync(path.parent)
