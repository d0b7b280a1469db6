"""What is known of an operation as a whole, fact by fact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.page.context import CardContext
from dashboards.pages.operation.shown import ShownTexts
from dashboards.pages.operations.desk import OperationRecord
from dashboards.pages.operations.listing import flow_link, operation_link

_WAITS = {
    "flow-stopped": "flow_stopped",
    "loop-suspected": "loop_suspected",
    "restored": "restored",
    "no-such-flow": "no_such_flow",
    "host-busy": "host_busy",
    "outside-hours": "outside_hours",
    "no-such-lead": "no_such_lead",
    "leads-away": "leads_away",
    "looking-up": "looking_up",
    "points-spent": "points_spent",
}
"""Reasons for which an operation waits, and the text that explains each."""


@dataclass(frozen=True, slots=True)
class OperationFact:
    """`href`: where it leads. `is_foreign`: a stranger's text."""

    label: str
    text: str
    href: str | None = None
    is_foreign: bool = False


def operation_facts(
    record: OperationRecord, texts: ShownTexts | None, context: CardContext
) -> list[OperationFact]:
    """Without those that there is nothing to say of."""
    found = [
        *_state_facts(record, texts, context),
        *_time_facts(record, context),
        *_origin_facts(record, context),
    ]
    return [fact for fact in found if fact.text]


def _state_facts(
    record: OperationRecord, texts: ShownTexts | None, context: CardContext
) -> Sequence[OperationFact]:
    t = context.texts
    details = texts.text(record.text) if texts is not None else ""
    notes = "; ".join(texts.text(note) for note in record.notes) if texts is not None else ""
    return (
        OperationFact(t("flows.reason"), record.reason),
        OperationFact(t("operation.details"), details, is_foreign=True),
        OperationFact(t("operation.why_waits"), *_why_waits(record, context)),
        OperationFact(t("operation.notes"), notes, is_foreign=True),
    )


def _time_facts(record: OperationRecord, context: CardContext) -> Sequence[OperationFact]:
    t, formats = context.texts, context.formats
    took = ""
    if record.finished_at is not None:
        took = formats.duration((record.finished_at - record.received_at).total_seconds())
    return (
        OperationFact(t("flows.at"), _moment(record.received_at, context)),
        OperationFact(t("operation.finished"), _moment(record.finished_at, context)),
        OperationFact(t("flows.seconds"), took),
        OperationFact(t("operation.due"), _moment(record.due_at, context)),
        OperationFact(t("operation.tries"), f"{record.tries}" if record.tries else ""),
    )


def _origin_facts(record: OperationRecord, context: CardContext) -> Sequence[OperationFact]:
    t = context.texts
    lead = ""
    if record.lead_type is not None and record.lead_id is not None:
        lead = f"{t(f'site.{record.lead_type}')} {record.lead_id}"
    return (
        OperationFact(t("flows.flow"), record.flow, flow_link(record.flow, context)),
        OperationFact(t("operation.version"), f"{record.version}" if record.version else ""),
        OperationFact(t("operation.source"), t(f"flow.source_{record.source}")),
        OperationFact(t("flows.lead"), lead, _lead_link(record, context)),
        OperationFact(t("operation.times"), _more_than_once(record)),
        OperationFact(
            t("operation.replay_of"),
            f"{record.replay_of or ''}",
            operation_link(record.replay_of, context) if record.replay_of else None,
        ),
    )


def _why_waits(record: OperationRecord, context: CardContext) -> tuple[str, str | None]:
    """And where that leads."""
    if record.waits_for is not None:
        text = context.texts("operation.waits_for", number=record.waits_for)
        return text, operation_link(record.waits_for, context)
    if record.state not in ("waiting", "held"):
        return "", None
    if record.reason in _WAITS:
        return context.texts(f"operation.waits_{_WAITS[record.reason]}"), None
    return context.texts("operation.waits_again") if record.tries else "", None


def _lead_link(record: OperationRecord, context: CardContext) -> str | None:
    if record.lead_type is None or record.lead_id is None:
        return None
    return context.lead(record.lead_type, record.lead_id)


def _more_than_once(record: OperationRecord) -> str:
    return f"{record.times_received}" if record.times_received > 1 else ""


def _moment(moment: datetime | None, context: CardContext) -> str:
    if moment is None:
        return ""
    return f"{context.formats.short_moment(moment)}:{moment.second:02}"
