"""`/operations/<number>`: one operation, from what came in to what was answered to each try."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from analytics.reports.asking import Question
from analytics.reports.parameter import ReportParameter
from dashboards.access.notes import note_shown
from dashboards.access.refusals import NotAllowed
from dashboards.page import column
from dashboards.page.cards import Card, Page, Paragraph, Part, TemplatePart
from dashboards.page.column import Column, Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import LeadRow, rows_of
from dashboards.page.tables import Cell
from dashboards.pages.operation.facts import operation_facts
from dashboards.pages.operation.shown import MASKS, cut, is_unmasked, operation_of, shown_texts
from dashboards.pages.operation.steps import shown_steps
from dashboards.pages.operations.desk import OperationRecord
from dashboards.pages.operations.listing import operation_link
from dashboards.slice.period import Period

TOLD = ReportParameter("told", None, choices=("decided", "replayed"), is_place=True)
UNDECIDED_STATES = ("failed", "unknown", "held")
ENDED_STATES = ("done", "skipped", "failed", "unknown", "dropped")
_MOST_CALLS = 20


@dataclass(frozen=True, slots=True)
class CallbackCall(LeadRow):
    at: datetime
    status: str | None
    duration: int | None


def check(context: CardContext) -> None:
    """Notes that masks are off before anything is shown. Raises `NoSuchPage`, `NotAllowed` and
    `DeskClosed`."""
    record = operation_of(context)
    if context.options[MASKS.name] == "off":
        if not context.reader.sees_personal:
            raise NotAllowed
        note_shown("operation", f"operation_id={record.operation_id}", 1)


def summary(context: CardContext) -> Sequence[Part]:
    record, texts = operation_of(context), shown_texts(context)
    here = operation_link(record.operation_id, context)
    switch = "masks=on" if is_unmasked(context) else "masks=off"
    values = {
        "record": record,
        "facts": operation_facts(record, texts, context),
        "told": context.options[TOLD.name],
        "is_unmasked": is_unmasked(context),
        "may_unmask": texts is not None,
        "switch": here and f"{here}{'&' if '?' in here else '?'}{switch}",
        "replays": [(one, operation_link(one, context)) for one in record.replayed_as],
    }
    return (TemplatePart("parts/operation_summary.html", values),)


def decision(context: CardContext) -> Sequence[Part]:
    """For those who may decide; nothing while the runner has it."""
    record = operation_of(context)
    is_undecided = record.state in UNDECIDED_STATES
    can_replay = record.state in ENDED_STATES
    if not (is_undecided or can_replay):
        return ()
    if not context.reader.is_admin or context.origin != "":
        return (Paragraph(context.texts("operation.admins_decide")),) if is_undecided else ()
    values = {
        "record": record,
        "is_undecided": is_undecided,
        "address": context.url(f"/operations/{record.operation_id}/decide"),
        "replay": context.url("/operations/replay", f"among={record.operation_id}")
        if can_replay
        else None,
    }
    return (TemplatePart("parts/operation_decision.html", values),)


def callbacks(context: CardContext) -> Sequence[Part]:
    """Calls of callbacks to the phone that may have been rung, since then: nothing for others."""
    record = operation_of(context)
    if not record.rang or record.rang_at is None or shown_texts(context) is None:
        return ()
    if not record.phone:
        return empty(context, "operation.phone_not_kept")
    rows = _calls_since(record, record.rang_at, context)
    if not rows:
        return empty(context, "operation.no_callbacks")
    return (table_of(context, context.texts("operation.callbacks"), _CALL_COLUMNS, rows),)


def came_in(context: CardContext) -> Sequence[Part]:
    record, texts = operation_of(context), shown_texts(context)
    if texts is None:
        return empty(context, "operation.analysts_see")
    if record.input is None:
        return empty(context, "operation.not_kept")
    given = record.input
    fields = [(name, _written(texts.field(name, value))) for name, value in given.fields]
    body, is_cut = cut(texts.body(given.body))
    values = {
        "method": given.method,
        "query": texts.url_query(given.query),
        "content_type": given.content_type,
        "address": texts.address(given.address),
        "headers": [texts.header(name, value) for name, value in given.headers],
        "fields": [(texts.text(name), *cut(text)) for name, text in fields],
        "body": body,
        "is_cut": is_cut,
    }
    return (TemplatePart("parts/operation_input.html", values),)


def steps(context: CardContext) -> Sequence[Part]:
    record, texts = operation_of(context), shown_texts(context)
    if not record.steps:
        return empty(context, "operation.no_steps")
    values = {"steps": shown_steps(record, texts, context), "sees_bodies": texts is not None}
    return (TemplatePart("parts/operation_steps.html", values),)


PAGE = Page(
    "operation",
    "/operations/<int(max=9223372036854775807):number>",
    (
        Card("operation.summary", summary),
        Card("operation.decision", decision),
        Card("operation.callbacks", callbacks),
        Card("operation.came_in", came_in),
        Card("operation.steps", steps),
    ),
    (TOLD, MASKS),
    sliced="no",
    is_listed=False,
    check=check,
    needs_deliveries=False,
    has_history=False,
    has_files=False,
)


def _calls_since(
    record: OperationRecord, since: datetime, context: CardContext
) -> list[CallbackCall]:
    first = min(since.astimezone(context.now.tzinfo).date(), context.today)
    about = replace(context.slice, chosen={}).of(Period(first, context.today))
    # Not asked by the card: the SQL below it would name the phone.
    question = Question.about(
        "journal",
        about.narrowed(search=record.phone, callback=True),
        context.timezone,
        context.now,
        limit=_MOST_CALLS,
    )
    rows = rows_of(context.answer(question), CallbackCall)
    return [row for row in rows if row.at >= since]


def _written(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else f"{value}"


def _status(row: CallbackCall, context: CardContext) -> str:
    known = row.status in ("successful", "unsuccessful")
    return context.texts(f"journal.{row.status}" if known else "site.not_available")


_CALL_COLUMNS: Columns[CallbackCall] = (
    column.lead("flows.lead"),
    column.moment("flows.at_attempt", lambda row: row.at),
    Column("flows.outcome", lambda row, context: Cell(_status(row, context))),
    column.seconds("operation.talked", lambda row: row.duration),
)
