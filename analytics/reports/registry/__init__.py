"""The reports there are, and what can be asked of each.

A report's SQL says `with {{ picked }}` where it is about leads and `with {{ received }}` where it
is about deliveries: those that the filters leave. `{{ part("<part>") }}` stands for what several
reports share, `sql/reports/parts/<part>.sql`; what words such as `{{ is_missed }}` mean is said in
`sql/definitions.sql`. `model` is the attribution model of the filters, `none` where it is the
preferred one. Besides, the SQL may bind `$from`, `$to` (days), `$timezone`, `$now` (an instant) and
the report's own parameters.
"""

from analytics.reports.registry.alerts import ALERT_REPORTS
from analytics.reports.registry.deliveries import DELIVERY_REPORTS
from analytics.reports.registry.flows import FLOW_REPORTS
from analytics.reports.registry.leads import LEAD_REPORTS
from analytics.reports.registry.work_calendar import CALENDAR_REPORTS
from analytics.reports.report import Report


class UnknownReport(ValueError):
    """There is no report of this name."""


REPORTS: tuple[Report, ...] = (
    *LEAD_REPORTS,
    *DELIVERY_REPORTS,
    *FLOW_REPORTS,
    *CALENDAR_REPORTS,
    *ALERT_REPORTS,
)
_BY_NAME = {report.name: report for report in REPORTS}


def report_named(name: str) -> Report:
    """Raises `UnknownReport`."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownReport(name) from None
