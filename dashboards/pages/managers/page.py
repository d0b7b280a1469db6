"""`/managers`: who needs help? Answers, talks and target leads of each manager."""

from collections.abc import Sequence

from dashboards.access.roles import Audience
from dashboards.figures.boxes import Box, boxes
from dashboards.figures.dots import Dot, Mean, dots
from dashboards.page import column
from dashboards.page.cards import Card, Page, Paragraph, Part
from dashboards.page.chart_parts import chart_with_table, size_of
from dashboards.page.column import Column, Columns, EarlierRows, table_of
from dashboards.page.comparison import changes_said, earlier_rows
from dashboards.page.context import CardContext
from dashboards.page.empty import empty, empty_card
from dashboards.page.rows import ask_rows
from dashboards.page.tables import Cell, CellMaker
from dashboards.pages.managers.rows import Manager
from dashboards.wording.changes import Change, ChangeWording
from dashboards.wording.rates import LEAST, known_rate, share

_SHOWN = 20
"""Managers in a chart; the table has them all."""


def everybody(context: CardContext) -> Sequence[Part]:
    rows = _managers(context)
    if not rows:
        return empty_card(context, "managers.none")
    label = context.texts("managers.everybody")
    table = table_of(
        context, label, _COLUMNS, rows, is_faint=Manager.is_few, earlier=_earlier(context)
    )
    few = any(row.is_few() for row in rows)
    few_said = [Paragraph(context.texts("managers.few", least=LEAST))] if few else []
    return (table, *few_said, *changes_said(context))


def answer_rates(context: CardContext) -> Sequence[Part]:
    rows = [row for row in _managers(context) if row.ended_calls]
    if not rows:
        return empty(context)
    shown = sorted(rows[:_SHOWN], key=lambda row: (row.is_few(), -(row.answer_rate or 0)))
    chart, table = chart_with_table(
        context,
        "answer-rates",
        context.texts("managers.answer_rates"),
        dots([_dot(row, context) for row in shown], _faint(context), _mean(context, rows)),
        _RATE_COLUMNS,
        rows,
        size=size_of(len(shown), medium=9),
        is_faint=Manager.is_few,
        earlier=_earlier(context),
    )
    return (chart, *_left_out(rows, context), table)


def talk_times(context: CardContext) -> Sequence[Part]:
    rows = [row for row in _managers(context) if row.talks]
    if not rows:
        return empty(context)
    shown = sorted(rows[:_SHOWN], key=lambda row: (row.has_few_talks(), -row.talks[50]))
    chart, table = chart_with_table(
        context,
        "talk-times",
        context.texts("managers.talk_times"),
        boxes([_box(row, context) for row in shown], _faint(context), context.formats),
        _TALK_COLUMNS,
        rows,
        size=size_of(len(shown), medium=9),
        is_faint=Manager.has_few_talks,
        earlier=_earlier(context),
    )
    return (chart, *_left_out(rows, context), table)


PAGE = Page(
    "managers",
    "/managers",
    (
        Card("managers.everybody", everybody),
        Card("managers.answer_rates", answer_rates, "half"),
        Card("managers.talk_times", talk_times, "half"),
    ),
    audience=Audience.MANAGERS,
)


def _managers(context: CardContext) -> Sequence[Manager]:
    """None where no lead has one; else those without a manager are a row too, to compare with."""
    rows = ask_rows(context, "managers", Manager)
    return rows if any(row.manager for row in rows) else []


def _earlier(context: CardContext) -> EarlierRows[Manager] | None:
    return earlier_rows(context, "managers", Manager, lambda row: row.manager)


def _faint(context: CardContext) -> str:
    return context.texts("managers.faint", least=LEAST)


def _left_out(rows: Sequence[Manager], context: CardContext) -> Sequence[Paragraph]:
    text = context.texts("managers.first", count=_SHOWN)
    return (Paragraph(text),) if len(rows) > _SHOWN else ()


def _name(row: Manager, context: CardContext) -> str:
    name = row.manager
    return context.texts("site.not_given") if name is None else name or context.texts("site.empty")


def _rating(row: Manager, context: CardContext) -> Cell:
    """4,2 (31): a mean says little without the number of ratings."""
    formats = context.formats
    if row.rating_avg is None:
        return CellMaker(formats).nothing()
    written = f"{formats.number(row.rating_avg, 1)} ({formats.number(row.rating_n)})"
    return Cell(written, row.rating_avg)


