"""`/callback`: where does it leak between a request to be called back and a target call?"""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.access.roles import Audience
from dashboards.figures.bars import Series
from dashboards.figures.columns import columns_by_number
from dashboards.figures.ecdf import Curve, ecdf
from dashboards.page import column
from dashboards.page.cards import Card, Page, Paragraph, Part
from dashboards.page.chart_parts import BLUE, GREEN, chart_with_table, plain_bars
from dashboards.page.column import Column, Columns, EarlierRows
from dashboards.page.comparison import against, changes_said, earlier_rows, marks_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty, empty_card
from dashboards.page.rows import ask_rows
from dashboards.page.tables import Cell, CellMaker
from dashboards.wording.changes import Change, ChangeWording
from dashboards.wording.rates import LEAST

_MOST_ATTEMPTS = 30
"""The last row of the report `callback_attempts`."""
_SHARES = (0.25, 0.5, 0.75, 0.9, 1.0)
_FIRST_STEP = "callback_requests"
_STEPS = {
    _FIRST_STEP: "callback.step_requests",
    "attempted": "callback.step_attempted",
    "reached": "callback.step_reached",
    "target": "callback.step_target",
}


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """So many callback requests got as far; `known`: of how many of the step before it is known
    whether they did."""

    step: str
    chains: int
    known: int


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """A step, and how many callback requests there are in all."""

    step: FunnelStep
    requests: int


@dataclass(frozen=True, slots=True)
class AttemptCount:
    """The callback requests with so many calls."""

    attempts: int
    chains: int
    reached: int
    closed: int


@dataclass(frozen=True, slots=True)
class ReachedShare:
    """The seconds within which this part of them was reached."""

    part: float
    seconds: float


@dataclass(frozen=True, slots=True)
class ConnectPoint:
    """The share of those `reached` who were so within the seconds."""

    seconds: float
    share: float
    reached: int


def funnel(context: CardContext) -> Sequence[Part]:
    steps, texts = ask_rows(context, "callback", FunnelStep), context.texts
    if not steps[0].chains:
        return empty_card(context, "callback.none")
    rows = _funnel_rows(steps)
    label = texts("callback.funnel")
    series = Series(texts("callback.chains"), [step.chains for step in steps])
    earlier = _earlier(context)
    before = marks_of(context, rows, earlier, lambda row: row.step.chains)
    figure = plain_bars([_step(row, context) for row in rows], series, BLUE, before=before)
    shown = chart_with_table(
        context,
        "callback-funnel",
        label,
        figure,
        _FUNNEL_COLUMNS,
        rows,
        size="small",
        is_sortable=False,
        earlier=earlier,
    )
    calls = context.leads(only="callback_calls")
    counted = Paragraph(texts("callback.counted"), "note", calls, texts("callback.calls"))
    return (*shown, *changes_said(context), counted, Paragraph(texts("callback.unseen")))


def attempts(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "callback_attempts", AttemptCount)
    texts = context.texts
    if not rows:
        return empty(context)
    series = [
        Series(texts("callback.all"), [row.chains for row in rows]),
        Series(texts("callback.reached"), [row.reached for row in rows]),
    ]
    numbers, title = [row.attempts for row in rows], texts("callback.attempts_made")
    figure = columns_by_number(numbers, title, series, (BLUE, GREEN))
    label = texts("callback.attempts")
    earlier = earlier_rows(context, "callback_attempts", AttemptCount, lambda row: row.attempts)
    return chart_with_table(
        context, "callback-attempts", label, figure, _ATTEMPTS_COLUMNS, rows, earlier=earlier
    )


