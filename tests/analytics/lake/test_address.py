"""What names a lake: what is refused, and what is never told."""

import pytest

from analytics.lake.address import lake_address, read_data, read_store
from receiver.settings.settings import Settings, SettingsError

STORE = "ducklake:postgres:host=db.example dbname=calltouch user='leads reader'"


def test_a_lake_is_a_catalogue_and_a_place_for_files() -> None:
    address = lake_address(read_store(STORE), read_data("s3://leads/lake/"), "hidden-1")
    assert address.catalog == "host=db.example dbname=calltouch user='leads reader'"
    assert address.place(3).data == "s3://leads/lake/lake-3/"
    assert address.place(3).schema == "calltouch_lake_3"
    assert "hidden" not in repr(address)
    assert address.redacted("of hidden-1: refused") == "of ********: refused"


@pytest.mark.parametrize(
    "written",
    [
        "postgres:dbname=calltouch",
        "ducklake:postgres:",
        "ducklake:postgres:host=db.example",
        "ducklake:postgres:dbname=calltouch; drop",
        "ducklake:postgres:dbname=calltouch password=hidden-2",
        "ducklake:postgres:dbname='calltouch",
    ],
)
def test_anything_else_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.load({"CALLTOUCH_STORE": written, "CALLTOUCH_STORE_DATA": "lake"})
    assert "store (CALLTOUCH_STORE) must be" in str(raised.value)
    assert "hidden" not in str(raised.value)


@pytest.mark.parametrize("written", ["gs://leads/lake", "s3://", "s3://leads/a b", " "])
def test_files_lie_in_a_directory_or_in_a_bucket(written: str) -> None:
    with pytest.raises(SettingsError, match="s3://bucket/prefix"):
        Settings.load({"CALLTOUCH_STORE": STORE, "CALLTOUCH_STORE_DATA": written})


def test_a_lake_without_a_place_for_its_files_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="store_data"):
        Settings.load({"CALLTOUCH_STORE": STORE})


def test_without_the_setting_the_store_is_a_file() -> None:
    assert Settings.load({}).lake is None
