"""Which parts of a slice a report reads, told by its SQL.

A part that it does not read would be a filter that does not filter: the API refuses it, and links
to the API leave it out.
"""

from functools import cache
from urllib.parse import urlencode

from analytics.reports.filters import Filters
from analytics.reports.registry.comparisons import COMPARED_BY
from analytics.reports.report import Report
from analytics.statements import names_in

PERIOD = ("from", "to", "until", "period")
_COMPARISON = ("compare", "compare_from", "compare_to")
_OTHER = "vs."
_AS_OF = "as_of"
# How a page shows it; a report has a parameter of that name of its own.
_SHOWN = ("unit",)


def reads(report: Report, name: str) -> bool:
    """Whether this parameter of a slice decides what the report's rows are; all names that are not
    named here are filters, or the model that they look at."""
    if name in PERIOD:
        return reads_period(report)
    if name in _COMPARISON or name.startswith(_OTHER):
        return report.name in COMPARED_BY
    if name == _AS_OF:
        return report.has_history
    return name not in _SHOWN and reads_filters(report)


def pairs_read_by(report: Report, filters: Filters) -> list[tuple[str, str]]:
    """The parameters of a URL that chooses these leads and what they are compared with, without
    those that it does not read."""
    pairs = [*filters.plain_pairs, *filters.compared_pairs]
    return [(name, value) for name, value in pairs if reads(report, name)]


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
