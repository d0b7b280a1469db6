"""The tiles of the page deliveries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from analytics.chance import Box, box_of
from dashboards.page.comparison import EarlierRow, before, with_change
from dashboards.page.context import CardContext
from dashboards.page.rows import ask_row, ask_rows
from dashboards.page.tables import Cell, CellMaker
from dashboards.page.tiles import Tile, sparkline
from dashboards.pages.deliveries.arrivals import arrivals
from dashboards.pages.deliveries.losses import GapTotal


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """`lost`: of the leads `in_api` on the days that were compared with it."""

    deliveries: int
    sent: int
    from_api: int
    lag_known: int
    lag_p25: float | None
    lag_p50: float | None
    lag_p75: float | None
    lag_p95: float | None
    late: int
    quarantined: int
    compared_days: int
    in_api: int
    lost: int

    @property
    def lag(self) -> Box | None:
        return box_of(self.lag_p25, self.lag_p50, self.lag_p75, self.lag_known)


_COUNTS: Mapping[str, Callable[[DeliverySummary], int]] = {
    "received": lambda row: row.deliveries,
    "late": lambda row: row.late,
    "quarantined": lambda row: row.quarantined,
}
"""What is counted, by the name of the tile."""


def delivery_tiles(context: CardContext) -> tuple[list[Tile], int]:
    """And how many deliveries there are."""
    texts, formats, cells = context.texts, context.formats, CellMaker(context.formats)
    now = ask_row(context, "delivery_summary", DeliverySummary)
    earlier = before(context, "delivery_summary", DeliverySummary)
    by_day = [row.received for row in arrivals(context)]

    def tile(
        name: str, title: str, value: Cell, href: str, *lines: str, shape: Sequence[int] = ()
    ) -> Tile:
        title, line = texts(f"deliveries.{title}"), sparkline(shape)
        typed = value.typed
        return Tile(name, title, value.text, sparkline=line, lines=lines, href=href, typed=typed)

    received = [texts("deliveries.sent", count=formats.number(now.sent))]
    if now.from_api:
        received.append(texts("deliveries.from_api", count=formats.number(now.from_api)))
    worst = texts("deliveries.lag_worst", lag=cells.seconds(now.lag_p95).text)
    late, quarantined = texts("deliveries.late_what"), texts("deliveries.quarantined_what")
    deliveries, lag = cells.number(now.deliveries), cells.seconds(now.lag_p50)
    shown = [
        tile("received", "received", deliveries, "#outcomes", *received, shape=by_day),
        tile("lag", "lag_p50", lag, "#lag", worst),
        tile("late", "late", cells.number(now.late), "#unusual", late),
        tile(
            "quarantined",
            "quarantined",
            cells.number(now.quarantined),
            "#quarantined",
            quarantined,
        ),
        tile("gaps", "gaps", *_gaps(context)),
        tile("lost", "lost", *_lost(now, context)),
    ]
    return [_compared(tile, now, earlier, context) for tile in shown], now.deliveries


def _compared(
    tile: Tile, now: DeliverySummary, earlier: EarlierRow[DeliverySummary], context: CardContext
) -> Tile:
    """With its change, where its number has one."""
    if tile.name == "lag":
        return with_change(
            context,
            tile,
            "deliveries.lag_p50",
            earlier,
            lambda wording, row: wording.median(now.lag, row.lag),
        )
    if tile.name not in _COUNTS:
        return tile
    count = _COUNTS[tile.name]
    return with_change(
        context,
        tile,
        f"deliveries.{tile.name}",
        earlier,
        lambda wording, row: wording.count(count(now), count(row)),
    )


def _gaps(context: CardContext) -> tuple[Cell, str, str]:
    """The number, the link and the line of its tile."""
    formats, totals = context.formats, ask_rows(context, "gap_totals", GapTotal)
    unexplained = formats.number(sum(row.gaps for row in totals if row.explanation is None))
    line = context.texts("deliveries.unexplained", count=unexplained)
    return CellMaker(formats).number(sum(row.gaps for row in totals)), "#gaps", line


def _lost(now: DeliverySummary, context: CardContext) -> tuple[Cell, str, str]:
    texts, formats, cells = context.texts, context.formats, CellMaker(context.formats)
    if not now.compared_days:
        never = texts("deliveries.not_compared")
        return cells.nothing(), "#reconciliation", never
    days, leads = formats.count("days", now.compared_days), formats.number(now.in_api)
    line = texts("deliveries.compared", days=days, leads=leads)
    return cells.number(now.lost), "#reconciliation", line
