"""A lake with the rows of a published file."""

from pathlib import Path

from analytics.lake.address import LakeAddress
from analytics.lake.catalog import LakeState, catalog_of
from analytics.lake.store import open_lake
from analytics.published_file import Published, PublishedFile
from analytics.statements import attach
from analytics.store import StoreFingerprint, fingerprint_of, transaction


def fill_lake(address: LakeAddress, file: Path) -> None:
    """It becomes the current one."""
    with Published(PublishedFile(file)).reading() as db:
        made_with = fingerprint_of(db)
    fingerprint = StoreFingerprint(made_with["timezone"], made_with["decoding"])
    with catalog_of(address) as catalog:
        place = catalog.new()
        with open_lake(address, place, fingerprint) as db:
            attach(db, file, "file")
            listed = """select schema_name || '.' || table_name from duckdb_tables()
                where database_name = 'file'"""
            with transaction(db):
                for (table,) in db.execute(listed).fetchall():
                    db.execute(f"delete from store.{table}")
                    db.execute(f"insert into store.{table} by name select * from file.{table}")
        catalog.note(place, LakeState.CURRENT)
