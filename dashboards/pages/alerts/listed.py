"""Alerts as rows, and in words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from analytics.alerts.kinds import AREAS, kind_of
from analytics.alerts.trouble import AlertRecord
from analytics.alerts.wording import AlertText, AlertWriter
from analytics.reports.parameter import ReportParameter
from dashboards.page import column
from dashboards.page.cards import Part
from dashboards.page.column import Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.page.switches import switch
from dashboards.slice.period import Period

AREA = ReportParameter("area", "all", choices=("all", *AREAS))
MOST = 500


@dataclass(frozen=True, slots=True)
class AlertRow:
    """`seconds`: how long it lasted, None while it goes on."""

    alert_id: int
    kind: str
    subject: str | None
    cause: str | None
    figures: str
    times: int
    began_at: datetime
    noticed_at: datetime
    ended_at: datetime | None
    seconds: float | None
    times_told: int

    def record(self) -> AlertRecord:
        return AlertRecord(
            self.alert_id,
            self.kind,
            self.subject or "",
            self.cause or "",
            json.loads(self.figures),
            self.began_at,
            self.noticed_at,
            self.ended_at,
            self.times,
        )


def alert_text(row: AlertRow, context: CardContext) -> AlertText:
    zone = ZoneInfo(context.timezone)
    return AlertWriter(context.texts.language, zone).text(row.record())


def rows_now(context: CardContext) -> Sequence[AlertRow]:
    """What has not ended, whichever days the page is about."""
    today = context.slice.of(Period(context.today, context.today))
    return ask_rows(context, "alerts", AlertRow, today, state="now")


def history(context: CardContext) -> Sequence[Part]:
    """Of the period, of one area or all."""
    texts, area = context.texts, context.options[AREA.name]
    names: dict[str, str] = {"all": texts("alerts.all")}
    names |= {name: texts(f"alerts.area_{name}") for name in AREAS}
    chooser = switch(context, AREA.name, texts("alerts.area"), names, "history")
    rows = [
        row
        for row in ask_rows(context, "alerts", AlertRow, limit=MOST)
        if area in ("all", kind_of(row.kind).area)
    ]
    if not rows:
        return (chooser, *empty(context, "alerts.none"))
    return (chooser, table_of(context, texts("alerts.history"), _COLUMNS, rows))


def _title(row: AlertRow, context: CardContext) -> str:
    return alert_text(row, context).title


def _cause(row: AlertRow, context: CardContext) -> str:
    return alert_text(row, context).cause


_COLUMNS: Columns[AlertRow] = (
    column.moment("alerts.began", lambda row: row.began_at),
    column.words("alerts.what", _title),
    column.words("alerts.cause", _cause),
    column.seconds("alerts.lasted", lambda row: row.seconds),
    column.number("alerts.told", lambda row: row.times_told),
)
