"""Cards of the deliveries' page about what came when: outcomes, delay, duplicates and late ones."""

from collections.abc import Sequence
from typing import Any

from dashboards.figures.bars import Series, bars_over_time
from dashboards.figures.durations import Durations, durations_over_time
from dashboards.page.cards import Collapsible, Paragraph, Part
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.slice.period import unit_for
from dashboards.wording.units import unit_period, unit_text

OUTCOMES = ("created", "updated", "unchanged", "probes", "others", "quarantined")

Record = dict[str, Any]


def arrivals(context: CardContext) -> list[Record]:
    """The rows of the report `deliveries`, one per bar of a chart."""
    return context.ask("deliveries", unit=_unit(context)).records()


def outcomes(context: CardContext) -> Sequence[Part]:
    rows = arrivals(context)
    if not any(row["received"] for row in rows):
        return (Paragraph(context.texts("deliveries.none_here"), "empty"),)
    return _bars("outcomes", rows, OUTCOMES, ("received", *OUTCOMES), context)


def unusual(context: CardContext) -> Sequence[Part]:
    """Duplicates and late ones."""
    repeated = context.ask("duplicates", unit=_unit(context)).records()
    rows = [one | other for one, other in zip(repeated, arrivals(context), strict=True)]
    if not any(row["duplicates"] or row["late"] for row in rows):
        return (Paragraph(context.texts("deliveries.nothing_unusual"), "empty"),)
    names = ("duplicates", "late")
    return _bars("unusual", rows, names, names, context)


def lag(context: CardContext) -> Sequence[Part]:
    texts, unit = context.texts, _unit(context)
    rows = arrivals(context)
    if not any(row["lag_known"] for row in rows):
        sent = any(row["received"] > row["from_api"] for row in rows)
        return (Paragraph(texts("deliveries.no_lag" if sent else "deliveries.none_here"), "empty"),)
    cells = CellMaker(context.formats)
    shown = [
        Durations(
            texts(f"deliveries.{name}"),
            [row[name] for row in rows],
            [cells.seconds(row[name]).text for row in rows],
        )
        for name in ("lag_p50", "lag_p95")
    ]
    starts, links = [row["day"] for row in rows], _links(rows, context)
    figure = durations_over_time(starts, shown, unit, texts, links)
    label = texts("deliveries.lag_label", days=context.formats.days(context.slice.period))
    known = Column(texts("deliveries.lag_known"))
    told = [
        [
            cells.number(row["lag_known"]),
            cells.seconds(row["lag_p50"]),
            cells.seconds(row["lag_p95"]),
        ]
        for row in rows
    ]
    table = _table(label, [known, *(Column(one.name) for one in shown)], rows, told, context)
    chart = Chart("lag", label, figure, "medium", locale_of(texts, unit))
    return (chart, Collapsible(texts("card.as_table"), table))


def _bars(
    name: str,
    rows: Sequence[Record],
    stacked: Sequence[str],
    listed: Sequence[str],
    context: CardContext,
) -> Sequence[Part]:
    """`stacked`, `listed`: columns of the rows, in the chart and in its table."""
    texts, unit = context.texts, _unit(context)
    series = [Series(texts(f"deliveries.{one}"), [row[one] for row in rows]) for one in stacked]
    starts = [row["day"] for row in rows]
    links = [_links(rows, context)] * (len(series) + 1)
    figure = bars_over_time(starts, series, unit, texts, links=links)
    days = context.formats.days(context.slice.period)
    label = texts(f"deliveries.{name}_label", days=days)
    cells = CellMaker(context.formats)
    columns = [Column(texts(f"deliveries.{one}")) for one in listed]
    told = [[cells.number(row[one]) for one in listed] for row in rows]
    chart = Chart(name, label, figure, "medium", locale_of(texts, unit))
    table = _table(label, columns, rows, told, context)
    return (chart, Collapsible(texts("card.as_table"), table))


def _table(
    label: str,
    columns: Sequence[Column],
    rows: Sequence[Record],
    told: Sequence[Sequence[Cell]],
    context: CardContext,
) -> Table:
    """`told`: the cells of each row but its first, the day, week, month or year."""
    formats, unit = context.formats, _unit(context)
    heads = [
        Cell(unit_text(row["day"], unit, formats), f"{row['day']}", link)
        for row, link in zip(rows, _links(rows, context), strict=True)
    ]
    return Table(
        label,
        [Column(context.texts(f"unit.{unit}"), "text"), *columns],
        [Row([head, *cells]) for head, cells in zip(heads, told, strict=True)],
    )


def _unit(context: CardContext) -> str:
    """What one bar stands for."""
    return unit_for(context.slice.period.days)


def _links(rows: Sequence[Record], context: CardContext) -> list[str | None]:
    """The deliveries of each day, week, … alone: this page, of those days."""
    here, unit = context.slice, _unit(context)
    periods = (unit_period(row["day"], unit, here.period) for row in rows)
    return [context.url("/deliveries", here.of(one).query) for one in periods]
