"""A byte-wise search through a whole data directory, before and after."""

from receiver.settings.settings import Settings
from tests.byte_search import search_directory
from tests.faults.table import record
from tests.receiver.digest.erasing.conftest import original_world, world
from tests.receiver.digest.erasing.test_erasing import erase
from tests.receiver.digest.erasing.world import SOUGHT

__all__ = ["original_world", "world"]


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
    left = search_directory(world.data_dir, SOUGHT)
    record("T-62 erasing a person", places_before=len(before), places_left=len(left))
    assert left == []
    assert "archive/deliveries/2020-01-01.unfinished" in before
