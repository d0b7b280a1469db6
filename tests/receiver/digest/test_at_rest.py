"""What digest asks of the store after a restart and at rest, counted: of a long history as much as
of a short one."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Self

import duckdb
import orjson
import pytest

from analytics.store import save_archived
from receiver.data_dir import DataDir
from receiver.digest import running
from receiver.digest.archive import glances
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.check import looked_at
from receiver.digest.archive.manifest.contents import FileEntry
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.receiver.deliveries import call, put

ROW_GROUP = 122_880
SHORT, LONG = 1_000, ROW_GROUP + 1_000
A_FILE = 2_000
MARGIN = ROW_GROUP // 2
AT_ONCE = 1
DAY = "2026-11-20"
_HISTORY = """
insert into digest.deliveries by name
select
    range as delivery_id, timestamptz '2026-11-20 12:00:00+00' as received_at,
    'default' as webhook, 'webhook' as origin, 'POST' as method, received_at as sent_at,
    'other' as outcome, false as is_late, []::varchar[] as problems, 0 as size
from range(?, ?)
"""


@dataclass
class Asked:
    """Of the store and the published file, by anybody in this process; and how many files of the
    archive were looked at."""

    statements: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    files: int = 0

    @property
    def total_rows(self) -> int:
        return self.rows.total()


class CountingConnection:
    """As a connection of DuckDB, and notes what each statement has scanned."""

    def __init__(self, db: duckdb.DuckDBPyConnection, asked: Asked) -> None:
        self._db = db
        self._asked = asked
        self._last: str | None = None
        db.execute("set enable_profiling = 'no_output'")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def execute(self, query: str, *values: Any) -> Self:
        self._note()
        self._last = query
        self._asked.statements[query] += 1
        self._db.execute(query, *values)
        return self

    def fetchall(self) -> list[Any]:
        rows = self._db.fetchall()
        self._note()
        return rows

    def cursor(self) -> "CountingConnection":
        return CountingConnection(self._db.cursor(), self._asked)

    def close(self) -> None:
        self._note()
        self._db.close()

    def _note(self) -> None:
        """Once its rows have been fetched."""
        if self._last is not None:
            profile = orjson.loads(self._db.get_profiling_information("json"))
            self._asked.rows[self._last] += int(profile.get("cumulative_rows_scanned") or 0)
        self._last = None


@contextmanager
def counting(patch: pytest.MonkeyPatch) -> Iterator[Asked]:
    asked, connect = Asked(), duckdb.connect

    def look(archive: Archive, entry: FileEntry) -> object:
        asked.files += 1
        return looked_at(archive, entry)

    with patch.context() as inner:
        inner.setattr(
            duckdb, "connect", lambda *a, **given: CountingConnection(connect(*a, **given), asked)
        )
        inner.setattr(running, "interruptible", lambda db: db)
        inner.setattr(glances, "looked_at", look)
        inner.setattr(glances, "AT_ONCE", AT_ONCE)
        yield asked


def settings_with_history(directory: Path, deliveries: int) -> Settings:
    """Some that came in, and many more that are in the store and, as far as anybody looks, in files
    of the archive."""
    settings = Settings.load({"CALLTOUCH_DATA_DIR": str(directory / f"{deliveries}")})
    put(settings, [call(number) for number in range(1, 11)])
    Digest(settings).finish()
    place = DataDir(settings.data_dir)
    with duckdb.connect(str(place.store)) as db:
        db.execute(_HISTORY, [11, deliveries + 1])
        save_archived(db, deliveries, {})
    firsts = range(11, deliveries + 1, A_FILE)
    files = [
        _made_up(place.archive, first, min(first + A_FILE - 1, deliveries)) for first in firsts
    ]
    manifest = Archive(place.archive).manifest
    with manifest.changing():
        manifest.begin_anew(files)
    Digest(settings).finish()
    return settings


def _made_up(directory: Path, first: int, last: int) -> FileEntry:
    path = directory / f"{DAY}.{first}.parquet"
    path.write_bytes(b"made up")
    days = {DAY: last - first + 1}
    return FileEntry(path.name, first, last, days, 7, sha256(b"made up").hexdigest())


_NUMBERS = count(1_000)


def restart(settings: Settings) -> None:
    digest = Digest(settings)
    assert digest._kept.faults == []
    for _ in range(3):
        assert digest.step() == 0
        digest._publish_if_due()
        digest._kept.look(digest._db, [])
    digest.finish()


def batches(digest: Digest, settings: Settings) -> None:
    """The first one rewrites a delivery of long ago, so that the table is no longer what DuckDB
    knows the number and the limits of; the second one comes before a checkpoint."""
    for sent in (1695673778 - next(_NUMBERS), 1695673778):
        put(settings, [call(5, sent, status="successful"), call(next(_NUMBERS))])
        assert digest.step() == 2
    digest._publish()


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> list[Settings]:
    directory = tmp_path_factory.mktemp("histories")
    return [settings_with_history(directory, length) for length in (SHORT, LONG)]


def test_a_restart_and_rest_ask_the_same_of_a_long_history(
    histories: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for settings in histories:
        before = DataDir(settings.data_dir).published.stat()
        with counting(monkeypatch) as asked:
            restart(settings)
        assert DataDir(settings.data_dir).published.stat() == before
        found.append(asked)
    short, long = found
    assert long.statements == short.statements
    assert long.total_rows < short.total_rows + MARGIN, long.rows - short.rows
    assert long.files == short.files > 0


def test_a_batch_and_its_publication_scan_no_history(
    histories: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for settings in histories:
        with counting(monkeypatch) as asked:
            digest = Digest(settings)
            batches(digest, settings)
            batches(digest, settings)
            digest.finish()
        # Before the first publication of a process: it reads no column.
        counted = [query for query in asked.rows if "(select count(*) from" in query]
        assert sum(asked.statements[query] for query in counted) == 2
        for query in counted:
            del asked.rows[query]
        found.append(asked)
    short, long = found
    assert long.total_rows < short.total_rows + MARGIN, long.rows - short.rows
