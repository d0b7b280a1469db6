"""The store: a DuckDB file with one writer, made of `sql/schema` and `sql/views`.

It is a projection of the deliveries and can be made again from them at any time, so a schema that
changes is never migrated: it is rebuilt into a new file. A view that is only added holds nothing:
it is made in the store that is there, under the same version.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.lake.attaching import is_lake
from analytics.lake.fence import hold_fence
from analytics.parameters import COLUMNS, PARAMETERS, TRAFFIC_COLUMNS
from analytics.parameters.parameter import LeadColumn
from analytics.statements import rendered

SCHEMA_VERSION = 12

TABLES = (
    "digest",
    "digest_deliveries",
    "digest_lead_changes",
    "digest_archived",
    "digest_flows_copied",
    "digest_flow_days",
    "digest_noted",
    "leads",
    "lead_attributions",
    "lead_url_params",
    "lead_tags",
    "lead_comments",
    "call_phrases",
    "delivery_gaps",
    "freshness",
    "resync_runs",
    "reconciliation",
    "reconciliation_differences",
    "reconciliation_unread",
    "archive_faults",
    "lost_deliveries",
    "flow_operations",
    "flow_attempts",
    "calendar",
    "alerts",
    "notes",
)
VIEWS = (
    "calls",
    "requests",
    "deliveries",
    "lead_changes",
    "missed_calls",
    "suspected_gaps",
    "leads_by_day",
    "leads_by_day_and_model",
)

PUBLISHED = "published"
"""What was published last, as noted in the store: see `receiver.digest.publishing`."""

_LISTED = {"parameters": tuple(PARAMETERS), "columns": COLUMNS, "traffic": TRAFFIC_COLUMNS}
"""What the templates of tables and views are filled with."""

_MEMORY = "500MB"

# Checkpoints are made before publishing; in between the write-ahead log may grow to this.
STORE_CONFIG: dict[str, str | int | float | bool | list[str]] = {
    "threads": 2,
    "memory_limit": _MEMORY,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    # A part of a table that is left as it was may end with a pointer to where nothing is any more;
    # DuckDB before 1.4 does not open such a file.
    "experimental_metadata_reuse": False,
}


@dataclass(frozen=True, slots=True)
class StoreFingerprint:
    """What, besides the deliveries, decides what the tables hold.

    `decoding` names the settings that deliveries were decoded with (renames and models of the
    webhooks); the store only compares it.
    """

    timezone: str
    decoding: str
    schema_version: int = SCHEMA_VERSION

    def rows(self) -> list[tuple[str, str]]:
        return [
            ("timezone", self.timezone),
            ("decoding", self.decoding),
            ("schema_version", str(self.schema_version)),
        ]


def open_store(path: Path, fingerprint: StoreFingerprint) -> DuckDBPyConnection:
    """Open the store for writing, made new if there is none. One process at a time may do so."""
    db = duckdb.connect(str(path), config=STORE_CONFIG)
    db.execute("set checkpoint_threshold = '1GB'")
    prepare_store(db, fingerprint)
    return db


def prepare_store(db: DuckDBPyConnection, fingerprint: StoreFingerprint) -> None:
    """Make what is missing in the catalog in use."""
    db.execute("set timezone = 'UTC'")
    if not is_made(db):
        _make(db, fingerprint)
    elif fingerprint_of(db).get("schema_version") == str(SCHEMA_VERSION):
        _add_views(db)


def give_back_memory(db: DuckDBPyConnection) -> None:
    """To the system, what the last batches took; what is needed again is read again."""
    with suppress(duckdb.OutOfMemoryException):
        # DuckDB lets go of what it keeps for later when there is less room.
        db.execute("set memory_limit = '50MB'")
    db.execute("set memory_limit = $limit", {"limit": _MEMORY})
    pa.default_memory_pool().release_unused()


def fingerprint_of(db: DuckDBPyConnection) -> dict[str, str]:
    """What the tables were made with; empty for a file that holds no store."""
    if not is_made(db):
        return {}
    return dict(db.execute("select name, value from digest.basis").fetchall())


def note_erasures(db: DuckDBPyConnection, count: int) -> None:
    """How many people had been erased when it was made; a store without them is another one."""
    with transaction(db):
        db.execute("delete from digest.basis where name = 'erasures'")
        if count:
            db.execute("insert into digest.basis values ('erasures', ?)", [str(count)])


def erasures_noted(db: DuckDBPyConnection) -> int:
    return int(fingerprint_of(db).get("erasures", 0))


@contextmanager
def transaction(db: DuckDBPyConnection) -> Iterator[None]:
    """In a lake behind its fence. Raises `FenceLost`."""
    db.execute("begin")
    try:
        hold_fence(db)
        yield
    except BaseException:
        db.execute("rollback")
        raise
    db.execute("commit")


def checkpoint(db: DuckDBPyConnection) -> None:
    """Of a file: a lake has no log, and would take it for an order to keep it in shape."""
    if not is_lake(db):
        db.execute("checkpoint")


def positions(db: DuckDBPyConnection) -> dict[str, int]:
    """Per inbox segment, the offset after the last delivery that is in the store."""
    return dict(db.execute("select segment, position from digest.positions").fetchall())


def save_positions(db: DuckDBPyConnection, moved: Mapping[str, int]) -> None:
    """Belongs into the transaction that writes the deliveries."""
    if not moved:
        return
    db.execute("delete from digest.positions where segment in (select unnest(?))", [list(moved)])
    db.executemany("insert into digest.positions values (?, ?)", list(moved.items()))


def forget_positions(db: DuckDBPyConnection, but: list[str]) -> None:
    """Drop the positions of segments that are no more."""
    with transaction(db):
        db.execute("delete from digest.positions where segment not in (select unnest(?))", [but])
        db.execute("delete from digest.archived where segment not in (select unnest(?))", [but])


def count_deliveries(db: DuckDBPyConnection, until_id: int = 1 << 62) -> int:
    """Quick for an id near the last one: no column of the others is read."""
    query = """select (select count(*) from digest.deliveries)
        - (select count(*) from digest.deliveries where delivery_id > ?)"""
    ((count,),) = db.execute(query, [until_id]).fetchall()
    return int(count)


def archived_positions(db: DuckDBPyConnection) -> dict[str, int]:
    """Per inbox segment, the offset after the last delivery that is in the archive, too."""
    return dict(db.execute("select segment, position from digest.archived").fetchall())


def archived_id(db: DuckDBPyConnection) -> int:
    """The last delivery that was archived; 0 when none was."""
    query = "select coalesce(max(last_id), 0) from digest.archive_end"
    ((last_id,),) = db.execute(query).fetchall()
    return int(last_id)


def save_archived(db: DuckDBPyConnection, last_id: int, moved: Mapping[str, int]) -> None:
    """Note what the archive holds: the store then knows it even when the archive is gone."""
    with transaction(db):
        db.execute("delete from digest.archive_end")
        db.execute("insert into digest.archive_end values (?)", [last_id])
        if moved:
            names = [list(moved)]
            db.execute("delete from digest.archived where segment in (select unnest(?))", names)
            db.executemany("insert into digest.archived values (?, ?)", list(moved.items()))


def last_delivery_id(db: DuckDBPyConnection) -> int:
    """Found among those since the last publication: once a row of a table has been deleted, its
    maximum is the work of reading it whole."""
    query = "select coalesce(max(last_delivery_id), 0) from freshness"
    ((published,),) = db.execute(query).fetchall()
    return last_delivery_from(db, published) or last_delivery_from(db, 0)


def last_delivery_from(db: DuckDBPyConnection, first_id: int) -> int:
    """The last delivery with that id or a higher one; 0 without any."""
    query = "select coalesce(max(delivery_id), 0) from digest.deliveries where delivery_id >= ?"
    # All of them: DuckDB 2.0 registers no table after a result that was not read to its end.
    ((last_id,),) = db.execute(query, [first_id]).fetchall()
    return int(last_id)


def published_us(db: DuckDBPyConnection) -> int:
    """When a store was published last, or what was published; 0: never."""
    query = "select coalesce(max(epoch_us(published_at)), 0) from freshness"
    ((instant,),) = db.execute(query).fetchall()
    return int(instant)


def outcomes_after(db: DuckDBPyConnection, first_id: int) -> dict[str, int]:
    """How many deliveries with that id or a higher one had which outcome."""
    query = "select outcome, count(*) from deliveries where delivery_id >= ? group by outcome"
    return dict(db.execute(query, [first_id]).fetchall())


def is_made(db: DuckDBPyConnection) -> bool:
    """Whether the catalog in use has a store, or views of one: its schema is made in one
    transaction."""
    query = """select 1 from duckdb_tables()
        where database_name = current_catalog() and schema_name = 'digest' and table_name = 'basis'
        union all
        select 1 from duckdb_views()
        where database_name = current_catalog() and schema_name = 'digest' and view_name = 'basis'
        """
    return db.execute(query).fetchone() is not None


def open_tables() -> list[str]:
    """Those that reports may ask."""
    return [table for table in TABLES if not table.startswith("digest")]


def make_tables(db: DuckDBPyConnection, tables: Iterable[str]) -> None:
    for table in tables:
        db.execute(rendered(f"schema/{table}", **_LISTED))


def make_views(
    db: DuckDBPyConnection, views: Iterable[str] = VIEWS, **listed: Sequence[LeadColumn]
) -> None:
    """Over the tables that are there. `listed`: what they have instead of the columns of ours."""
    has_comments = not is_lake(db)
    for view in views:
        for part in db.extract_statements(rendered(f"views/{view}", **{**_LISTED, **listed})):
            if has_comments or not part.query.lstrip().startswith("comment on column"):
                db.execute(part)


def _add_views(db: DuckDBPyConnection) -> None:
    """Those that the program which made the store did not know."""
    query = """select view_name from duckdb_views()
        where database_name = current_catalog() and schema_name = 'main' and not internal"""
    there = {name for (name,) in db.execute(query).fetchall()}
    if added := [view for view in VIEWS if view not in there]:
        with transaction(db):
            make_views(db, added)
            # The published file does not have them.
            db.execute("delete from digest.noted where name = $name", {"name": PUBLISHED})
        checkpoint(db)


def _make(db: DuckDBPyConnection, fingerprint: StoreFingerprint) -> None:
    with transaction(db):
        make_tables(db, TABLES)
        make_views(db)
        db.executemany("insert into digest.basis values (?, ?)", fingerprint.rows())
    # A write-ahead log with DDL in it is the one thing that some DuckDB versions fail to replay.
    checkpoint(db)
