"""What names a row of each table, and which tables belong together.

The store declares no keys (docs/adr/0004-no-keys-or-indexes.md). The picture in docs/tables.md and
on /data is made of these, and tests hold them against data.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_LEAD = ("lead_type", "lead_id")
_DAILY = (
    *("day", "site_id", "site_name", "lead_type", "source", "medium", "utm_source"),
    *("utm_medium", "utm_campaign", "utm_content", "utm_term", "city", "device"),
)

ROW_KEYS: Mapping[str, tuple[str, ...]] = {
    "leads": _LEAD,
    "calls": ("lead_id",),
    "requests": ("lead_id",),
    "lead_attributions": (*_LEAD, "attribution_model"),
    "lead_url_params": (*_LEAD, "attribution_model", "position"),
    "lead_tags": (*_LEAD, "tag_category", "tag"),
    "lead_comments": (*_LEAD, "position"),
    "call_phrases": ("lead_id", "position"),
    "lead_changes": (*_LEAD, "field", "delivery_id"),
    "deliveries": ("delivery_id",),
    "missed_calls": ("lead_id",),
    "delivery_gaps": (*_LEAD, "delivery_id", "reason"),
    "suspected_gaps": (*_LEAD, "delivery_id", "reason"),
    "leads_by_day": _DAILY,
    "leads_by_day_and_model": ("attribution_model", *_DAILY),
    "calendar": ("day",),
    "reconciliation": ("day", "site_id", "lead_type"),
    "resync_runs": ("run_id",),
    "flow_operations": ("operation_id",),
    "flow_attempts": ("operation_id", "step", "attempt"),
    "alerts": ("alert_id",),
    "notes": ("note_id",),
}
"""No two rows of the table are alike in all of these columns."""

KEYLESS = (
    *("freshness", "reconciliation_differences", "reconciliation_unread"),
    *("archive_faults", "lost_deliveries"),
)


@dataclass(frozen=True, slots=True)
class TableJoin:
    """Each row of `many` belongs to one row of `one`, whose `columns` are the same. `is_optional`:
    it may belong to none; a column is then NULL, or there is no such row."""

    many: str
    one: str
    columns: tuple[str, ...]
    is_optional: bool = False


JOINS: tuple[TableJoin, ...] = (
    TableJoin("lead_attributions", "leads", _LEAD),
    TableJoin("lead_tags", "leads", _LEAD),
    TableJoin("lead_comments", "leads", _LEAD),
    TableJoin("lead_url_params", "leads", _LEAD),
    TableJoin("suspected_gaps", "leads", _LEAD),
    TableJoin("delivery_gaps", "leads", _LEAD),
    TableJoin("leads", "calendar", ("day",), is_optional=True),
    TableJoin("leads_by_day", "calendar", ("day",), is_optional=True),
    TableJoin("calls", "leads", _LEAD),
    TableJoin("requests", "leads", _LEAD),
    TableJoin("missed_calls", "calls", ("lead_id",)),
    TableJoin("call_phrases", "calls", ("lead_id",)),
    TableJoin("lead_changes", "leads", _LEAD),
    TableJoin("lead_changes", "deliveries", ("delivery_id",)),
    TableJoin("deliveries", "leads", _LEAD, is_optional=True),
    TableJoin("flow_operations", "leads", _LEAD, is_optional=True),
    TableJoin("flow_operations", "deliveries", ("delivery_id",), is_optional=True),
    TableJoin("flow_attempts", "flow_operations", ("operation_id",)),
    TableJoin("reconciliation_differences", "reconciliation", ("day", "site_id", "lead_type")),
)
