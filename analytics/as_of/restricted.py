"""What was known at an instant of the leads of limited rights."""

from duckdb import DuckDBPyConnection

from analytics.as_of.known_until import NOW_LIMITED, KnownUntil
from analytics.published_file import PublishedSource
from analytics.restricted.rights import LeadRights
from analytics.restricted.views import WHOLE_CATALOG, restrict


def restrict_known(
    known: KnownUntil, rights: LeadRights, db: DuckDBPyConnection, source: PublishedSource
) -> None:
    """As `analytics.published_file.Attach`. A lead that was of these rights then and is not now, or
    is only now, is not told of."""
    known.attach(db, source, WHOLE_CATALOG)
    restrict(db, rights, "file", NOW_LIMITED)
    restrict(db, rights, WHOLE_CATALOG, "published", NOW_LIMITED)
