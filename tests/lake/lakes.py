"""Settings whose store is a lake, and what lies in it."""

from dataclasses import replace
from typing import Any

import duckdb
import psycopg
from duckdb import DuckDBPyConnection

from analytics.compare import Attach
from analytics.lake.address import PREFIX, LakeAddress
from analytics.lake.attaching import attach_lake
from analytics.lake.catalog import LakeState, catalog_of, current_lake
from receiver.settings.settings import Settings


def on_lake(settings: Settings, address: LakeAddress) -> Settings:
    return replace(
        settings,
        store=PREFIX + address.catalog,
        store_data=address.data,
        store_password=address.password,
    )


def attaching(address: LakeAddress) -> Attach:
    def attach(db: DuckDBPyConnection, name: str) -> None:
        place = current_lake(address)
        assert place is not None
        attach_lake(db, address, place, name)

    return attach


def asked(address: LakeAddress, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as db:
        attaching(address)(db, "lake")
        db.execute("use lake")
        return db.execute(query).fetchall()


def numbers(address: LakeAddress, state: LakeState) -> list[int]:
    with catalog_of(address) as catalog:
        return [place.number for place in catalog.all(state)]


def asked_postgres(address: LakeAddress, query: bytes) -> list[tuple[Any, ...]]:
    with psycopg.connect(address.catalog, password=address.password) as db:
        return db.execute(query).fetchall()
