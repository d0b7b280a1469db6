"""`/callback`: where does it leak between a request to be called back and a target call?"""

from collections.abc import Sequence
from typing import Any

from dashboards.figures.bars import Series, bars_by_name
from dashboards.figures.columns import columns_by_number
from dashboards.figures.ecdf import Curve, ecdf
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part, SideBySide
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty_card
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.wording.rates import LEAST

BLUE, GREEN = 1, 3
"""Numbers in the colorway."""
MOST_ATTEMPTS = 30
"""The last row of the report `callback_attempts`."""

Record = dict[str, Any]


def funnel(context: CardContext) -> Sequence[Part]:
    rows = context.ask("callback").records()
    texts = context.texts
    if not rows[0]["chains"]:
        return empty_card(context, texts("callback.none"))
    names = [texts(_STEPS[row["step"]]) for row in rows]
    label = texts("callback.funnel")
    series = Series(texts("callback.chains"), [row["chains"] for row in rows])
    figure = bars_by_name(names, [series]) | {"colours": [BLUE]}
    figure["layout"] |= {"showlegend": False, "margin": {"t": 8}}
    chart = Chart("callback-funnel", label, figure, "small", locale_of(texts))
    table = _funnel_table(rows, names, context)
    calls = context.leads(only="callback_calls")
    counted = Paragraph(texts("callback.counted"), "note", calls, texts("callback.calls"))
    return (SideBySide(chart, table), counted, Paragraph(texts("callback.unseen")))


def attempts(context: CardContext) -> Sequence[Part]:
    rows = context.ask("callback_attempts").records()
    texts, formats = context.texts, context.formats
    if not rows:
        return (Paragraph(texts("card.empty"), "empty"),)
    label = texts("callback.attempts")
    figure = columns_by_number(
        [row["attempts"] for row in rows],
        texts("callback.attempts_made"),
        [
            Series(texts("callback.all"), [row["chains"] for row in rows]),
            Series(texts("callback.reached"), [row["reached"] for row in rows]),
        ],
        (BLUE, GREEN),
    )
    cells = CellMaker(formats)
    table = Table(
        label,
        [
            Column(texts("callback.attempts_made")),
            Column(texts("callback.chains")),
            Column(texts("callback.reached")),
            Column(texts("callback.reached_share")),
            Column(texts("callback.closed"), why=texts("callback.closed_why")),
        ],
        [
            Row(
                [
                    _attempts_made(row["attempts"], cells),
                    cells.number(row["chains"]),
                    cells.number(row["reached"]),
                    cells.rate(row["reached"], row["chains"]),
                    cells.number(row["closed"]),
                ]
            )
            for row in rows
        ],
    )
    chart = Chart("callback-attempts", label, figure, "medium", locale_of(texts))
    return (chart, Collapsible(texts("card.as_table"), table))


def _attempts_made(attempts: int, cells: CellMaker) -> Cell:
    """The report's last row stands for as many and more."""
    number = cells.number(attempts)
    return number if attempts < MOST_ATTEMPTS else Cell(f"{number.text}+", attempts)


def time_to_connect(context: CardContext) -> Sequence[Part]:
    answer = context.ask("time_to_connect").records()
    rows = list({row["seconds"]: row for row in answer}.values())
    texts, formats = context.texts, context.formats
    if not rows:
        return (Paragraph(texts("callback.nobody_reached"), "empty"),)
    reached = rows[0]["reached"]
    if reached < LEAST:
        return (Paragraph(texts("site.too_few", least=LEAST), "empty"),)
    label = texts("callback.time_to_connect")
    hovers = [
        texts(
            "callback.connect_hover",
            time=formats.duration(row["seconds"]),
            rate=formats.percent(row["share"]),
        )
        for row in rows
    ]
    curve = Curve(
        texts("callback.reached"),
        [row["seconds"] for row in rows],
        [row["share"] for row in rows],
        hovers,
        BLUE,
    )
    figure = ecdf([curve], (), formats)
    chart = Chart("time-to-connect", label, figure, "medium", locale_of(texts))
    return (chart, Collapsible(texts("card.as_table"), _connect_table(label, rows, context)))


PAGE = Page(
    "callback",
    "/callback",
    (
        Card("callback.funnel", funnel),
        Card("callback.attempts", attempts, "half"),
        Card("callback.time_to_connect", time_to_connect, "half"),
    ),
)

_STEPS = {
    "callback_requests": "callback.step_requests",
    "attempted": "callback.step_attempted",
    "reached": "callback.step_reached",
    "target": "callback.step_target",
}
_SHARES = (0.25, 0.5, 0.75, 0.9, 1.0)


def _funnel_table(rows: Sequence[Record], names: Sequence[str], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    first = rows[0]["chains"]
    return Table(
        texts("callback.funnel"),
        [
            Column(texts("callback.step"), "text"),
            Column(texts("callback.chains")),
            Column(texts("callback.of_first"), why=texts("callback.of_first_why")),
            Column(texts("callback.of_before"), why=texts("callback.of_before_why")),
        ],
        [
            Row(
                [
                    cells.own(name),
                    cells.number(row["chains"]),
                    cells.rate(row["chains"], first),
                    cells.rate(row["chains"], row["known"]) if before else cells.number(None),
                ]
            )
            for before, (row, name) in enumerate(zip(rows, names, strict=True))
        ],
        is_sortable=False,
    )


def _connect_table(label: str, rows: Sequence[Record], context: CardContext) -> Table:
    """The times within which a quarter, half, … were reached."""
    texts, formats = context.texts, context.formats
    cells = CellMaker(formats)
    reached = [next(row for row in rows if row["share"] >= part) for part in _SHARES]
    return Table(
        label,
        [Column(texts("callback.reached_share"), "text"), Column(texts("callback.within"))],
        [
            Row([cells.own(formats.percent(part, 0)), cells.seconds(row["seconds"])])
            for part, row in zip(_SHARES, reached, strict=True)
        ],
        is_sortable=False,
    )
