"""What several test folders need: the recorded payloads and settings on a temporary directory."""

from collections.abc import Callable
from pathlib import Path

import pytest

from receiver.settings.settings import Settings
from tests.faults.rounds import EXTENT, SEED

SAMPLES = Path(__file__).parent / "samples"
SERVER_FOLDERS = {"road", "faults"}
STARTERS = {
    "api",
    "made_api",
    "make_server",
    "reading",
    "served",
    "serving",
    "site",
    "stand_in",
    "started",
    "subprocess",
}


def pytest_report_header() -> str:
    return f"faults: {EXTENT} rounds, FAULT_SEED={SEED}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The whole road first: its tests are long, and in the end one process would wait for them."""
    road = SAMPLES.parent / "road"
    items.sort(key=lambda item: road not in item.path.parents)
    for item in items:
        if needs_browser(item):
            item.add_marker("browser")
        if starts_processes(item):
            item.add_marker("server")


def needs_browser(item: pytest.Item) -> bool:
    return "browser" in getattr(item, "fixturenames", ())


def starts_processes(item: pytest.Item) -> bool:
    """`STARTERS` reach a test as a fixture or by an import of its module."""
    if set(item.path.relative_to(SAMPLES.parent).parts) & SERVER_FOLDERS:
        return True
    module = getattr(item, "module", None)
    return bool(STARTERS & {*getattr(item, "fixturenames", ()), *vars(module)})


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
