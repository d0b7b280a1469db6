"""Reports about what flows did."""

from analytics.privacy.holds import plain
from analytics.reports.parameters import FIRST, FLOW, HOURS_UNIT, OPERATIONS
from analytics.reports.registry.columns import FAILURE, OPERATION
from analytics.reports.report import Report

FLOW_REPORTS: tuple[Report, ...] = (
    Report(
        "flow_summary",
        "flows",
        columns=plain("flow operations done skipped failed unknown held dropped waiting today")
        | plain("done_today failed_today unknown_today waiting_today undecided oldest_waiting_at"),
    ),
    Report(
        "flow_outcomes",
        "flows",
        (FLOW, HOURS_UNIT),
        plain("starts_at received done skipped failed unknown dropped unfinished"),
    ),
    Report("flow_failures", "flows", (FIRST, FLOW), FAILURE | plain("operations first_at last_at")),
    Report(
        "flow_operations",
        "flows",
        OPERATIONS,
        OPERATION | plain("flow_version source attempts replay_of times_received"),
        pages_by={"before": "operation_id"},
    ),
)
