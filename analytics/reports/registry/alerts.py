"""Reports about what was wrong, and what people noted."""

from analytics.alerts.kinds import KINDS
from analytics.privacy.holds import Privacy, holding, plain
from analytics.reports.parameter import ReportParameter
from analytics.reports.parameters import BEFORE, LIMIT
from analytics.reports.report import Report

ALERT_STATE = ReportParameter("state", "all", choices=("all", "now", "over"))
ALERT_KIND = ReportParameter("kind", None, choices=tuple(KINDS))

ALERT_REPORTS: tuple[Report, ...] = (
    Report(
        "alerts",
        "alerts",
        (ALERT_STATE, ALERT_KIND, LIMIT, BEFORE),
        # A subject may be a tag, which is a stranger's word.
        plain("alert_id kind cause is_urgent figures times began_at noticed_at ended_at seconds")
        | plain("told_at times_told")
        | holding(Privacy.TEXT, "subject"),
        pages_by={"before": "alert_id"},
    ),
    Report(
        "notes",
        "alerts",
        (LIMIT, BEFORE),
        plain("note_id began_at ended_at author made_at") | holding(Privacy.TEXT, "text"),
        pages_by={"before": "note_id"},
    ),
)
