"""Cards of the deliveries' page about what came when: outcomes, delay, duplicates and late ones."""

from collections.abc import Sequence
from typing import Any

from dashboards.figures.bars import Series, bars_over_time
from dashboards.figures.durations import Durations, durations_over_time
from dashboards.page.cards import Collapsible, Paragraph, Part
from dashboards.page.charts import Chart, locale_of
from dashboards.page.inquiry import CardContext
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.slice.period import unit_for
from dashboards.wording.units import unit_period, unit_text

OUTCOMES = ("created", "updated", "unchanged", "probes", "others", "quarantined")

Record = dict[str, Any]


def arrivals(inquiry: CardContext) -> list[Record]:
    """The rows of the report `deliveries`, one per bar of a chart."""
    return inquiry.ask("deliveries", unit=_unit(inquiry)).records()


def outcomes(inquiry: CardContext) -> Sequence[Part]:
    rows = arrivals(inquiry)
    if not any(row["received"] for row in rows):
        return (Paragraph(inquiry.visit.texts("deliveries.none_here"), "empty"),)
    return _bars("outcomes", rows, OUTCOMES, ("received", *OUTCOMES), inquiry)


def unusual(inquiry: CardContext) -> Sequence[Part]:
    """Duplicates and late ones."""
    repeated = inquiry.ask("duplicates", unit=_unit(inquiry)).records()
    rows = [one | other for one, other in zip(repeated, arrivals(inquiry), strict=True)]
    if not any(row["duplicates"] or row["late"] for row in rows):
        return (Paragraph(inquiry.visit.texts("deliveries.nothing_unusual"), "empty"),)
    names = ("duplicates", "late")
    return _bars("unusual", rows, names, names, inquiry)


def lag(inquiry: CardContext) -> Sequence[Part]:
    texts, unit = inquiry.visit.texts, _unit(inquiry)
    rows = arrivals(inquiry)
    if not any(row["lag_known"] for row in rows):
        sent = any(row["received"] > row["from_api"] for row in rows)
        return (Paragraph(texts("deliveries.no_lag" if sent else "deliveries.none_here"), "empty"),)
    cells = CellMaker(inquiry.visit.formats)
    shown = [
        Durations(
            texts(f"deliveries.{name}"),
            [row[name] for row in rows],
            [cells.seconds(row[name]).text for row in rows],
        )
        for name in ("lag_p50", "lag_p95")
    ]
    starts, links = [row["day"] for row in rows], _links(rows, inquiry)
    figure = durations_over_time(starts, shown, unit, texts, links)
    label = texts("deliveries.lag_label", days=inquiry.visit.formats.days(inquiry.slice.period))
    known = Column(texts("deliveries.lag_known"))
    told = [
        [
            cells.number(row["lag_known"]),
            cells.seconds(row["lag_p50"]),
            cells.seconds(row["lag_p95"]),
        ]
        for row in rows
    ]
    table = _table(label, [known, *(Column(one.name) for one in shown)], rows, told, inquiry)
    chart = Chart("lag", label, figure, "medium", locale_of(texts, unit))
    return (chart, Collapsible(texts("card.as_table"), table))


def _bars(
    name: str,
    rows: Sequence[Record],
    stacked: Sequence[str],
    listed: Sequence[str],
    inquiry: CardContext,
) -> Sequence[Part]:
    """`stacked`, `listed`: columns of the rows, in the chart and in its table."""
    texts, unit = inquiry.visit.texts, _unit(inquiry)
    series = [Series(texts(f"deliveries.{one}"), [row[one] for row in rows]) for one in stacked]
    starts = [row["day"] for row in rows]
    links = [_links(rows, inquiry)] * (len(series) + 1)
    figure = bars_over_time(starts, series, unit, texts, links=links)
    days = inquiry.visit.formats.days(inquiry.slice.period)
    label = texts(f"deliveries.{name}_label", days=days)
    cells = CellMaker(inquiry.visit.formats)
    columns = [Column(texts(f"deliveries.{one}")) for one in listed]
    told = [[cells.number(row[one]) for one in listed] for row in rows]
    chart = Chart(name, label, figure, "medium", locale_of(texts, unit))
    table = _table(label, columns, rows, told, inquiry)
    return (chart, Collapsible(texts("card.as_table"), table))


def _table(
    label: str,
    columns: Sequence[Column],
    rows: Sequence[Record],
    told: Sequence[Sequence[Cell]],
    inquiry: CardContext,
) -> Table:
    """`told`: the cells of each row but its first, the day, week, month or year."""
    formats, unit = inquiry.visit.formats, _unit(inquiry)
    heads = [
        Cell(unit_text(row["day"], unit, formats), f"{row['day']}", link)
        for row, link in zip(rows, _links(rows, inquiry), strict=True)
    ]
    return Table(
        label,
        [Column(inquiry.visit.texts(f"unit.{unit}"), "text"), *columns],
        [Row([head, *cells]) for head, cells in zip(heads, told, strict=True)],
    )


def _unit(inquiry: CardContext) -> str:
    """What one bar stands for."""
    return unit_for(inquiry.slice.period.days)


def _links(rows: Sequence[Record], inquiry: CardContext) -> list[str | None]:
    """The deliveries of each day, week, … alone: this page, of those days."""
    here, unit = inquiry.slice, _unit(inquiry)
    periods = (unit_period(row["day"], unit, here.period) for row in rows)
    return [inquiry.url("/deliveries", here.of(one).query) for one in periods]
