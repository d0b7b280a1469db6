"""The cards of how long clients wait: until they are answered or give up, and within a target."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboards.figures.ecdf import Curve, ecdf
from dashboards.figures.shares import Shares, shares_by_name
from dashboards.page import column
from dashboards.page.cards import Part
from dashboards.page.chart_parts import BLUE, GREEN, RED, chart_with_table
from dashboards.page.column import Column, EarlierRows
from dashboards.page.comparison import against
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_row, ask_rows
from dashboards.page.tables import CellMaker
from dashboards.pages.quality.totals import TARGETS, Quality
from dashboards.wording.changes import Change, ChangeWording
from dashboards.wording.rates import LEAST, share

_TABLE_SECONDS = (5, 10, 20, 30, 45, 60, 90, 120)


@dataclass(frozen=True, slots=True)
class WaitingPoint:
    """`calls`, of so many `known` ones, were answered or given up within the seconds."""

    is_answered: bool
    seconds: int
    calls: int
    known: int
    share: float


def waiting(context: CardContext) -> Sequence[Part]:
    rows = [row for row in ask_rows(context, "waiting", WaitingPoint) if row.known >= LEAST]
    texts, formats = context.texts, context.formats
    if not rows:
        return empty(context, "site.too_few", least=LEAST)
    sides = [
        ("quality.answered", BLUE, {"status": "successful"}, [r for r in rows if r.is_answered]),
        ("quality.missed", RED, {"only": "missed"}, [r for r in rows if not r.is_answered]),
    ]
    sides = [side for side in sides if side[-1]]
    curves = [
        _curve(texts(name), points, colour, only, context) for name, colour, only, points in sides
    ]
    about = against(context).asked
    before = ask_rows(context, "waiting", WaitingPoint, about) if about else []
    curves += [
        replace(
            _curve(texts("chart.before_of", name=curve.name), points, curve.colour, {}, context),
            is_compared=True,
            links=(),
        )
        for curve, (_, _, _, shown) in zip(curves, sides, strict=True)
        if (points := [row for row in before if row.is_answered == shown[0].is_answered])
        and points[0].known >= LEAST
    ]
    columns = [
        _within(name, points, [row for row in before if row.is_answered == points[0].is_answered])
        for name, _, _, points in sides
    ]
    figure = ecdf(curves, TARGETS, formats)
    # One curve alone has to say which it is.
    figure["layout"] |= {"showlegend": True, "margin": {"t": 40}}
    return chart_with_table(
        context,
        "waiting",
        texts("quality.waiting"),
        figure,
        [_WAIT, *columns],
        _TABLE_SECONDS,
        is_sortable=False,
        earlier=EarlierRows(int, {}) if before else None,
    )


def answered_within(context: CardContext) -> Sequence[Part]:
    quality = ask_row(context, "quality", Quality)
    texts, formats = context.texts, context.formats
    rates = quality.answered_within
    if None in rates.values():
        return empty(context, "site.too_few", least=LEAST)
    names = [texts("quality.within", seconds=seconds) for seconds in rates]
    written = {seconds: formats.percent(rate or 0) for seconds, rate in rates.items()}
    calls = formats.count("of_calls", quality.waiting_known)
    hovers = [texts("quality.within_hover", rate=rate, calls=calls) for rate in written.values()]
    links = [context.leads(status="successful", waiting_to=seconds) for seconds in rates]
    label = texts("quality.answered_within")
    shown = Shares(label, list(rates.values()), hovers, GREEN, links)
    answered: Column[int] = Column(
        "quality.answered_share",
        lambda seconds, context: CellMaker(context.formats).share(rates[seconds] or 0),
        "number",
    )
    return chart_with_table(
        context,
        "answered-within",
        label,
        shares_by_name(names, shown, list(written.values())),
        [_WAIT, answered],
        list(rates),
        is_sortable=False,
    )


def _curve(
    name: str,
    points: Sequence[WaitingPoint],
    colour: int,
    only: dict[str, str],
    context: CardContext,
) -> Curve:
    """`only`: what the journal is narrowed to besides the seconds."""
    texts, formats = context.texts, context.formats
    hovers = [
        texts(
            "quality.waiting_hover",
            calls=name,
            seconds=formats.duration(point.seconds),
            rate=formats.percent(share(point.calls, point.known) or 0),
            part=formats.number(point.calls),
            whole=formats.number(point.known),
        )
        for point in points
    ]
    links = [
        context.leads(None, **only, waiting_to=point.seconds) if point.calls else None
        for point in points
    ]
    seconds = [point.seconds for point in points]
    return Curve(name, seconds, [point.share for point in points], hovers, colour, links)


def _within(
    title: str, points: Sequence[WaitingPoint], before: Sequence[WaitingPoint]
) -> Column[int]:
    counts = {point.seconds: (point.calls, point.known) for point in points}
    earlier = {point.seconds: (point.calls, point.known) for point in before}

    def changed(seconds: int, _: int | None, wording: ChangeWording) -> Change | None:
        was = earlier.get(seconds)
        return None if was is None else wording.share(counts[seconds], was)

    return replace(column.rate(title, counts.__getitem__), change=changed)


_WAIT: Column[int] = column.words(
    "quality.wait", lambda seconds, context: context.texts("quality.within", seconds=seconds)
)
