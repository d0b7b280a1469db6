"""Reports about deliveries, and about the published file itself."""

from analytics.privacy.holds import Privacy, plain
from analytics.reports.parameters import FIRST, UNIT
from analytics.reports.parts import SUSPECTED
from analytics.reports.registry.columns import LEADS
from analytics.reports.report import Report

DELIVERY_REPORTS: tuple[Report, ...] = (
    Report(
        "deliveries",
        "deliveries",
        (UNIT,),
        plain("received created updated unchanged probes others quarantined late")
        | plain("from_api")
        | plain("lag_known lag_p50 lag_p95"),
    ),
    Report(
        "delivery_summary",
        "deliveries",
        columns=plain("deliveries sent from_api quarantined late lag_known lag_p50 lag_p95")
        | plain("compared_days in_api missing lost last_compared_at lag_p25 lag_p75"),
    ),
    Report("duplicates", "deliveries", (UNIT,), plain("deliveries duplicates")),
    Report(
        "webhooks",
        "deliveries",
        columns=LEADS
        | plain(
            "deliveries others quarantined get get_share lag_known lag_p50 lag_p95 methods models"
        )
        | plain("lag_p25 lag_p75"),
    ),
    Report("quarantined", "deliveries", (FIRST,)),
    Report(
        "gaps",
        "deliveries",
        (FIRST,),
        plain("reason explanation") | {"fields": Privacy.TEXT},
        keeps=(SUSPECTED,),
    ),
    Report(
        "gap_totals", "deliveries", (), plain("gaps leads reason explanation"), keeps=(SUSPECTED,)
    ),
    Report(
        "reconciliation_days",
        "deliveries",
        columns=plain("in_api in_both only_webhook only_api lost differing missing")
        | plain("missing_rate compared_at"),
    ),
    Report("lost_leads", "deliveries", (FIRST,), plain("remedy")),
    Report("unread_answers", "deliveries", (), plain("unread hiding days")),
    Report(
        "auditor",
        "deliveries",
        columns=plain("finding severity parameter event deliveries leads share is_elsewhere")
        | plain("seconds_silent")
        | {"received_as": Privacy.TEXT},
    ),
    Report(
        "catalogue",
        "data",
        columns=plain("table_name is_view column_name data_type comment_ru comment_en"),
    ),
    Report(
        "published_file",
        "data",
        columns=plain("path bytes published_at last_delivery_id app_version schema_version")
        | plain("duckdb_version leads deliveries"),
    ),
)
