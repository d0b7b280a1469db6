"""The card of cohorts: of the people of a month, how many come back in the months after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.figures import Figure
from dashboards.figures.heatmap import heatmap
from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.chart_parts import chart_with_table, size_of
from dashboards.page.column import Column, Columns
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.page.tables import CellMaker
from dashboards.slice.period import Period
from dashboards.slice.slice import Slice
from dashboards.wording.rates import rate_text, share

_MONTHS = 12
_MOST_MONTHS = 36


@dataclass(frozen=True, slots=True)
class CohortMonth:
    """Of the people who came first in the month `cohort`, those who returned so much later."""

    cohort: date
    months_since: int
    people: int
    people_returned: int

    @property
    def returned(self) -> float | None:
        return share(self.people_returned, self.people)


def cohorts(context: CardContext) -> Sequence[Part]:
    about = some_months(context.slice)
    rows = ask_rows(context, "cohorts", CohortMonth, about)
    if not rows:
        return empty(context, "uniqueness.no_cohorts")
    months = sorted({row.cohort for row in rows})
    size, figure = size_of(len(months), 5, 9), _figure(rows, months, context)
    days = context.formats.days(about.period)
    label = context.texts("uniqueness.cohorts_label", days=days)
    shown = chart_with_table(context, "people-by-month", label, figure, _COLUMNS, rows, size=size)
    return (Paragraph(label), *shown)


def some_months(here: Slice) -> Slice:
    """Up to the end of the slice: a year at least, as a shorter time has too few cohorts, and three
    years at most, as nobody could read more."""
    last = here.period.last
    least, most = _first_of(last, _MONTHS), _first_of(last, _MOST_MONTHS)
    first = max(min(here.period.first, least), most)
    return here if first == here.period.first else here.of(Period(first, last))


def _first_of(last: date, months: int) -> date:
    """The first day of so many months up to that of `last`."""
    first = last.year * 12 + last.month - months
    return date(first // 12, first % 12 + 1, 1) if first >= 12 else date.min


def _figure(rows: Sequence[CohortMonth], months: Sequence[date], context: CardContext) -> Figure:
    formats = context.formats
    by_place = {(row.cohort, row.months_since): row for row in rows}
    since = range(max(row.months_since for row in rows) + 1)
    grid = [[by_place.get((month, number)) for number in since] for month in months]
    shares = [[None if row is None else row.returned for row in line] for line in grid]
    figure = heatmap(
        [
            f"{formats.month(month)}: {formats.number(by_place[month, 0].people)}"
            for month in months
        ],
        [f"{number}" for number in since],
        shares,
        [["" if row is None else _hover(row, context) for row in line] for line in grid],
        share=True,
        written=[
            ["" if rate is None else formats.percent(rate, 0) for rate in line] for line in shares
        ],
    )
    title = context.texts("uniqueness.months_since")
    figure["layout"]["xaxis"]["title"] = {"text": title, "standoff": 4}
    figure["layout"]["margin"]["t"] = 56
    del figure["links"]
    return figure


def _hover(row: CohortMonth, context: CardContext) -> str:
    formats = context.formats
    return context.texts(
        "uniqueness.cohort_hover",
        month=formats.month(row.cohort),
        people=formats.count("people", row.people),
        since=row.months_since,
        returned=formats.number(row.people_returned),
        rate=rate_text(row.people_returned, row.people, formats),
    )


_COLUMNS: Columns[CohortMonth] = (
    Column(
        "uniqueness.cohort",
        lambda row, context: CellMaker(context.formats).unit(row.cohort, "month"),
    ),
    column.number("uniqueness.months_since", lambda row: row.months_since),
    column.number("uniqueness.people", lambda row: row.people),
    column.number("uniqueness.returned", lambda row: row.people_returned),
    column.rate("uniqueness.returned_share", lambda row: (row.people_returned, row.people)),
)
