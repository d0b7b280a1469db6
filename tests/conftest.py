"""What several test folders need: the recorded payloads and settings on a temporary directory."""

from collections.abc import Callable
from pathlib import Path

import pytest

from receiver.settings.settings import Settings
from tests.faults.rounds import EXTENT, SEED

SAMPLES = Path(__file__).parent / "samples"


def pytest_report_header() -> str:
    return f"faults: {EXTENT} rounds, FAULT_SEED={SEED}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The whole road first: its tests are long, and in the end one process would wait for them."""
    road = SAMPLES.parent / "road"
    items.sort(key=lambda item: road not in item.path.parents)


@pytest.fixture
def sample() -> Callable[[str], bytes]:
    """The bytes of a recorded payload, exactly as it lies in tests/samples."""
    return lambda name: (SAMPLES / name).read_bytes()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Defaults, on a data directory of their own, with loopback allowed to send."""
    return Settings.load(
        {
            "CALLTOUCH_DATA_DIR": str(tmp_path / "data"),
            "CALLTOUCH_ALLOWED_NETWORKS": "92.118.66.0/23,127.0.0.0/8",
        }
    )
