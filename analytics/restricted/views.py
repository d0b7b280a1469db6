"""Views with only the leads of some rights, in the place of the tables that have them all."""

from collections.abc import Mapping, Sequence

from duckdb import DuckDBPyConnection

from analytics.published_file import NotReadable
from analytics.reports.patterns import pattern_of
from analytics.restricted.rights import LeadRights
from analytics.statements import rendered
from analytics.store import SCHEMA_VERSION, fingerprint_of, make_views

WHOLE_CATALOG = "whole"
"""What has the leads of everybody. Only counts are made of it: see elsewhere.py."""
VIEWS: Mapping[str, Sequence[str]] = {
    "by_lead": (
        *("lead_attributions", "lead_url_params", "lead_tags", "lead_comments"),
        *("delivery_gaps", "digest.lead_changes", "digest.deliveries", "flow_operations"),
    ),
    "by_site": ("reconciliation", "reconciliation_differences", "reconciliation_unread"),
    "of_everybody": (
        *("freshness", "calendar", "archive_faults", "lost_deliveries", "digest.basis"),
    ),
    "of_nobody": ("resync_runs",),
}
"""How each table becomes that of the rights. leads, call_phrases and flow_attempts have their own
way."""


def restrict(
    db: DuckDBPyConnection, rights: LeadRights, source: str, into: str, now: str | None = None
) -> None:
    """Make a new catalog `into`, with what there is in `source` for these rights. `now`: another
    such catalog, whose leads alone may be in this one."""
    written = rendered(
        "restricted/views",
        source=source,
        into=into,
        now=now,
        sites=None if rights.sites is None else sorted(rights.sites),
        is_of_manager=rights.manager is not None,
        manager=pattern_of("", [name for name in (rights.manager or "",) if name.strip()]),
        **VIEWS,
    )
    db.execute(written)
    make_views(db)


def check_version(db: DuckDBPyConnection, catalog: str) -> None:
    """Raises `NotReadable` for a file of another version: its tables need not be those that are
    named here, and one that is not named would not be there at all."""
    db.execute(rendered("use", catalog=catalog))
    if fingerprint_of(db).get("schema_version") != str(SCHEMA_VERSION):
        raise NotReadable("the published file is of another version, wait until it is rebuilt")
