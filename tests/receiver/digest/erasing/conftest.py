from pathlib import Path

import pytest

from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.made_once import made_once
from tests.receiver.backup.installation import copied_installation, settings_in
from tests.receiver.digest.erasing.world import make_world, with_order


def _make(directory: Path) -> None:
    make_world(directory)
    (directory / "calltouch.toml").touch()


@pytest.fixture(scope="session")
def original_world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Nobody changes it."""
    return settings_in(made_once(tmp_path_factory, "world to erase from", _make))


@pytest.fixture
def world(original_world: Settings, tmp_path: Path) -> Settings:
    return copied_installation(original_world, tmp_path)


@pytest.fixture(scope="session")
def settled(original_world: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """All of it digested. Nobody changes it."""

    def make(directory: Path) -> None:
        Digest(copied_installation(original_world, directory)).finish()

    return settings_in(made_once(tmp_path_factory, "settled world", make))


@pytest.fixture(scope="session")
def erased(settled: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same without the person. Nobody changes it."""

    def make(directory: Path) -> None:
        settings = copied_installation(settled, directory)
        with_order(settings)
        Digest(settings).finish()

    return settings_in(made_once(tmp_path_factory, "erased world", make))
