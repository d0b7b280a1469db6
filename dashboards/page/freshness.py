"""How fresh the data on a page is."""

from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection

from analytics.statements import statement
from dashboards.page.archive_notice import ArchiveNotice, read_archive_notice

_REPORT = "reports/overview/freshness"


class NoDeliveries(Exception):
    """The published file holds no delivery yet, so there is nothing to show."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """Instants in UTC. A file is published when deliveries were digested, so its age says nothing;
    only the age of the last delivery does, and even that may be a quiet weekend."""

    published_at: datetime
    last_received_at: datetime
    archive: ArchiveNotice

    def silent_days(self, now: datetime) -> int:
        """Whole days without a delivery."""
        return max((now - self.last_received_at).days, 0)


def read_freshness(db: DuckDBPyConnection) -> Freshness:
    """Raises `NoDeliveries`."""
    for published_at, last_received_at in db.execute(statement(_REPORT)).fetchall():
        if last_received_at is not None:
            return Freshness(published_at, last_received_at, read_archive_notice(db))
    raise NoDeliveries
