"""The card of cohorts: of the people of a month, how many come back in the months after it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.heatmap import heatmap
from dashboards.page.cards import Collapsible, Paragraph, Part
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.tables import CellMaker, Column, Row, Table
from dashboards.slice.period import Period
from dashboards.slice.slice import Slice
from dashboards.wording.rates import share

Record = dict[str, Any]
_MONTHS = 12
_MOST_MONTHS = 36


def cohorts(context: CardContext) -> Sequence[Part]:
    texts, formats = context.texts, context.formats
    about = some_months(context.slice)
    rows = context.ask("cohorts", about).records()
    if not rows:
        return (Paragraph(texts("uniqueness.no_cohorts"), "empty"),)
    months = sorted({row["cohort"] for row in rows})
    size = "small" if len(months) <= 5 else "medium" if len(months) <= 9 else "large"
    label = texts("uniqueness.cohorts_label", days=formats.days(about.period))
    chart = Chart("people-by-month", label, _figure(rows, months, context), size, locale_of(texts))
    table = _table(label, rows, context)
    return (Paragraph(label), chart, Collapsible(texts("card.as_table"), table))


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


def _figure(rows: Sequence[Record], months: Sequence[date], context: CardContext) -> Figure:
    texts, formats = context.texts, context.formats
    found = {(row["cohort"], row["months_since"]): row for row in rows}
    since = range(max(number for _, number in found) + 1)
    grid = [[found.get((month, number)) for number in since] for month in months]
    shares = [[_returned(cell) for cell in row] for row in grid]
    hovers = [[_hover(cell, context) for cell in row] for row in grid]
    names = [
        f"{formats.month(month)}: {formats.number(found[month, 0]['people'])}" for month in months
    ]
    written = [["" if one is None else formats.percent(one, 0) for one in row] for row in shares]
    figure = heatmap(
        names, [f"{number}" for number in since], shares, hovers, share=True, written=written
    )
    figure["layout"]["xaxis"]["title"] = {"text": texts("uniqueness.months_since"), "standoff": 4}
    figure["layout"]["margin"]["t"] = 56
    del figure["links"]
    return figure


def _returned(cell: Record | None) -> float | None:
    return None if cell is None else share(cell["people_returned"], cell["people"])


def _hover(cell: Record | None, context: CardContext) -> str:
    if cell is None:
        return ""
    texts, formats = context.texts, context.formats
    rate = _returned(cell)
    return texts(
        "uniqueness.cohort_hover",
        month=formats.month(cell["cohort"]),
        people=formats.count("people", cell["people"]),
        since=cell["months_since"],
        returned=formats.number(cell["people_returned"]),
        rate=texts("site.not_available") if rate is None else formats.percent(rate),
    )


def _table(label: str, rows: Sequence[Record], context: CardContext) -> Table:
    texts, formats = context.texts, context.formats
    cells = CellMaker(formats)
    columns = [
        Column(texts("uniqueness.cohort"), "text"),
        Column(texts("uniqueness.months_since")),
        Column(texts("uniqueness.people")),
        Column(texts("uniqueness.returned")),
        Column(texts("uniqueness.returned_share")),
    ]
    shown = [
        Row(
            [
                cells.own(formats.month(row["cohort"])),
                cells.number(row["months_since"]),
                cells.number(row["people"]),
                cells.number(row["people_returned"]),
                cells.rate(row["people_returned"], row["people"]),
            ]
        )
        for row in rows
    ]
    return Table(label, columns, shown)
