"""The pages behind their gate, with a clock controlled by tests."""

import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from analytics.published_file import Published, PublishedFile
from dashboards.access.gate import Gate
from dashboards.access.people import add_user
from dashboards.access.roles import Role
from dashboards.access.sign_in.passwords import hash_password
from dashboards.access.state import AccessStore
from dashboards.app import PageSettings, create_dashboards

PASSWORD = "correct horse"


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)

    def sleep(self, seconds: float) -> None:
        self.turn(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(tmp_path: Path, clock: Clock) -> Iterator[AccessStore]:
    access = AccessStore(tmp_path / "state.sqlite", clock, sleep=clock.sleep)
    yield access
    access.close()


@pytest.fixture
def app(access: AccessStore, clock: Clock, tmp_path: Path) -> Flask:
    """The dashboards before the first delivery."""
    settings = PageSettings("Europe/Moscow", "https://leads.example", has_secret=False, clock=clock)
    app = create_dashboards(
        Published(PublishedFile(tmp_path / "calltouch.duckdb")), settings, Gate(access)
    )
    app.testing = True
    return app


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Of `PASSWORD`; slow, so computed once."""
    return hash_password(PASSWORD)


@pytest.fixture
def anna(access: AccessStore, password_hash: str) -> str:
    """Name of an admin whose password is `PASSWORD`."""
    with access.changing() as db:
        add_user(db, access.clock(), "anna", Role.ADMIN, password_hash)
    return "anna"


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process can grow."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def submit(client: FlaskClient, url: str, **fields: str) -> TestResponse:
    """Open the form at a URL, fill it in and submit it."""
    return client.post(url, data={"form_token": form_token_at(client, url), **fields})


def form_token_at(client: FlaskClient, url: str) -> str:
    page = client.get(url).get_data(as_text=True)
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token is not None, page
    return token[1]


def try_password(client: FlaskClient, password: str, name: str = "anna") -> TestResponse:
    return submit(client, "/sign-in", name=name, password=password)
