"""A published file of an earlier version, as whoever asks reports sees it until it is rebuilt."""

from duckdb import DuckDBPyConnection

from analytics.published_file import PublishedSource
from analytics.store import fingerprint_of, make_tables, open_tables


def attach_completed(db: DuckDBPyConnection, source: PublishedSource) -> None:
    """As `analytics.published_file.Attach`: beside the file stand empty tables in place of those
    that it has not got, so that reports lack only what these would say."""
    source.attach(db, "published")
    db.execute("use published")
    is_store = bool(fingerprint_of(db))
    query = "select table_name from duckdb_tables() where database_name = 'published'"
    found = {name for (name,) in db.execute(query).fetchall()}
    db.execute("use memory")
    if is_store:
        make_tables(db, [table for table in open_tables() if table not in found])
