"""`/quality`: when do we lose calls, how long do clients wait, whom is it still worth calling?"""

from collections.abc import Sequence
from typing import Any

from analytics.reports.parameter import ReportParameter
from dashboards.figures.bars import Series, bars_over_time
from dashboards.figures.ecdf import Curve, ecdf
from dashboards.figures.shares import Shares, shares_by_name
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part
from dashboards.page.charts import Chart, locale_of
from dashboards.page.comparison import before, changes_said
from dashboards.page.context import CardContext
from dashboards.page.empty import empty_card
from dashboards.page.tables import CellMaker, Column, Row, Table
from dashboards.page.tiles import tiles
from dashboards.pages.quality.hours import METRICS, hours
from dashboards.pages.quality.rescue import rescue
from dashboards.pages.quality.totals import quality_tiles
from dashboards.slice.period import unit_for
from dashboards.wording.rates import LEAST, known_rate, share
from dashboards.wording.units import unit_period, unit_text

GREEN, AMBER, RED, BLUE = 3, 5, 7, 1
"""Numbers in the colorway."""
TARGETS = (10, 20, 30, 60)
"""Seconds within which a call should be answered."""
_TABLE_SECONDS = (5, 10, 20, 30, 45, 60, 90, 120)

Record = dict[str, Any]


def totals(context: CardContext) -> Sequence[Part]:
    (now,) = context.ask("quality").records()
    if not now["ended_calls"]:
        return empty_card(context, context.texts("quality.no_calls"))
    against = before(context, "quality")
    return (tiles(quality_tiles(context, now, against)), *changes_said(context, against))


def waiting(context: CardContext) -> Sequence[Part]:
    rows = [row for row in context.ask("waiting").records() if row["known"] >= LEAST]
    texts, formats = context.texts, context.formats
    if not rows:
        return (Paragraph(texts("site.too_few", least=LEAST), "empty"),)
    answered = [row for row in rows if row["is_answered"]]
    missed = [row for row in rows if not row["is_answered"]]
    curves = [
        _curve(texts("quality.answered"), answered, BLUE, {"status": "successful"}, context),
        _curve(texts("quality.missed"), missed, RED, {"only": "missed"}, context),
    ]
    figure = ecdf([curve for curve in curves if curve.seconds], TARGETS, formats)
    chart = Chart("waiting", texts("quality.waiting"), figure, "medium", locale_of(texts))
    return (chart, Collapsible(texts("card.as_table"), _waiting_table(answered, missed, context)))


def answered_within(context: CardContext) -> Sequence[Part]:
    (row,) = context.ask("quality").records()
    texts, formats = context.texts, context.formats
    known = row["waiting_known"]
    rates = [known_rate(row[f"sla_{seconds}"], known) for seconds in TARGETS]
    if rates[0] is None:
        return (Paragraph(texts("site.too_few", least=LEAST), "empty"),)
    names = [texts("quality.within", seconds=seconds) for seconds in TARGETS]
    said = [formats.percent(rate or 0) for rate in rates]
    of_calls = f"{formats.number(known)}\N{NO-BREAK SPACE}{texts.plural('of_calls', known)}"
    hovers = [texts("quality.within_hover", rate=rate, calls=of_calls) for rate in said]
    links = [context.leads(status="successful", waiting_to=seconds) for seconds in TARGETS]
    label = texts("quality.answered_within")
    figure = shares_by_name(names, Shares(label, rates, hovers, GREEN, links), said)
    cells = CellMaker(formats)
    table = Table(
        label,
        [Column(texts("quality.wait"), "text"), Column(texts("quality.answered_share"))],
        [Row([cells.own(name), cells.own(rate)]) for name, rate in zip(names, said, strict=True)],
        is_sortable=False,
    )
    chart = Chart("answered-within", label, figure, "medium", locale_of(texts))
    return (chart, Collapsible(texts("card.as_table"), table))


