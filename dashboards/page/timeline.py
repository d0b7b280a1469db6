"""What charts over time are marked with: alerts and notes of the days that a page is about."""

from dataclasses import dataclass
from datetime import datetime
from json import loads
from zoneinfo import ZoneInfo

from analytics.alerts.trouble import AlertRecord
from analytics.alerts.wording import AlertWriter
from dashboards.figures import Figure
from dashboards.figures.marks import MarkWords, TimelineMark, is_over_time, marked
from dashboards.page.context import CardContext
from dashboards.page.rows import ask_rows

_MOST = 200


@dataclass(frozen=True, slots=True)
class MarkedAlert:
    alert_id: int
    kind: str
    subject: str | None
    cause: str | None
    figures: str
    times: int
    began_at: datetime


@dataclass(frozen=True, slots=True)
class MarkedNote:
    began_at: datetime
    text: str


def with_marks(context: CardContext, figure: Figure, unit: str) -> Figure:
    """Charts over time alone, of readers who may be told of everything. What is asked for it is not
    among the card's own questions."""
    if not is_over_time(figure) or context.reader.rights.is_limited:
        return figure
    aside, texts = context.for_card(context.card), context.texts
    alerts = ask_rows(aside, "alerts", MarkedAlert, limit=_MOST)
    notes = ask_rows(aside, "notes", MarkedNote, limit=_MOST)
    marks = [TimelineMark(_local(note.began_at, context), note.text) for note in notes]
    marks += [
        TimelineMark(_local(alert.began_at, context), _title(alert, context)) for alert in alerts
    ]
    words = MarkWords(texts("alerts.marks"), texts("alerts.more_marks", count="{count}"))
    return marked(figure, sorted(marks, key=lambda mark: mark.at), unit, words)


def _title(row: MarkedAlert, context: CardContext) -> str:
    record = AlertRecord(
        row.alert_id,
        row.kind,
        row.subject or "",
        row.cause or "",
        loads(row.figures),
        row.began_at,
        row.began_at,
        None,
        row.times,
    )
    return AlertWriter(context.texts.language, ZoneInfo(context.timezone)).text(record).title


def _local(moment: datetime, context: CardContext) -> datetime:
    return moment.astimezone(ZoneInfo(context.timezone)).replace(tzinfo=None)
