"""A person is erased from a whole data directory."""

from receiver.data_dir import DataDir
from receiver.digest.erasing.erasures import ErasureLog
from receiver.digest.erasing.orders import ErasureOrder, ErasureOrders, WhomToErase
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.byte_search import search_directory
from tests.receiver.digest.erasing.world import (
    PHONE,
    SOUGHT,
)

BY_PHONE = WhomToErase(phones=(PHONE,))


def order(settings: Settings, whom: WhomToErase = BY_PHONE) -> ErasureOrder:
    place = DataDir(settings.data_dir)
    return ErasureOrders(place.orders).place(whom, "anna", ErasureLog(place.erasures).count())


def erase(settings: Settings, whom: WhomToErase = BY_PHONE) -> None:
    placed = order(settings, whom)
    Digest(settings).finish()
    left = ErasureOrders(DataDir(settings.data_dir).orders).get(placed.act)
    assert left is None, left


def places_in(settings: Settings) -> set[str]:
    found = search_directory(settings.data_dir, SOUGHT)
    return {one.where.split(" (")[0] for one in found}


def test_before_it_was_everywhere_and_afterwards_it_is_nowhere(world: Settings) -> None:
    before = places_in(world)
    for expected in ("store.duckdb", "calltouch.duckdb", "state.sqlite", "flows/flows.sqlite"):
        assert expected in before
    for folder in ("inbox/damaged/", "inbox/", "flows/inbox/", "archive/deliveries/"):
        assert any(one.startswith(folder) for one in before), folder
    assert "archive/operations/2020-01-01.parquet" in before
    erase(world)
    assert search_directory(world.data_dir, SOUGHT) == []
