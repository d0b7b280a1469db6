"""`/alerts`: what is wrong now, and what to do about it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import g

from analytics.alerts.kinds import AREAS, kind_of
from analytics.alerts.trouble import AlertRecord
from analytics.alerts.wording import AlertText, AlertWriter
from analytics.reports.parameter import ReportParameter
from dashboards.page.cards import Card, Page, Part, TemplatePart
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.page.sites import read_sites
from dashboards.pages.alerts.desk import ChannelState, alert_desk
from dashboards.pages.alerts.listed import AREA, history, rows_now
from dashboards.pages.alerts.rules import rules

TOLD = ReportParameter("told", None, choices=("noted", "removed", "sent", "rule"), is_place=True)
RULE = ReportParameter("rule", None, is_text=True, is_place=True)
"""Which rule the form shows."""
_MOST_NOTES = 200


@dataclass(frozen=True, slots=True)
class AlertNow:
    words: AlertText
    is_urgent: bool
    since: str


@dataclass(frozen=True, slots=True)
class NoteRow:
    """`site_id` None: of all sites."""

    note_id: int
    began_at: datetime
    ended_at: datetime | None
    site_id: int | None
    text: str
    author: str


@dataclass(frozen=True, slots=True)
class NoteForm:
    """As it was posted: a form that could not be saved, and why."""

    fields: Mapping[str, str]
    problem: str


def now(context: CardContext) -> Sequence[Part]:
    """The urgent ones first. What the installation says of itself does not wait for a publication:
    where digest stands still there will be none."""
    published = [row.record() for row in rows_now(context)]
    known = [alert for alert in published if kind_of(alert.kind).area != "installation"]
    desk = alert_desk()
    fresh = published if desk is None or context.reader_context.as_of else desk.going_on()
    known += [alert for alert in fresh if kind_of(alert.kind).area == "installation"]
    if not known:
        return empty(context, "alerts.all_well")
    shown = sorted(known, key=lambda alert: (not kind_of(alert.kind).is_urgent, alert.began_at))
    alerts = [_now(alert, context) for alert in shown]
    return (TemplatePart("parts/alerts_now.html", {"alerts": alerts}),)


def notes(context: CardContext) -> Sequence[Part]:
    """Of the period, with a form for those who may write; in the order of their time."""
    rows = ask_rows(context, "notes", NoteRow, limit=_MOST_NOTES)
    form: NoteForm | None = g.get("refused_note")
    local = context.formats.local(context.now)
    values = {
        "notes": sorted(rows, key=lambda row: row.began_at, reverse=True),
        "may_write": _may_change(context) and context.reader.sees_personal,
        "is_admin": _may_change(context) and context.reader.is_admin,
        "sites": read_sites(context.db),
        "fields": form.fields if form else {"began": f"{local:%Y-%m-%dT%H:%M}"},
        "problem": form.problem if form else "",
        "told": context.options[TOLD.name],
    }
    return (TemplatePart("parts/alert_notes.html", values),)


def channels(context: CardContext) -> Sequence[Part]:
    desk = alert_desk()
    if desk is None:
        return ()
    known = desk.channels()
    if not known:
        return empty(context, "alerts.no_channel")
    failed: tuple[str, str] | None = g.get("failed_channel")
    values = {
        "channels": [(channel, _kinds(channel, context)) for channel in known],
        "is_admin": _may_change(context) and context.reader.is_admin,
        "told": context.options[TOLD.name] == "sent",
        "failed": failed,
    }
    return (TemplatePart("parts/alert_channels.html", values),)


def _now(alert: AlertRecord, context: CardContext) -> AlertNow:
    writer = AlertWriter(context.texts.language, ZoneInfo(context.timezone))
    since = context.formats.moment(alert.began_at)
    return AlertNow(writer.text(alert), kind_of(alert.kind).is_urgent, since)


def _kinds(channel: ChannelState, context: CardContext) -> str:
    if not channel.kinds:
        return context.texts("alerts.all")
    return ", ".join(
        context.texts(f"alerts.area_{kind}") if kind in AREAS else kind for kind in channel.kinds
    )


def _may_change(context: CardContext) -> bool:
    return context.origin == "" and alert_desk() is not None


PAGE = Page(
    "alerts",
    "/alerts",
    (
        Card("alerts.now", now),
        Card("alerts.history", history),
        Card("alerts.notes", notes),
        Card("alerts.rules", rules),
        Card("alerts.channels", channels),
    ),
    (AREA, TOLD, RULE),
    sliced="period",
    needs_deliveries=False,
)