def time_to_connect(context: CardContext) -> Sequence[Part]:
    points = ask_rows(context, "time_to_connect", ConnectPoint)
    rows = list({point.seconds: point for point in points}.values())
    texts, formats = context.texts, context.formats
    if not rows:
        return empty(context, "callback.nobody_reached")
    if rows[0].reached < LEAST:
        return empty(context, "site.too_few", least=LEAST)
    hovers = [
        texts(
            "callback.connect_hover",
            time=formats.duration(row.seconds),
            rate=formats.percent(row.share),
        )
        for row in rows
    ]
    seconds, shares = [row.seconds for row in rows], [row.share for row in rows]
    figure = ecdf([Curve(texts("callback.reached"), seconds, shares, hovers, BLUE)], (), formats)
    within, earlier = _quantiles(rows), _earlier_quantiles(context)
    return chart_with_table(
        context,
        "time-to-connect",
        texts("callback.time_to_connect"),
        figure,
        _CONNECT_COLUMNS,
        within,
        is_sortable=False,
        earlier=earlier,
    )


PAGE = Page(
    "callback",
    "/callback",
    (
        Card("callback.funnel", funnel),
        Card("callback.attempts", attempts, "half"),
        Card("callback.time_to_connect", time_to_connect, "half"),
    ),
    audience=Audience.SITES,
)


def _funnel_rows(steps: Sequence[FunnelStep]) -> list[FunnelRow]:
    return [FunnelRow(step, steps[0].chains) for step in steps]


def _earlier(context: CardContext) -> EarlierRows[FunnelRow] | None:
    about = against(context).asked
    if about is None:
        return None
    rows = _funnel_rows(ask_rows(context, "callback", FunnelStep, about))
    return EarlierRows(lambda row: row.step.step, {row.step.step: row for row in rows})


def _quantiles(rows: Sequence[ConnectPoint]) -> list[ReachedShare]:
    """The times within which a quarter, half, … were reached."""
    return [
        ReachedShare(part, next(row.seconds for row in rows if row.share >= part))
        for part in _SHARES
    ]


def _earlier_quantiles(context: CardContext) -> EarlierRows[ReachedShare] | None:
    about = against(context).asked
    points = ask_rows(context, "time_to_connect", ConnectPoint, about) if about else []
    if not points or points[0].reached < LEAST:
        return None
    return EarlierRows(lambda row: row.part, {row.part: row for row in _quantiles(points)})


def _step(row: FunnelRow, context: CardContext) -> str:
    return context.texts(_STEPS[row.step.step])


def _of_before(row: FunnelRow, context: CardContext) -> Cell:
    step, cells = row.step, CellMaker(context.formats)
    return cells.nothing() if step.step == _FIRST_STEP else cells.rate(step.chains, step.known)


def _of_before_changed(
    row: FunnelRow, earlier: FunnelRow | None, wording: ChangeWording
) -> Change | None:
    if earlier is None or row.step.step == _FIRST_STEP:
        return None
    now, before = row.step, earlier.step
    return wording.share((now.chains, now.known), (before.chains, before.known))


def _attempts_made(row: AttemptCount, context: CardContext) -> Cell:
    """The report's last row stands for as many and more."""
    cell = CellMaker(context.formats).number(row.attempts)
    return cell if row.attempts < _MOST_ATTEMPTS else Cell(f"{cell.text}+", row.attempts)


_FUNNEL_COLUMNS: Columns[FunnelRow] = (
    column.words("callback.step", _step),
    column.number("callback.chains", lambda row: row.step.chains),
    column.rate("callback.of_first", lambda row: (row.step.chains, row.requests), why=True),
    Column("callback.of_before", _of_before, "number", True, _of_before_changed),
)
_CONNECT_COLUMNS: Columns[ReachedShare] = (
    column.words(
        "callback.reached_share", lambda row, context: context.formats.percent(row.part, 0)
    ),
    column.seconds("callback.within", lambda row: row.seconds),
)
_ATTEMPTS_COLUMNS: Columns[AttemptCount] = (
    Column("callback.attempts_made", _attempts_made, "number"),
    column.number("callback.chains", lambda row: row.chains),
    column.number("callback.reached", lambda row: row.reached),
    column.rate("callback.reached_share", lambda row: (row.reached, row.chains)),
    column.number("callback.closed", lambda row: row.closed, why=True),
)
