"""`/deliveries`: can the data be trusted? What came, how late, what was lost, what to mend."""

from collections.abc import Sequence
from typing import Any

from dashboards.page.cards import Card, Page, Paragraph, Part
from dashboards.page.context import CardContext
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.page.tiles import Tile, sparkline, tiles
from dashboards.pages.deliveries.arrivals import arrivals, lag, outcomes, unusual
from dashboards.pages.deliveries.auditing import auditor
from dashboards.pages.deliveries.losses import gaps, quarantined, reconciliation
from dashboards.wording.rates import known_rate

Record = dict[str, Any]


def totals(context: CardContext) -> Sequence[Part]:
    (now,) = context.ask("delivery_summary").records()
    received = [row["received"] for row in arrivals(context)]
    shown = [
        _received_tile(now, received, context),
        _lag_tile(now, context),
        _tile("late", now["late"], ["late_what"], context, "#unusual"),
        _tile("quarantined", now["quarantined"], ["quarantined_what"], context, "#quarantined"),
        _gaps_tile(context),
        _lost_tile(now, context),
    ]
    empty = Paragraph(context.texts("deliveries.none"), "notice")
    return (tiles(shown), *(() if now["deliveries"] else (empty,)))


def webhooks(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = context.ask("webhooks").records()
    if not rows:
        return (Paragraph(texts("deliveries.no_webhooks"), "empty"),)
    most = max(row["deliveries"] for row in rows)
    columns = [
        Column(texts("deliveries.webhook"), "text", texts("deliveries.webhook_why")),
        Column(texts("deliveries.received")),
        Column(texts("deliveries.of_calls"), why=texts("deliveries.of_type_why")),
        Column(texts("deliveries.of_requests"), why=texts("deliveries.of_type_why")),
        Column(texts("deliveries.others"), why=texts("deliveries.others_why")),
        Column(texts("deliveries.quarantined")),
        Column(texts("site.leads")),
        Column(texts("deliveries.model"), "text"),
        Column(texts("deliveries.get_share")),
        Column(texts("deliveries.lag_p50")),
        Column(texts("deliveries.lag_p95")),
        Column(texts("deliveries.last"), "text"),
    ]
    table = Table(
        texts("deliveries.webhooks"),
        columns,
        [Row(_webhook_cells(row, most, context)) for row in rows],
    )
    return (table,)


PAGE = Page(
    "deliveries",
    "/deliveries",
    (
        Card("deliveries.totals", totals),
        Card("deliveries.auditor", auditor),
        Card("deliveries.outcomes", outcomes),
        Card("deliveries.lag", lag, "half"),
        Card("deliveries.unusual", unusual, "half"),
        Card("deliveries.webhooks", webhooks),
        Card("deliveries.reconciliation", reconciliation),
        Card("deliveries.gaps", gaps),
        Card("deliveries.quarantined", quarantined),
    ),
    sliced="period",
)


def _webhook_cells(row: Record, most: int, context: CardContext) -> list[Cell]:
    texts, formats = context.texts, context.formats
    cells = CellMaker(formats)
    models = [texts(f"slice.model_{one}") for one in (row["models"] or "").split(", ") if one]
    rate = known_rate(row["get_share"], row["deliveries"])
    get = Cell(texts("site.not_available")) if rate is None else Cell(formats.percent(rate), rate)
    return [
        cells.text(row["webhook"]),
        cells.number(row["deliveries"], most=most),
        cells.number(row["calls"]),
        cells.number(row["requests"]),
        cells.number(row["others"]),
        cells.number(row["quarantined"]),
        cells.number(row["leads"]),
        cells.own(", ".join(models) or texts("site.not_available")),
        get,
        cells.seconds(row["lag_p50"]),
        cells.seconds(row["lag_p95"]),
        cells.moment(row["last_received_at"]),
    ]


def _tile(
    name: str,
    value: int | None,
    lines: Sequence[str],
    context: CardContext,
    href: str | None = None,
) -> Tile:
    """`lines`: texts of this page, by name."""
    texts, formats = context.texts, context.formats
    written = texts("site.not_available") if value is None else formats.number(value)
    below = [texts(f"deliveries.{one}") for one in lines]
    return Tile(name, texts(f"deliveries.{name}"), written, lines=below, href=href)


def _received_tile(now: Record, by_day: Sequence[int], context: CardContext) -> Tile:
    texts, formats = context.texts, context.formats
    lines = [texts("deliveries.sent", count=formats.number(now["sent"]))]
    if now["from_api"]:
        lines.append(texts("deliveries.from_api", count=formats.number(now["from_api"])))
    value = formats.number(now["deliveries"])
    return Tile(
        "received",
        texts("deliveries.received"),
        value,
        sparkline=sparkline(by_day),
        lines=lines,
        href="#outcomes",
    )


def _lag_tile(now: Record, context: CardContext) -> Tile:
    texts, cells = context.texts, CellMaker(context.formats)
    lines = [texts("deliveries.lag_worst", lag=cells.seconds(now["lag_p95"]).text)]
    value = cells.seconds(now["lag_p50"]).text
    return Tile("lag", texts("deliveries.lag_p50"), value, lines=lines, href="#lag")


def _gaps_tile(context: CardContext) -> Tile:
    texts, formats = context.texts, context.formats
    found = context.ask("gap_totals").records()
    open_ones = sum(row["gaps"] for row in found if row["explanation"] is None)
    lines = [texts("deliveries.unexplained", count=formats.number(open_ones))]
    value = formats.number(sum(row["gaps"] for row in found))
    return Tile("gaps", texts("deliveries.gaps"), value, lines=lines, href="#gaps")


def _lost_tile(now: Record, context: CardContext) -> Tile:
    texts, formats = context.texts, context.formats
    if not now["compared_days"]:
        return _tile("lost", None, ["not_compared"], context, "#reconciliation")
    days = formats.count("days", now["compared_days"])
    leads = formats.number(now["in_api"])
    return Tile(
        "lost",
        texts("deliveries.lost"),
        formats.number(now["lost"]),
        lines=[texts("deliveries.compared", days=days, leads=leads)],
        href="#reconciliation",
    )
