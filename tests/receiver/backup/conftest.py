from pathlib import Path

import pytest

from receiver.settings.settings import Settings
from tests.receiver.backup.installation import copied_installation, make_installation


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Made once; nobody changes it."""
    return make_installation(tmp_path_factory.mktemp("installation"))


@pytest.fixture
def whole(original: Settings, tmp_path: Path) -> Settings:
    return copied_installation(original, tmp_path)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "backups"
