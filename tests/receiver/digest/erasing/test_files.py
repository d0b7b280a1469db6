"""Files besides the archive: what was read of them stays read, and what changes is all of it."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from receiver.data_dir import DataDir
from receiver.digest.erasing.files import changed_segments, replace_bytes
from receiver.digest.erasing.leftovers import remove_aside
from receiver.digest.erasing.sqlite_files import (
    StoredValue,
    Value,
    count_values,
    erase_values,
)
from receiver.inbox.delivery import Delivery
from receiver.inbox.reader import InboxEntry, InboxReader
from receiver.inbox.writer import InboxWriter
from tests.receiver.deliveries import delivery, put


def longer(one: Delivery) -> Delivery:
    return replace(one, body=one.body.replace(b"secret", b"erased:12345678901234567890"))


def entries(inbox: Path, positions: dict[str, int] | None = None) -> list[InboxEntry]:
    with closing(InboxReader(inbox)) as reader:
        found = list(reader.look().entries(positions or {}))
    return [one for one in found if isinstance(one, InboxEntry)]


def test_a_segment_is_read_on_from_where_it_was(tmp_path: Path) -> None:
    put(tmp_path, [delivery(f"id={n}&a=secret") for n in range(4)])
    before = entries(tmp_path)
    for taken in (0, 1, 4):
        positions = {before[0].segment: before[taken - 1].position} if taken else {}
        for path, data in changed_segments(tmp_path, positions, longer):
            replace_bytes(path, data)
        assert b"secret" not in (tmp_path / before[0].segment).read_bytes()
        left = entries(tmp_path, positions)
        assert [one.received for one in left] == [
            replace(one.received, delivery=longer(one.received.delivery)) for one in before[taken:]
        ]
        assert len(entries(tmp_path)) == len(left)
        (tmp_path / before[0].segment).unlink()
        put(tmp_path, [delivery(f"id={n}&a=secret") for n in range(4)])
        before = entries(tmp_path)


def test_a_living_segment_is_left_alone(tmp_path: Path) -> None:
    with closing(InboxWriter(tmp_path)) as inbox:
        inbox.put(delivery("a=secret"))
        assert list(changed_segments(tmp_path, {}, longer)) == []


def test_nothing_of_a_value_is_left_in_free_pages_or_the_log(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma journal_mode = wal")
        db.execute("create table views (name text primary key, query text, key_hash text)")
        for n in range(50):
            db.execute("insert into views values (?, ?, ?)", (f"{n}", "secret " * 900, "secret"))
        db.execute("delete from views where name > '2'")
        db.execute("update views set query = 'secret', key_hash = 'x' where name = '1'")
        db.execute("insert into views values ('secret', 'a', 'x'), ('erased', 'b', 'x')")
        with closing(sqlite3.connect(path)) as reader:
            reader.execute("select * from views").fetchall()
            assert count_values(path, erased) == {"views": 14}
            erase_values(path, erased, lambda db: forget(db, "key_hash = 'secret'"))
        assert count_values(path, erased) == {}
        rows = db.execute("select name, query from views order by query").fetchall()
    (of_two,) = {name for name, query in rows if query == "a"}
    assert (of_two[:7], len(rows)) == ("erased-", 3)
    for file in tmp_path.iterdir():
        assert b"secret" not in file.read_bytes()


def forget(db: sqlite3.Connection, which: str) -> None:
    db.execute(f"delete from views where {which}")


def erased(stored: StoredValue) -> Value:
    assert isinstance(stored.value, str)
    return stored.value.replace("secret", "erased")


def test_only_what_digest_put_aside_goes(tmp_path: Path) -> None:
    theirs = (
        *("store.rebuilt.duckdb", "store.rebuilt.unfinished", "store.rebuilding.duckdb"),
        *("store.previous.duckdb", "store.previous.duckdb.wal", "store.broken-17.duckdb"),
        *("store.smaller-17.duckdb.wal", "store.duckdb.wal.broken-17", "store.unfinished"),
        *("calltouch.duckdb.unfinished", "calltouch.duckdb.previous", "store.again.duckdb"),
    )
    kept = (
        *("store.duckdb", "store.duckdb.wal", "store.failures", "calltouch.duckdb"),
        *("calltouch.toml", ".env.local", "store.notes.txt", "rebuild-notes.md", "person.key"),
    )
    for name in (*theirs, *kept):
        (tmp_path / name).touch()
    (tmp_path / "rebuild-a1b2c3_d").mkdir()
    assert remove_aside(DataDir(tmp_path)) == len(theirs) + 1
    assert {path.name for path in tmp_path.iterdir()} == {*kept}
