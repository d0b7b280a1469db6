from pathlib import Path

import pytest

from receiver.settings.settings import Settings
from tests.made_once import made_once
from tests.receiver.backup.installation import (
    copied_installation,
    make_installation,
    settings_in,
)


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Nobody changes it."""
    return settings_in(made_once(tmp_path_factory, "installation", make_installation))


@pytest.fixture
def whole(original: Settings, tmp_path: Path) -> Settings:
    return copied_installation(original, tmp_path)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "backups"
