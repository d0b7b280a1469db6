"""`/managers`: who needs help? Answers, talks and target leads of each manager."""

from collections.abc import Sequence
from typing import Any

from dashboards.figures.boxes import Box, boxes
from dashboards.figures.dots import Dot, Mean, dots
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty_card
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.wording.rates import LEAST, known_rate, share

SHOWN = 20
"""Managers in a chart; the table has them all."""

Record = dict[str, Any]


def everybody(context: CardContext) -> Sequence[Part]:
    rows = _managers(context)
    texts = context.texts
    if not rows:
        return empty_card(context, texts("managers.none"))
    table = Table(
        texts("managers.everybody"),
        [
            Column(texts("managers.manager"), "text"),
            Column(texts("site.leads")),
            Column(texts("site.calls")),
            Column(texts("managers.answered"), why=texts("managers.answered_why")),
            Column(texts("managers.missed")),
            Column(texts("managers.waiting"), why=texts("managers.waiting_why")),
            Column(texts("managers.talk"), why=texts("managers.talk_why")),
            Column(texts("managers.target"), why=texts("managers.target_why")),
            Column(texts("managers.rating"), why=texts("managers.rating_why")),
        ],
        [_row(row, context) for row in rows],
    )
    parts: list[Part] = [table]
    if any(_is_few(row) for row in rows):
        parts.append(Paragraph(texts("managers.few", least=LEAST)))
    return parts


def answer_rates(context: CardContext) -> Sequence[Part]:
    texts, formats = context.texts, context.formats
    rows = [row for row in _managers(context) if row["ended_calls"]]
    if not rows:
        return (Paragraph(texts("card.empty"), "empty"),)
    shown = sorted(rows[:SHOWN], key=lambda row: (_is_few(row), -row["answer_rate"]))
    figure = dots([_dot(row, context) for row in shown], _faint(context), _mean(context))
    label = texts("managers.answer_rates")
    cells = CellMaker(formats)
    table = Table(
        label,
        [
            Column(texts("managers.manager"), "text"),
            Column(texts("managers.ended")),
            Column(texts("managers.answered")),
            Column(texts("managers.interval")),
        ],
        [
            Row(
                [
                    cells.text(row["manager"], context.leads(manager=row["manager"])),
                    cells.number(row["ended_calls"]),
                    cells.rate(row["answered"], row["ended_calls"]),
                    _interval(row, context),
                ],
                is_faint=_is_few(row),
            )
            for row in rows
        ],
    )
    chart = Chart("answer-rates", label, figure, _size(shown), locale_of(texts))
    return (chart, *_left_out(rows, context), Collapsible(texts("card.as_table"), table))


def talk_times(context: CardContext) -> Sequence[Part]:
    texts, formats = context.texts, context.formats
    rows = [row for row in _managers(context) if row["talk_p50"] is not None]
    if not rows:
        return (Paragraph(texts("card.empty"), "empty"),)
    shown = sorted(rows[:SHOWN], key=lambda row: (row["answered"] < LEAST, -row["talk_p50"]))
    figure = boxes([_box(row, context) for row in shown], _faint(context), formats)
    label = texts("managers.talk_times")
    cells = CellMaker(formats)
    percentiles = ("talk_p5", "talk_p25", "talk_p50", "talk_p75", "talk_p95")
    table = Table(
        label,
        [
            Column(texts("managers.manager"), "text"),
            Column(texts("managers.talks")),
            *(Column(texts("managers.percent", number=name[6:])) for name in percentiles),
        ],
        [
            Row(
                [
                    cells.text(row["manager"], _talks_link(row, context)),
                    cells.number(row["answered"]),
                    *(cells.seconds(row[name]) for name in percentiles),
                ],
                is_faint=row["answered"] < LEAST,
            )
            for row in rows
        ],
    )
    chart = Chart("talk-times", label, figure, _size(shown), locale_of(texts))
    return (chart, *_left_out(rows, context), Collapsible(texts("card.as_table"), table))


PAGE = Page(
    "managers",
    "/managers",
    (
        Card("managers.everybody", everybody),
        Card("managers.answer_rates", answer_rates, "half"),
        Card("managers.talk_times", talk_times, "half"),
    ),
)


