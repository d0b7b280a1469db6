import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import PostgresServer, postgres
from tests.receiver.shipping.hosts import Hosts

__all__ = ["postgres"]

_names = itertools.count(1)


@pytest.fixture
def hosts(postgres: PostgresServer, tmp_path: Path) -> Iterator[Hosts]:
    yield Hosts(tmp_path, postgres.make_database(f"parcels_{next(_names)}"))
