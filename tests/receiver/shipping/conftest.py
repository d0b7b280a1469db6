from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from tests.postgres import PASSWORD, PostgresServer, postgres
from tests.receiver.shipping.hosts import Hosts

__all__ = ["postgres"]


@pytest.fixture
def hosts(postgres: PostgresServer, tmp_path: Path) -> Iterator[Hosts]:
    yield Hosts(tmp_path, make_conninfo(postgres.new_database(), password=PASSWORD))
