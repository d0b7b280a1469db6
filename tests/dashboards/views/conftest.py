"""The busy place with users of its own: what they keep is not read by other tests."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.published_file import Published, PublishedFile
from dashboards.access.gate import Gate
from dashboards.access.state import AccessStore
from dashboards.app import create_dashboards
from tests.dashboards.access.signing_in import sign_in
from tests.dashboards.conftest import SETTINGS, Place


@pytest.fixture
def access(tmp_path: Path) -> AccessStore:
    """Nobody has saved anything yet."""
    return AccessStore(tmp_path / "state.sqlite", SETTINGS.clock)


@pytest.fixture
def app(busy_place: Place, access: AccessStore) -> Flask:
    return create_dashboards(Published(PublishedFile(busy_place.published)), SETTINGS, Gate(access))


@pytest.fixture
def client(app: Flask, access: AccessStore) -> FlaskClient:
    return sign_in(app.test_client(), access)