def _rating_changed(row: Manager, earlier: Manager | None, wording: ChangeWording) -> Change | None:
    return wording.average(row.rating_avg, earlier.rating_avg if earlier else None, 1)


def _interval(row: Manager, context: CardContext) -> Cell:
    formats = context.formats
    low = known_rate(row.answer_rate_low, row.ended_calls)
    high = known_rate(row.answer_rate_high, row.ended_calls)
    if low is None or high is None:
        return CellMaker(formats).rate(row.answered, row.ended_calls)
    return Cell(f"{formats.percent(low)} \N{EN DASH} {formats.percent(high)}", low)


def _mean(context: CardContext, rows: Sequence[Manager]) -> Mean | None:
    """Of all calls, with or without a manager."""
    rate = share(sum(row.answered for row in rows), sum(row.ended_calls for row in rows))
    if rate is None:
        return None
    return Mean(context.texts("managers.mean", rate=context.formats.percent(rate)), rate)


def _dot(row: Manager, context: CardContext) -> Dot:
    texts, formats = context.texts, context.formats
    part, whole = formats.number(row.answered), formats.number(row.ended_calls)
    counted = texts("managers.of_ended", part=part, whole=whole)
    rate = share(row.answered, row.ended_calls)
    hover = f"{counted}<br>{texts('site.too_few', least=LEAST)}"
    if rate is not None:
        written, interval = formats.percent(rate), _interval(row, context).text
        hover = texts("managers.rate_hover", counted=counted, rate=written, interval=interval)
    rates = (row.answer_rate or 0.0, row.answer_rate_low or 0.0, row.answer_rate_high or 0.0)
    link = context.leads(manager=row.manager, lead_type="call")
    return Dot(_name(row, context), *rates, hover, rate is None, link)


def _box(row: Manager, context: CardContext) -> Box:
    formats = context.formats
    p5, p25, p50, p75, p95 = row.talks.values()
    hover = context.texts(
        "managers.talk_hover",
        half=formats.duration(p50),
        low=formats.duration(p25),
        high=formats.duration(p75),
        calls=formats.number(row.answered),
    )
    name, link = _name(row, context), _talks_link(row, context)
    return Box(name, p5, p25, p50, p75, p95, hover, row.has_few_talks(), link)


def _leads_link(row: Manager, context: CardContext) -> str | None:
    return context.leads(manager=row.manager)


def _calls_link(row: Manager, context: CardContext) -> str | None:
    return context.leads(manager=row.manager, lead_type="call")


def _missed_link(row: Manager, context: CardContext) -> str | None:
    return context.leads(manager=row.manager, only="missed") if row.missed else None


def _target_link(row: Manager, context: CardContext) -> str | None:
    return context.leads(manager=row.manager, target=True)


def _talks_link(row: Manager, context: CardContext) -> str | None:
    return context.leads(manager=row.manager, status="successful") if row.answered else None


def _percentile(percent: int) -> Column[Manager]:
    return column.seconds(
        lambda texts: texts("managers.percent", number=percent), lambda row: row.talks.get(percent)
    )


_COLUMNS: Columns[Manager] = (
    column.text("managers.manager", lambda row: row.manager, _leads_link),
    column.number("site.leads", lambda row: row.leads),
    column.number("site.calls", lambda row: row.calls, _calls_link),
    column.rate(
        "managers.answered", lambda row: (row.answered, row.ended_calls), _talks_link, why=True
    ),
    column.number("managers.missed", lambda row: row.missed, _missed_link),
    column.median("managers.waiting", lambda row: row.waiting, why=True),
    column.median("managers.talk", lambda row: row.talk, why=True),
    column.rate(
        "managers.target", lambda row: (row.target_leads, row.target_known), _target_link, why=True
    ),
    Column("managers.rating", _rating, "number", why=True, change=_rating_changed),
)
_RATE_COLUMNS: Columns[Manager] = (
    column.text("managers.manager", lambda row: row.manager, _leads_link),
    column.number("managers.ended", lambda row: row.ended_calls),
    column.rate("managers.answered", lambda row: (row.answered, row.ended_calls)),
    Column("managers.interval", _interval, "number"),
)
_TALK_COLUMNS: Columns[Manager] = (
    column.text("managers.manager", lambda row: row.manager, _talks_link),
    column.number("managers.talks", lambda row: row.answered),
    *map(_percentile, (5, 25, 50, 75, 95)),
)
