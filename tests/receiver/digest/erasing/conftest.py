from pathlib import Path

import pytest

from receiver.settings.settings import Settings
from tests.made_once import made_once
from tests.receiver.backup.installation import copied_installation, settings_in
from tests.receiver.digest.erasing.world import make_world


@pytest.fixture(scope="session")
def original_world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Nobody changes it."""
    directory = made_once(tmp_path_factory, "world to erase from", make_world)
    (directory / "calltouch.toml").touch()
    return settings_in(directory)


@pytest.fixture
def world(original_world: Settings, tmp_path: Path) -> Settings:
    return copied_installation(original_world, tmp_path)
