"""A chart on a card, and its numbers as a table: beneath it, or next to it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from dashboards.figures import Figure
from dashboards.figures.bars import Compared, Series, bars_by_name
from dashboards.page.cards import Collapsible
from dashboards.page.charts import Chart, locale_of
from dashboards.page.column import Columns, EarlierRows, table_of
from dashboards.page.context import CardContext
from dashboards.page.tables import Table
from dashboards.page.timeline import with_marks

T = TypeVar("T")

BLUE, GREEN, AMBER, RED = 1, 3, 5, 7
"""Numbers in the colorway."""
TOP_SOURCES = 12
"""Sources in a chart, where the others are summed up or left to the table."""
MOST_SOURCES = 1000
"""Sources to compare those in a chart with."""


def size_of(rows: int, small: int = 4, medium: int = 8, most: str = "large") -> str:
    """How high a chart of so many rows stands; up to `small` and `medium` of them, and above."""
    return "small" if rows <= small else "medium" if rows <= medium else most


def plain_bars(
    names: Sequence[str],
    series: Series,
    colour: int,
    links: Sequence[str | None] = (),
    before: Compared = None,
) -> Figure:
    """Bars of one colour, without a legend. `before`: what each is compared with."""
    figure = bars_by_name(names, [series], [links] if links else (), before)
    figure["layout"] |= {"showlegend": False, "margin": {"t": 8}}
    return figure | {"colours": [colour]}


def chart_of(
    context: CardContext, name: str, label: str, figure: Figure, size: str, unit: str = "day"
) -> Chart:
    shown = with_marks(context, figure, unit)
    return Chart(name, label, shown, size, locale_of(context.texts, unit))


def as_table(context: CardContext, table: Table) -> Collapsible:
    return Collapsible(context.texts("card.as_table"), table)


def chart_with_table(
    context: CardContext,
    name: str,
    label: str,
    figure: Figure,
    columns: Columns[T],
    rows: Sequence[T],
    *,
    size: str = "medium",
    unit: str = "day",
    is_sortable: bool = True,
    is_faint: Callable[[T], bool] | None = None,
    earlier: EarlierRows[T] | None = None,
) -> tuple[Chart, Collapsible]:
    """`name`: of the chart; see `Chart`. `label`: of both. `earlier`: what the rows of the table
    are compared with."""
    chart = chart_of(context, name, label, figure, size, unit)
    table = table_of(
        context,
        label,
        columns,
        rows,
        is_sortable=is_sortable,
        is_faint=is_faint,
        earlier=earlier,
    )
    return chart, as_table(context, table)