def _managers(context: CardContext) -> Sequence[Record]:
    """None where no lead has one; else those without a manager are a row too, to compare with."""
    rows = context.ask("managers").records()
    return rows if any(row["manager"] for row in rows) else []


def _is_few(row: Record) -> bool:
    return bool(row["ended_calls"] < LEAST)


def _faint(context: CardContext) -> str:
    return context.texts("managers.faint", least=LEAST)


def _size(rows: Sequence[Record]) -> str:
    return "small" if len(rows) <= 4 else "medium" if len(rows) <= 9 else "large"


def _left_out(rows: Sequence[Record], context: CardContext) -> Sequence[Paragraph]:
    if len(rows) <= SHOWN:
        return ()
    return (Paragraph(context.texts("managers.first", count=SHOWN)),)


def _name(row: Record, context: CardContext) -> str:
    texts = context.texts
    if row["manager"] is None:
        return texts("site.not_given")
    return row["manager"] or texts("site.empty")


def _row(row: Record, context: CardContext) -> Row:
    cells, manager = CellMaker(context.formats), row["manager"]
    missed = context.leads(manager=manager, only="missed") if row["missed"] else None
    target = context.leads(manager=manager, target=True)
    return Row(
        [
            cells.text(manager, context.leads(manager=manager)),
            cells.number(row["leads"]),
            cells.number(row["calls"], context.leads(manager=manager, lead_type="call")),
            cells.rate(row["answered"], row["ended_calls"], _talks_link(row, context)),
            cells.number(row["missed"], missed),
            cells.seconds(row["waiting_p50"]),
            cells.seconds(row["talk_p50"]),
            cells.rate(row["target_leads"], row["target_known"], target),
            _rating(row, context),
        ],
        is_faint=_is_few(row),
    )


def _rating(row: Record, context: CardContext) -> Cell:
    """4,2 (31): a mean says little without the number of ratings."""
    formats = context.formats
    if row["rating_avg"] is None:
        return CellMaker(formats).number(None)
    written = f"{formats.number(row['rating_avg'], 1)} ({formats.number(row['rating_n'])})"
    return Cell(written, row["rating_avg"])


def _interval(row: Record, context: CardContext) -> Cell:
    formats, few = context.formats, row["ended_calls"]
    low = known_rate(row["answer_rate_low"], few)
    high = known_rate(row["answer_rate_high"], few)
    if low is None or high is None:
        return CellMaker(formats).rate(row["answered"], few)
    return Cell(f"{formats.percent(low)} \N{EN DASH} {formats.percent(high)}", low)


def _mean(context: CardContext) -> Mean | None:
    """Of all calls, whoever had them."""
    (row,) = context.ask("quality").records()
    rate = share(row["answered"], row["ended_calls"])
    if rate is None:
        return None
    text = context.texts("managers.mean", rate=context.formats.percent(rate))
    return Mean(text, rate)


def _dot(row: Record, context: CardContext) -> Dot:
    texts, formats = context.texts, context.formats
    counted = texts(
        "managers.of_ended",
        part=formats.number(row["answered"]),
        whole=formats.number(row["ended_calls"]),
    )
    rate = share(row["answered"], row["ended_calls"])
    said = f"{counted}<br>{texts('site.too_few', least=LEAST)}"
    if rate is not None:
        interval = _interval(row, context).text
        said = texts(
            "managers.rate_hover", counted=counted, rate=formats.percent(rate), interval=interval
        )
    return Dot(
        _name(row, context),
        row["answer_rate"],
        row["answer_rate_low"],
        row["answer_rate_high"],
        said,
        rate is None,
        context.leads(manager=row["manager"], lead_type="call"),
    )


def _box(row: Record, context: CardContext) -> Box:
    texts, formats = context.texts, context.formats
    said = texts(
        "managers.talk_hover",
        half=formats.duration(row["talk_p50"]),
        low=formats.duration(row["talk_p25"]),
        high=formats.duration(row["talk_p75"]),
        calls=formats.number(row["answered"]),
    )
    return Box(
        _name(row, context),
        row["talk_p5"],
        row["talk_p25"],
        row["talk_p50"],
        row["talk_p75"],
        row["talk_p95"],
        said,
        row["answered"] < LEAST,
        _talks_link(row, context),
    )


def _talks_link(row: Record, context: CardContext) -> str | None:
    if not row["answered"]:
        return None
    return context.leads(manager=row["manager"], status="successful")
