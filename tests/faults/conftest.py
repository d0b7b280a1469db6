"""What several kinds of faults need."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.durability.power import WITH_A_SWITCH, Disk, NoDisk, new_disk


@pytest.fixture(params=WITH_A_SWITCH)
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    try:
        with new_disk(tmp_path, request.param) as disk:
            yield disk
    except NoDisk as reason:
        assert "CI" not in os.environ, reason
        pytest.skip(str(reason))
