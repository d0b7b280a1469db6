"""The card of the latest day against the same weekday as usual, hour by hour."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboards.figures.band import Line, line_over_band
from dashboards.page.cards import Collapsible, Paragraph, Part
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.tables import CellMaker, Column, Row, Table
from dashboards.slice.period import Period

Record = dict[str, Any]
_DAYS = 57
"""The day, and the eight weeks before it."""


def today(context: CardContext) -> Sequence[Part]:
    """Today, or the last day of a period that ends before."""
    texts, formats = context.texts, context.formats
    day = min(context.slice.period.last, context.today)
    rows = context.ask("usual_day", context.slice.of(Period.ending(day, _DAYS))).records()
    weeks = max((row["days"] for row in rows), default=0)
    if not weeks:
        return (Paragraph(texts("overview.no_usual_day"), "empty"),)
    label = texts(
        "overview.today_label",
        day=formats.day(day),
        weekday=formats.weekday(day),
        weeks=formats.count("past_weeks", weeks),
    )
    links = [_link(day, row, context) for row in rows]
    figure = line_over_band(
        [_hour(row["hour"]) for row in rows],
        Line(formats.day(day), [row["leads"] for row in rows]),
        Line(texts("overview.usual_p10"), [row["usual_p10"] for row in rows]),
        Line(texts("overview.usual_p50"), [row["usual_p50"] for row in rows]),
        Line(texts("overview.usual_p90"), [row["usual_p90"] for row in rows]),
        texts("overview.usual_band"),
        [f"{row['hour']}:00" for row in rows],
        links,
    )
    chart = Chart("latest-day", label, figure, "medium", locale_of(texts))
    table = Collapsible(texts("card.as_table"), _table(label, rows, links, context))
    return (Paragraph(label), chart, table)


def _hour(hour: int) -> str:
    return f"{hour}:00\N{EN DASH}{hour}:59"


def _link(day: date, row: Record, context: CardContext) -> str | None:
    """The leads from the day's beginning to the end of the hour."""
    if not row["leads"]:
        return None
    here, hours = context.slice, range(row["hour"] + 1)
    chosen = here.chosen.get("hour")
    wanted = tuple(hour for hour in hours if chosen is None or f"{hour}" in chosen)
    return context.leads(here.of(Period(day, day)), hour=wanted)


def _table(
    label: str, rows: Sequence[Record], links: Sequence[str | None], context: CardContext
) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    columns = [
        Column(texts("overview.hour"), "text"),
        Column(texts("site.leads")),
        Column(texts("overview.usual_p10")),
        Column(texts("overview.usual_p50")),
        Column(texts("overview.usual_p90")),
    ]
    usual = ("usual_p10", "usual_p50", "usual_p90")
    shown = [
        Row(
            [
                cells.own(_hour(row["hour"])),
                cells.number(row["leads"], link),
                *(cells.number(row[name], decimals=1) for name in usual),
            ]
        )
        for row, link in zip(rows, links, strict=True)
    ]
    return Table(label, columns, shown, is_sortable=False)
