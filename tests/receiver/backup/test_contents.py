"""Whatever a data directory holds is in a backup, or somebody has decided that it is not."""

from pathlib import Path

from receiver.backup.contents import KEPT, MADE_AGAIN, OF_PROCESSES, strangers
from receiver.data_dir import DataDir
from receiver.digest.erasing.erasures import ErasureLog
from receiver.digest.erasing.orders import ErasureOrders, WhomToErase
from receiver.digest.running import Digest
from receiver.process_lock import hold
from receiver.settings.settings import Settings
from tests.receiver.backup.installation import back_up


def test_of_every_place_somebody_has_decided() -> None:
    """Who adds one to `DataDir` says here whether it can be made again."""
    places = {name for name, value in vars(DataDir).items() if isinstance(value, property)}
    assert sorted((*KEPT, *MADE_AGAIN, *OF_PROCESSES)) == sorted(places)


def test_every_place_that_cannot_be_made_again_is_in_a_backup(whole: Settings, shelf: Path) -> None:
    place = DataDir(whole.data_dir)
    ErasureLog(place.erasures).begin(1, "anna", 17, [("call", 1)])
    ErasureOrders(place.orders).place(WhomToErase(phones=("79161234567",)), "anna", 1)
    taken = back_up(whole, shelf)
    copy = DataDir(taken.path / "data")
    for name in KEPT:
        assert getattr(place, name).exists(), f"the installation of the tests has no {name}"
        assert getattr(copy, name).exists(), name
    assert [name for name in (*MADE_AGAIN, *OF_PROCESSES) if getattr(copy, name).exists()] == []
    assert (taken.path / "settings" / "calltouch.toml").read_text().startswith("timezone")
    assert (copy.flows / "crm.toml").exists()


def test_nobody_is_a_stranger_in_a_directory_at_work(whole: Settings) -> None:
    place = DataDir(whole.data_dir)
    with hold(place.serve_lock), hold(place.flows_lock):
        Digest(whole).finish()
        assert strangers(place) == []


def test_a_stranger_is_named(whole: Settings, shelf: Path) -> None:
    (whole.data_dir / "notes").mkdir()
    assert back_up(whole, shelf).manifest.strangers == ("notes",)


def test_definitions_that_lie_elsewhere_are_in_it_too(
    whole: Settings, shelf: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "definitions"
    elsewhere.mkdir()
    (elsewhere / "crm.toml").write_text("title = 'elsewhere'")
    settings = Settings.load(
        {"CALLTOUCH_DATA_DIR": str(whole.data_dir), "CALLTOUCH_FLOWS_DIR": str(elsewhere)}
    )
    taken = back_up(settings, shelf)
    assert (taken.path / "settings/flows/crm.toml").read_text() == "title = 'elsewhere'"
