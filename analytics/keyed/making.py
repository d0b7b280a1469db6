"""The keyed file: made beside the one there is, of the published file, and put in its place.

It is made table by table, of rows that stream through, in a process that has little memory and
gives way to others. It takes its place whole or not at all. Whoever takes the unfinished file away
meanwhile, as erasing does, has seen to it that nothing of this making takes any place.
"""

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from analytics.keyed.columns import KeyedColumn, keyed_columns
from analytics.keyed.keys import bound_halves
from analytics.keyed.own_texts import OWN_TABLES, mask_own_texts
from analytics.keyed.placing import (
    FileAccess,
    KeyedFileTakenAway,
    aside_of,
    put_in_place,
    remove_unfinished,
    unfinished_of,
)
from analytics.keyed.register import REMADE_VIEWS, SAFE_FIELDS
from analytics.keyed.texts import mask_texts
from analytics.parameters import COLUMNS, PARAMETERS
from analytics.parameters.parameter import Bilingual, LeadColumn
from analytics.privacy.contacts import HIDDEN
from analytics.published_file import NotReadable, PublishedSource
from analytics.statements import attach, bound_names, rendered, statement
from analytics.store import SCHEMA_VERSION, make_views

# Each column in which anything is masked takes some megabytes for a join; usually there are few.
_MEMORY = "800MB"
_FLAGS = tuple(name for name in SAFE_FIELDS if PARAMETERS[name].kind.duckdb == "boolean")
_BOUND: Mapping[str, Any] = {
    "hidden": HIDDEN,
    "fields": list(PARAMETERS),
    "flags": list(_FLAGS),
    "words": sorted({word for one in _FLAGS for word in PARAMETERS[one].kind.name.split(" or ")}),
    "numbers": [name for name in SAFE_FIELDS if name not in _FLAGS],
}


@dataclass(frozen=True, slots=True)
class MadeKeyedFile:
    """`rows`: by table."""

    rows: Mapping[str, int]
    seconds: float
    bytes: int
    published_at: datetime
    keyed_at: datetime


def make_keyed_file(
    published: PublishedSource, target: Path, key: bytes, access: FileAccess | None = None
) -> MadeKeyedFile:
    """Raises `NotPublished` where there is nothing to make it of, `KeyedFileTakenAway`,
    `OSError` and `duckdb.Error`."""
    started = time.monotonic()
    unfinished = unfinished_of(target)
    remove_unfinished(target)
    try:
        with _opened(published, unfinished) as db:
            rows, published_at, keyed_at = _fill(db, key)
        size = put_in_place(unfinished, target, access or FileAccess())
    except duckdb.Error:
        if unfinished.exists():
            raise
        raise KeyedFileTakenAway from None
    finally:
        remove_unfinished(target)
    return MadeKeyedFile(rows, time.monotonic() - started, size, published_at, keyed_at)


@contextmanager
def _opened(published: PublishedSource, unfinished: Path) -> Iterator[DuckDBPyConnection]:
    """Both files, as the catalogs `published` and `keyed`."""
    published.version()
    aside = aside_of(unfinished)
    aside.mkdir(mode=0o700)
    config: dict[str, str | int | float | bool | list[str]] = {
        "threads": 1,
        "memory_limit": _MEMORY,
        "temp_directory": str(aside),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "experimental_metadata_reuse": False,
    }
    with closing(duckdb.connect(config=config)) as db:
        # Before the published one is opened: whoever takes this away means that one, too.
        attach(db, unfinished, "keyed", read_only=False)
        published.at_rest().attach(db, "published")
        db.execute("set timezone = 'UTC'")
        db.execute("set search_path = 'published.main,memory.main'")
        yield db
        db.execute("use memory")
        db.execute("detach keyed")
    shutil.rmtree(aside, ignore_errors=True)


def _fill(db: DuckDBPyConnection, key: bytes) -> tuple[dict[str, int], datetime, datetime]:
    ((version, published_at),) = db.execute(
        "select schema_version, published_at from freshness"
    ).fetchall()
    if version != SCHEMA_VERSION:
        raise NotReadable("the published file is of another version, wait until it is rebuilt")
    columns = keyed_columns(db)
    comments = dict(db.execute(statement("keyed/table_comments")).fetchall())
    tables = {name: of for name, of in columns.items() if name not in REMADE_VIEWS}
    mask_texts(db, tables)
    mask_own_texts(db, tables)
    rows = {}
    for name, of in tables.items():
        db.execute(rendered("keyed/table", table=name, columns=of, comment=comments[name]))
        rows[name] = _copy(db, name, of, key)
    keyed_at = datetime.now(UTC)
    db.execute(rendered("keyed/freshness", keyed_at=keyed_at))
    _make_views(db, tables["leads"])
    return rows, published_at, keyed_at


def _copy(db: DuckDBPyConnection, table: str, columns: Sequence[KeyedColumn], key: bytes) -> int:
    kinds = {column.kind for column in columns if column.kind is not None}
    bound = {**_BOUND, **bound_halves(key, kinds)}
    masked = _masked(db, columns, is_own=False)
    own = _masked(db, columns, is_own=True) if table in OWN_TABLES else frozenset[str]()
    fill = rendered("keyed/fill", table=table, columns=columns, masked=masked, own=own)
    needed = bound_names(fill)
    ((count,),) = db.execute(
        fill, {name: value for name, value in bound.items() if name in needed}
    ).fetchall()
    return int(count)


def _masked(
    db: DuckDBPyConnection, columns: Sequence[KeyedColumn], *, is_own: bool
) -> frozenset[str]:
    """The columns in which any text is masked; `is_own`: on the lead of whom it names."""
    asked = (column for column in columns if column.holds is not None)
    return frozenset(
        column.name
        for column in asked
        if db.execute(rendered("keyed/has_masked", column=column, is_own=is_own)).fetchall()[0][0]
    )


def _make_views(db: DuckDBPyConnection, columns: Sequence[KeyedColumn]) -> None:
    """Over the tables that are there."""
    db.execute("use keyed")
    known = {column.name: column for column in columns}
    listed = [_as_keyed(one, known[one.name]) for one in COLUMNS if one.name in known]
    make_views(db, REMADE_VIEWS, columns=listed)


def _as_keyed(column: LeadColumn, keyed: KeyedColumn) -> LeadColumn:
    russian, _, english = keyed.comment.partition(" | ")
    return replace(column, name=keyed.named, comment=Bilingual(russian, english))
