"""Which parts of a slice a report reads, told by its SQL.

A part that it does not read would be a filter that does not filter: the API refuses it, and links
to the API leave it out.
"""

from functools import cache
from urllib.parse import urlencode

from analytics.reports.filters import Filters
from analytics.reports.report import Report
from analytics.statements import names_in

PERIOD = ("from", "to", "period")
COMPARISON = ("compare",)


def reads(report: Report, name: str) -> bool:
    """Whether this parameter of a slice decides what the report's rows are. A report says itself
    whether it can be compared; all other names are filters, or the model that they look at."""
    if name in PERIOD:
        return reads_period(report)
    if name in COMPARISON:
        return report.is_compared
    return reads_filters(report)


def pairs_read_by(report: Report, filters: Filters) -> list[tuple[str, str]]:
    """The parameters of a URL that chooses these leads, without those that it does not read."""
    return [(name, value) for name, value in filters.pairs if reads(report, name)]


def read_by(report: Report, filters: Filters) -> str:
    """The same as a query."""
    return urlencode(pairs_read_by(report, filters))


def reads_period(report: Report) -> bool:
    return bool(_names(report.path) & {"picked", "received", "from", "to"})


def reads_filters(report: Report) -> bool:
    return "picked" in _names(report.path)


@cache
def _names(path: str) -> frozenset[str]:
    return frozenset(names_in(path))
