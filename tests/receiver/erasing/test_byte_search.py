"""A search that cannot find proves nothing."""

import gzip
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.byte_search import Sought, search_bytes, search_directory
from tests.receiver.erasing.spellings import (
    BROWSER,
    BYTES,
    CALLER_ID,
    EMAIL,
    NAME,
    OTHER_EMAIL,
    PHONE,
    RECORDING,
    TEXTS,
    WRITTEN,
)

SOUGHT = Sought((PHONE,), (EMAIL, OTHER_EMAIL), (NAME,), (CALLER_ID, BROWSER, RECORDING))


@pytest.mark.parametrize("way", TEXTS)
def test_every_spelling_is_found_in_every_encoding(way: str) -> None:
    missed = []
    for place, written in enumerate(WRITTEN):
        text = f"перезвонить: {TEXTS[way](written)} до пяти"
        for encoding in (BYTES[0], BYTES[1 + place % 4]):
            raw = text.encode(encoding, "ignore")
            can_hold = raw.decode(encoding) == text
            if can_hold and not search_bytes(raw, SOUGHT):
                missed.append((written, encoding))
    assert missed == []


def test_what_is_nobodys_is_not_found() -> None:
    raw = "Иван Сидоров, +7 916 123-45-00, ivan@mail.ru, 1793692189209305627".encode()
    assert search_bytes(raw, SOUGHT) == set()


def _as_gzip(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode()))


def _as_parquet(path: Path, text: str) -> None:
    rows = {"body": [b"a=1", text.encode()], "note": ["x", "y"]}
    pq.write_table(pa.table(rows), path, compression="zstd")


def _as_list_in_parquet(path: Path, text: str) -> None:
    half = len(text) // 2
    pq.write_table(pa.table({"pieces": [[text[:half], text[half:]]]}), path, compression="zstd")


def _as_sqlite(path: Path, text: str) -> None:
    """In a text that is longer than a page."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("create table audit (said text)")
        db.execute("insert into audit values (?)", ("х" * 2_044 + text + "ы" * 9_000,))
        db.commit()


def _as_free_page(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma secure_delete = off")
        db.execute("create table audit (said text)")
        db.execute("insert into audit values (?)", (text,))
        db.commit()
        db.execute("delete from audit")
        db.commit()


def _as_duckdb(path: Path, text: str) -> None:
    """Packed as a column of many texts that begin alike."""
    with duckdb.connect(str(path)) as db:
        db.execute("create table leads (said varchar)")
        rows = [[f"звонок {n}"] for n in range(3_000)]
        db.executemany("insert into leads values (?)", [*rows[:50], [f"звонок {text}"]])
        db.execute("checkpoint")


@pytest.mark.parametrize(
    "plant",
    [_as_gzip, _as_parquet, _as_list_in_parquet, _as_sqlite, _as_free_page, _as_duckdb],
)
@pytest.mark.parametrize("written", ["+7 (916) 123-45-67", "Анна Петрова", EMAIL, RECORDING])
def test_it_is_found_in_every_kind_of_file(
    tmp_path: Path, plant: Callable[[Path, str], None], written: str
) -> None:
    (tmp_path / "below").mkdir()
    plant(tmp_path / "below" / "file", f"запись: {written}.")
    assert search_directory(tmp_path, SOUGHT)


def test_names_of_files_are_searched(tmp_path: Path) -> None:
    (tmp_path / f"export-{PHONE}.csv").write_text("")
    assert [one.what for one in search_directory(tmp_path, SOUGHT)] == [PHONE]
