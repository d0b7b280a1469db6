"""Whoever is erased is gone from the file without persons as well."""

from pathlib import Path

from analytics.keyed.making import make_keyed_file
from analytics.published_file import PublishedFile
from receiver.data_dir import DataDir
from receiver.digest.erasing.orders import ErasureOrders
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.analytics.keyed.files import KEY, rows_in
from tests.byte_search import search_directory
from tests.receiver.backup.installation import copied_installation
from tests.receiver.digest.erasing.world import LEADS, SOUGHT, with_order

PERSONS = "select lead_type, lead_id, person, phone_key from leads where lead_id in (501, 502)"


def test_it_goes_and_a_new_one_has_stand_ins(settled: Settings, tmp_path: Path) -> None:
    settings = copied_installation(settled, tmp_path)
    place = DataDir(settings.data_dir)
    make_keyed_file(PublishedFile(place.published), place.keyed, KEY)
    before = rows_in(place.keyed, PERSONS)
    unfinished = place.keyed.with_name(place.keyed.name + ".unfinished")
    unfinished.write_bytes(b"being made of what was published before")
    placed = with_order(settings)
    Digest(settings).finish()
    assert not ErasureOrders(place.orders).is_there(placed.act)
    assert not place.keyed.exists()
    assert not unfinished.exists()
    alone = tmp_path / "alone"
    alone.mkdir()
    make_keyed_file(PublishedFile(place.published), alone / "keyed.duckdb", KEY)
    after = rows_in(alone / "keyed.duckdb", PERSONS)
    assert len(after) == len(before) == len(LEADS)
    assert {row[3][:7] for row in after if row[3]} == {"erased:"}
    assert not {row[2] for row in after} & {row[2] for row in before}
    assert search_directory(alone, SOUGHT) == []


def test_what_nobody_has_to_forget_leaves_it_alone(settled: Settings, tmp_path: Path) -> None:
    settings = copied_installation(settled, tmp_path)
    keyed = DataDir(settings.data_dir).keyed
    keyed.write_bytes(b"made an hour ago")
    Digest(settings).finish()
    assert keyed.read_bytes() == b"made an hour ago"
