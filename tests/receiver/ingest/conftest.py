"""The receivers of flows; what they know of flows is looked up at each web request."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from receiver.ingest import flow_addresses
from receiver.settings.settings import Settings
from tests.receiver.ingest.flow_places import FlowWorld


@pytest.fixture
def looks_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_addresses, "_LOOK_SECONDS", 0.0)


@pytest.fixture
def world(settings: Settings, looks_always: None) -> FlowWorld:
    return FlowWorld(settings)


@pytest.fixture
def world_with(settings: Settings, looks_always: None) -> Callable[..., FlowWorld]:
    return lambda **changes: FlowWorld(replace(settings, **changes))
