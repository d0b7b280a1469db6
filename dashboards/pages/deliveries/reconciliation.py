"""The card of the days that were compared with Calltouch's API, and of the leads it alone has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from dashboards.figures.calendar import Day, calendar
from dashboards.page import column
from dashboards.page.cards import Collapsible, Paragraph, Part
from dashboards.page.chart_parts import chart_with_table
from dashboards.page.column import Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import LeadRow, ask_rows
from dashboards.page.tables import LONG_LIST
from dashboards.page.truncated import cut
from dashboards.slice.period import Period
from dashboards.web.settings import dashboards


@dataclass(frozen=True, slots=True)
class ComparedDay:
    """Leads of a day. `missing`: those `lost` and those that the API alone has for now."""

    day: date
    in_api: int
    in_both: int
    only_webhook: int
    only_api: int
    lost: int
    differing: int
    missing: int
    compared_at: datetime


@dataclass(frozen=True, slots=True)
class LostLead(LeadRow):
    day: date
    site_id: int
    remedy: str


_COUNTS: dict[str, Callable[[ComparedDay], int]] = {
    "in_api": lambda row: row.in_api,
    "in_both": lambda row: row.in_both,
    "only_webhook": lambda row: row.only_webhook,
    "only_api": lambda row: row.only_api,
    "lost": lambda row: row.lost,
    "differing": lambda row: row.differing,
}


def reconciliation(context: CardContext) -> Sequence[Part]:
    texts, formats = context.texts, context.formats
    rows = ask_rows(context, "reconciliation_days", ComparedDay)
    if not rows:
        return _never_reconciled(context)
    weekdays = texts.forms("calendar.short_weekdays")
    figure = calendar(
        [Day(row.day, row.missing, _hover(row, context), _link(row, context)) for row in rows],
        [f"{name[:1].upper()}{name[1:]}" for name in weekdays],
        texts.forms("calendar.short_months_of_day"),
    )
    label = texts("deliveries.reconciliation_label", days=formats.days(context.slice.period))
    shown = chart_with_table(context, "reconciliation", label, figure, _COLUMNS, rows, size="small")
    return (*shown, *_unread(context), *_lost_leads(context))


def _never_reconciled(context: CardContext) -> Sequence[Part]:
    if context.ask("delivery_summary").column("last_compared_at")[0] is not None:
        return empty(context, "deliveries.period_not_reconciled")
    never = empty(context, "deliveries.never_reconciled")
    if dashboards().settings.has_api:
        return never
    return (*never, Paragraph(context.texts("deliveries.no_api"), "notice"))


def _hover(row: ComparedDay, context: CardContext) -> str:
    formats = context.formats
    counts = [
        f"{context.texts(f'deliveries.{name}')}: {formats.number(count(row))}"
        for name, count in _COUNTS.items()
        if name != "only_webhook"
    ]
    return "<br>".join([f"{formats.day(row.day)}, {formats.weekday(row.day)}", *counts])


def _link(row: ComparedDay, context: CardContext) -> str | None:
    """All leads of the day: filters mean nothing to a comparison."""
    day = Period(row.day, row.day)
    return context.leads(replace(context.slice.of(day).without_filters, model=None))


def _unread(context: CardContext) -> Sequence[Part]:
    """A comparison that could not read everything must not look clean."""
    answer = context.ask("unread_answers")
    (unread,), (hiding,) = answer.column("unread"), answer.column("hiding")
    if not unread:
        return ()
    key = "unread_hiding" if hiding else "unread_parts"
    number = context.formats.number(unread)
    return (Paragraph(context.texts(f"deliveries.{key}", count=number), "notice"),)


def _lost_leads(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = ask_rows(context, "lost_leads", LostLead, top=LONG_LIST)
    if not rows:
        # One that may hide a lost lead.
        (hides,) = context.ask("unread_answers").column("hiding")
        return () if hides else (Paragraph(texts("deliveries.nothing_lost")),)
    label, in_all = (
        texts("deliveries.lost_leads"),
        context.ask("delivery_summary").column("lost")[0],
    )
    return (
        Paragraph(texts("deliveries.lost_todo"), "notice"),
        *cut(context, len(rows), in_all),
        Collapsible(label, table_of(context, label, _LOST_COLUMNS, rows)),
    )


_COLUMNS: Columns[ComparedDay] = (
    column.day("unit.day", lambda row: row.day, _link),
    *(column.number(f"deliveries.{name}", count) for name, count in _COUNTS.items()),
    column.rate("deliveries.missing_rate", lambda row: (row.missing, row.in_api), why=True),
    column.moment("deliveries.compared_at", lambda row: row.compared_at),
)
_LOST_COLUMNS: Columns[LostLead] = (
    column.day("unit.day", lambda row: row.day),
    column.identity("filter.site", lambda row: row.site_id),
    column.words("filter.lead_type", lambda row, context: context.texts(f"site.{row.lead_type}")),
    column.identity("filter.lead_id", lambda row: row.lead_id),
    column.words(
        "deliveries.remedy", lambda row, context: context.texts(f"deliveries.remedy_{row.remedy}")
    ),
)
