"""The same account as for resync."""

import shutil
from pathlib import Path

import pytest

from simulator.api import RunningApi
from tests.receiver.calltouch_api.account import environment
from tests.receiver.resync.conftest import api, but_a_day, sent, whole, world

__all__ = ["api", "but_a_day", "sent", "whole", "world"]


@pytest.fixture
def data(api: RunningApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("receiver.calltouch_api.rate_limit.RateLimit.wait", lambda pace: None)
    for name, value in environment(api, tmp_path / "data").items():
        monkeypatch.setenv(name, value)
    return tmp_path / "data"


@pytest.fixture
def whole_data(whole: Path, data: Path) -> Path:
    """Everything sent has arrived."""
    return shutil.copytree(whole, data)


@pytest.fixture
def data_but_a_day(but_a_day: Path, data: Path) -> Path:
    """Everything sent has arrived, except from the 18th."""
    return shutil.copytree(but_a_day, data)