def recovery(context: CardContext) -> Sequence[Part]:
    unit = unit_for(context.slice.period.days)
    rows = context.ask("missed_calls_over_time", unit=unit).records()
    texts = context.texts
    if not any(row["missed"] for row in rows):
        return (Paragraph(texts("quality.none_missed"), "empty"),)
    links = {name: [_missed_link(row, unit, name, context) for row in rows] for name in _STATES}
    starts = [row["starts_on"] for row in rows]
    series = [
        Series(texts(text), [row[name] for row in rows])
        for name, text in _STATES.items()
        if name != "missed"
    ]
    figure = bars_over_time(starts, series, unit, texts)
    figure |= {
        "links": [links["recovered"], links["pending"], links["lost"], links["missed"]],
        "colours": [GREEN, AMBER, RED],
    }
    label = texts("quality.recovery")
    chart = Chart("missed-calls", label, figure, "medium", locale_of(texts, unit))
    table = _recovery_table(rows, links, unit, context)
    return (chart, Collapsible(texts("card.as_table"), table))


PAGE = Page(
    "quality",
    "/quality",
    (
        Card("quality.totals", totals),
        Card("quality.hours", hours),
        Card("quality.waiting", waiting, "half"),
        Card("quality.answered_within", answered_within, "half"),
        Card("quality.recovery", recovery),
        Card("quality.rescue", rescue),
    ),
    options=(ReportParameter("metric", "volume", choices=tuple(METRICS)),),
    compares=True,
)

_STATES = {
    "recovered": "quality.recovered",
    "pending": "quality.pending",
    "lost": "quality.lost",
    "missed": "quality.missed",
}


def _missed_link(row: Record, unit: str, name: str, context: CardContext) -> str | None:
    if not row[name]:
        return None
    about = context.slice.of(unit_period(row["starts_on"], unit, context.slice.period))
    return context.leads(about, only=name)


def _recovery_table(
    rows: Sequence[Record], links: dict[str, list[str | None]], unit: str, context: CardContext
) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    shown = ("missed", "recovered", "pending", "lost")
    return Table(
        texts("quality.recovery"),
        [Column(texts(f"unit.{unit}"), "text"), *(Column(texts(_STATES[name])) for name in shown)],
        [
            Row(
                [
                    cells.own(unit_text(row["starts_on"], unit, context.formats)),
                    *(cells.number(row[name], links[name][index]) for name in shown),
                ]
            )
            for index, row in enumerate(rows)
        ],
        is_sortable=False,
    )


def _curve(
    name: str, rows: Sequence[Record], colour: int, only: Record, context: CardContext
) -> Curve:
    """`only`: what the journal is narrowed to besides the seconds."""
    texts, formats = context.texts, context.formats
    hovers = [
        texts(
            "quality.waiting_hover",
            calls=name,
            seconds=formats.duration(row["seconds"]),
            rate=formats.percent(share(row["calls"], row["known"]) or 0),
            part=formats.number(row["calls"]),
            whole=formats.number(row["known"]),
        )
        for row in rows
    ]
    return Curve(
        name,
        [row["seconds"] for row in rows],
        [row["share"] for row in rows],
        hovers,
        colour,
        [
            context.leads(**only, waiting_to=row["seconds"]) if row["calls"] else None
            for row in rows
        ],
    )


def _waiting_table(
    answered: Sequence[Record], missed: Sequence[Record], context: CardContext
) -> Table:
    texts, formats = context.texts, context.formats
    cells = CellMaker(formats)
    sides = [{row["seconds"]: row for row in rows} for rows in (answered, missed) if rows]
    names = [
        texts(name)
        for name, rows in (("quality.answered", answered), ("quality.missed", missed))
        if rows
    ]
    return Table(
        texts("quality.waiting"),
        [Column(texts("quality.wait"), "text"), *map(Column, names)],
        [
            Row(
                [
                    cells.own(texts("quality.within", seconds=seconds)),
                    *(cells.rate(side[seconds]["calls"], side[seconds]["known"]) for side in sides),
                ]
            )
            for seconds in _TABLE_SECONDS
        ],
        is_sortable=False,
    )
