"""Cards of the deliveries' page about what was lost on the way, and what could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.page import column
from dashboards.page.cards import Collapsible, Paragraph, Part, SideBySide
from dashboards.page.column import Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import LeadRow, ask_rows
from dashboards.page.tables import LONG_LIST
from dashboards.page.truncated import cut
from dashboards.wording.texts import Texts

_REASONS = {
    "first delivery is not a first sending": "not_first",
    "undeclared change": "undeclared",
    "call never ended": "never_ended",
}
_EXPLANATIONS = {
    "restored from the API": "restored",
    "the API has nothing else": "nothing_else",
    None: "unexplained",
}
_PROBLEMS = {
    "no lead id": "no_lead_id",
    "lead id is not a whole number": "bad_lead_id",
    "leadtype is neither call nor request": "bad_lead_type",
    "no leadtype, and nothing else tells it": "unknown_lead_type",
    "body is not a form": "not_a_form",
    "body is not a JSON object": "not_json",
    "multipart body, not read": "multipart",
}


@dataclass(frozen=True, slots=True)
class GapTotal:
    """Of the suspected gaps of a reason and what has come of them, if anything has."""

    reason: str
    explanation: str | None
    gaps: int
    leads: int


@dataclass(frozen=True, slots=True)
class Gap(LeadRow):
    """`fields`: that changed unnamed."""

    received_at: datetime
    webhook: str
    reason: str
    fields: list[str] | None
    explanation: str | None


@dataclass(frozen=True, slots=True)
class QuarantinedDelivery:
    delivery_id: int
    received_at: datetime
    problems: list[str]
    webhook: str
    method: str
    source_ip: str | None


def gaps(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    totals = ask_rows(context, "gap_totals", GapTotal)
    if not totals:
        return empty(context, "deliveries.no_gaps")
    rows = ask_rows(context, "gaps", Gap, top=LONG_LIST)
    label, most = texts("deliveries.gaps"), max(row.gaps for row in totals)
    columns: Columns[GapTotal] = (
        column.words("deliveries.reason", _reason),
        column.words("deliveries.explanation", _explanation),
        column.number("deliveries.gaps", lambda row: row.gaps, most=most),
        column.number("site.leads", lambda row: row.leads),
    )
    todo = Paragraph(texts("deliveries.gaps_todo"), "notice")
    newest = table_of(context, label, _GAP_COLUMNS, rows)
    return (
        SideBySide(table_of(context, label, columns, totals), todo),
        *cut(context, len(rows), sum(row.gaps for row in totals)),
        Collapsible(texts("deliveries.gaps_newest"), newest),
    )


def quarantined(context: CardContext) -> Sequence[Part]:
    """Not for those who see leads of some sites alone: nobody knows of which site these are."""
    if context.reader.is_limited:
        return ()
    texts = context.texts
    rows = ask_rows(context, "quarantined", QuarantinedDelivery, top=LONG_LIST)
    if not rows:
        return empty(context, "deliveries.no_quarantined")
    table = table_of(context, texts("deliveries.quarantined"), _QUARANTINED_COLUMNS, rows)
    in_all = context.ask("delivery_summary").column("quarantined")[0]
    is_part = cut(context, len(rows), in_all)
    return (Paragraph(texts("deliveries.quarantined_todo")), *is_part, table)


def problem_text(problem: str, texts: Texts) -> str:
    """Why a delivery is quarantined; what has no text of ours stays as the store says it."""
    name = _PROBLEMS.get(problem)
    return texts(f"deliveries.problem_{name}") if name else problem


def _reason(row: GapTotal | Gap, context: CardContext) -> str:
    return context.texts(f"deliveries.gap_{_REASONS[row.reason]}")


def _explanation(row: GapTotal | Gap, context: CardContext) -> str:
    return context.texts(f"deliveries.gap_{_EXPLANATIONS[row.explanation]}")


def _problems(row: QuarantinedDelivery, context: CardContext) -> str:
    return "; ".join(problem_text(problem, context.texts) for problem in row.problems)


_GAP_COLUMNS: Columns[Gap] = (
    column.lead("deliveries.lead"),
    column.moment("deliveries.received_at", lambda row: row.received_at),
    column.text("deliveries.webhook", lambda row: row.webhook),
    column.words("deliveries.reason", _reason),
    column.name(
        "deliveries.fields",
        lambda row, context: ", ".join(row.fields or ()) or context.texts("site.not_available"),
    ),
    column.words("deliveries.explanation", _explanation),
)
_QUARANTINED_COLUMNS: Columns[QuarantinedDelivery] = (
    column.moment("deliveries.received_at", lambda row: row.received_at),
    column.name("deliveries.reason", _problems),
    column.text("deliveries.webhook", lambda row: row.webhook),
    column.words("deliveries.method", lambda row, _: row.method),
    column.text("deliveries.source_ip", lambda row: row.source_ip),
    column.identity("deliveries.number", lambda row: row.delivery_id, kind="number"),
)
