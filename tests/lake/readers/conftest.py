"""The same leads in a file and in a lake; tests only read them."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from analytics.earlier_file import attach_completed
from analytics.lake.address import LakeAddress
from analytics.lake.published_lake import PublishedLake
from analytics.published_file import Published, PublishedFile, PublishedSource
from analytics.restricted.files import LeadFiles
from tests.analytics.reports.world import NOW, PUBLISHED
from tests.dashboards.test_every_page import make_pages_world
from tests.lake.filled import fill_lake
from tests.postgres import PASSWORD, PostgresServer

THEN = (NOW - timedelta(days=20)).astimezone(UTC)
"""An instant of the past, with deliveries on both sides of it."""


@dataclass(frozen=True, slots=True)
class Twins:
    """`directory`: of the file, and of what lies beside it."""

    directory: Path
    address: LakeAddress

    @property
    def file(self) -> Path:
        return self.directory / PUBLISHED

    @property
    def sources(self) -> tuple[PublishedSource, PublishedSource]:
        """The file, then the lake."""
        return PublishedFile(self.file), PublishedLake(self.address, self.directory / "none.duckdb")

    @property
    def readers(self) -> tuple[LeadFiles, LeadFiles]:
        first, second = (Published(one, attaches=attach_completed) for one in self.sources)
        return LeadFiles(first), LeadFiles(second)

    @property
    def environ(self) -> dict[str, str]:
        """Settings of commands that read the lake."""
        return {
            "CALLTOUCH_STORE": f"ducklake:postgres:{self.address.catalog}",
            "CALLTOUCH_STORE_DATA": self.address.data,
            "CALLTOUCH_STORE_PASSWORD": PASSWORD,
        }


@pytest.fixture(scope="session")
def twins(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Twins:
    directory = tmp_path_factory.mktemp("twins")
    make_pages_world(directory)
    address = LakeAddress(postgres.new_database(), str(directory / "lake"), PASSWORD)
    fill_lake(address, directory / PUBLISHED)
    return Twins(directory, address)
