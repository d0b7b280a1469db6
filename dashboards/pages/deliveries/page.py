"""`/deliveries`: can the data be trusted? What came, how late, what was lost, what to mend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from analytics.chance import Box, box_of
from dashboards.access.roles import Audience
from dashboards.page import column
from dashboards.page.cards import Card, Page, Paragraph, Part
from dashboards.page.column import Column, Columns, table_of
from dashboards.page.comparison import changes_said, earlier_rows
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.page.tables import Cell, CellMaker
from dashboards.page.tiles import tiles
from dashboards.pages.deliveries.arrivals import lag, outcomes, unusual
from dashboards.pages.deliveries.auditing import auditor
from dashboards.pages.deliveries.losses import gaps, quarantined
from dashboards.pages.deliveries.reconciliation import reconciliation
from dashboards.pages.deliveries.totals import delivery_tiles
from dashboards.wording.rates import known_rate


@dataclass(frozen=True, slots=True)
class WebhookTotals:
    """`models`: the attribution models that it sends, one after another. `get_share`: of the
    deliveries, those sent by GET."""

    webhook: str
    deliveries: int
    calls: int
    requests: int
    others: int
    quarantined: int
    leads: int
    models: str | None
    get_share: float
    lag_known: int
    lag_p25: float | None
    lag_p50: float | None
    lag_p75: float | None
    lag_p95: float | None
    last_received_at: datetime

    @property
    def lag(self) -> Box | None:
        return box_of(self.lag_p25, self.lag_p50, self.lag_p75, self.lag_known)


def totals(context: CardContext) -> Sequence[Part]:
    shown, deliveries = delivery_tiles(context)
    none = Paragraph(context.texts("deliveries.none"), "notice")
    return (tiles(shown), *changes_said(context), *(() if deliveries else (none,)))


def webhooks(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "webhooks", WebhookTotals)
    if not rows:
        return empty(context, "deliveries.no_webhooks")
    most = max(row.deliveries for row in rows)
    columns: Columns[WebhookTotals] = (
        column.text("deliveries.webhook", lambda row: row.webhook, why=True),
        column.number("deliveries.received", lambda row: row.deliveries, most=most),
        column.number("deliveries.of_calls", lambda row: row.calls, why="deliveries.of_type_why"),
        column.number(
            "deliveries.of_requests", lambda row: row.requests, why="deliveries.of_type_why"
        ),
        column.number("deliveries.others", lambda row: row.others, why=True),
        column.number("deliveries.quarantined", lambda row: row.quarantined),
        column.number("site.leads", lambda row: row.leads),
        column.words("deliveries.model", _models),
        Column("deliveries.get_share", _get_share, "number"),
        column.median("deliveries.lag_p50", lambda row: row.lag),
        column.seconds("deliveries.lag_p95", lambda row: row.lag_p95),
        column.moment("deliveries.last", lambda row: row.last_received_at),
    )
    earlier = earlier_rows(context, "webhooks", WebhookTotals, lambda row: row.webhook)
    label = context.texts("deliveries.webhooks")
    return (table_of(context, label, columns, rows, earlier=earlier),)


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
    audience=Audience.SITES,
)


def _models(row: WebhookTotals, context: CardContext) -> str:
    texts = context.texts
    models = [texts(f"slice.model_{model}") for model in (row.models or "").split(", ") if model]
    return ", ".join(models) or texts("site.not_available")


def _get_share(row: WebhookTotals, context: CardContext) -> Cell:
    rate = known_rate(row.get_share, row.deliveries)
    if rate is None:
        return CellMaker(context.formats).nothing()
    return CellMaker(context.formats).share(rate)
