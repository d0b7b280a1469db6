"""A lake attached to a connection, under a name of the caller's choice."""

import os

import duckdb
from duckdb import DuckDBPyConnection

from analytics.lake.address import LakeAddress, LakePlace
from analytics.lake.extensions import load_extensions
from analytics.s3 import s3_address
from analytics.statements import rendered

WRITTEN = "store"
"""The catalog, for the connection that writes it."""


class LakeUnreachable(Exception):
    """PostgreSQL or the files do not answer; the text says which, without a password."""


def attach_lake(
    db: DuckDBPyConnection,
    address: LakeAddress,
    place: LakePlace,
    name: str,
    *,
    read_only: bool = True,
    makes: bool = False,
    snapshot: int | None = None,
) -> None:
    """`makes`: a new one, where there is none. `snapshot`: as it was then. Cursors begin in the
    catalog `memory`: each needs its own `use`, or a search path.

    Raises `LakeUnreachable`, `LakeNotInstalled`.
    """
    load_extensions(db, is_in_bucket=place.is_in_bucket)
    try:
        db.execute(rendered("lake/catalog_secret", password=address.password))
        if place.is_in_bucket:
            words = _bucket_words()
            db.execute(rendered("lake/data_secret", place=place, words=words))
        db.execute(
            rendered(
                "lake/attach",
                catalog=f"ducklake:postgres:{address.session}",
                place=place,
                name=name,
                read_only=read_only,
                makes=makes,
                snapshot=snapshot,
            )
        )
    except duckdb.Error as error:
        raise LakeUnreachable(f"the lake: {address.redacted(str(error))}") from None


def is_lake(db: DuckDBPyConnection) -> bool:
    """Whether the catalog that is in use is one."""
    query = """select type = 'ducklake' from duckdb_databases()
        where database_name = current_catalog()"""
    ((answer,),) = db.execute(query).fetchall()
    return bool(answer)


def use_lake(cursor: DuckDBPyConnection) -> None:
    """The lake that the cursor's connection writes into; of a file there is nothing to do."""
    query = """select 1 from duckdb_databases()
        where database_name = $name and type = 'ducklake'"""
    if cursor.execute(query, {"name": WRITTEN}).fetchall():
        cursor.execute(rendered("use", catalog=WRITTEN))


def snapshot_of(db: DuckDBPyConnection, name: str) -> int:
    """The number of the newest state; it grows with every commit."""
    ((number,),) = db.execute(rendered("lake/snapshot", name=name)).fetchall()
    return int(number)


def _bucket_words() -> dict[str, str]:
    """The usual variables of AWS, as DuckDB calls them."""
    s3 = s3_address()
    words = {
        "key_id": os.environ.get("AWS_ACCESS_KEY_ID"),
        "secret": os.environ.get("AWS_SECRET_ACCESS_KEY"),
        "session_token": os.environ.get("AWS_SESSION_TOKEN"),
        "region": s3.region,
    }
    if s3.host is not None:
        words |= {"endpoint": s3.host, "url_style": "path"}
        words["use_ssl"] = "true" if s3.is_encrypted else "false"
    return {name: value for name, value in words.items() if value}
