"""The timeline of a lead: its deliveries in the order in which Calltouch sent them, each with the
fields that it changed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dashboards.wording.formats import Formats
from dashboards.wording.parameters import parameter_text, value_in_words
from dashboards.wording.texts import Texts

_LONGEST_VALUE = 200
# Less is the road itself.
_LEAST_LAG_SECONDS = 60


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A delivery, or a change that it made: what is about the other of the two is None."""

    kind: str
    delivery_id: int
    at: datetime
    received_at: datetime
    webhook: str
    origin: str
    method: str | None
    outcome: str
    is_late: bool | None
    is_further_start: bool | None
    call_phase: str | None
    attribution_model: int | None
    changed_fields: list[str] | None
    problems: list[str] | None
    field: str
    old_value: str | None
    new_value: str | None
    is_declared: bool | None


@dataclass(frozen=True, slots=True)
class TimelineChange:
    """`name`: of the field, in words. `old`, `new`: None for no value. `model`: of a field of
    traffic. `is_undeclared`: Calltouch did not name it among the fields that it had changed."""

    field: str
    name: str
    old: str | None
    new: str | None
    model: str
    is_undeclared: bool


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """A delivery. `outcome`: what became of it, a word of the store; `title`: for a reader.

    `about`: of the delivery itself, in a few words. `marks`: what is unusual about it. `repeats`:
    the deliveries after it that said the same once more, as the second webhook does.
    """

    delivery_id: int
    at: datetime
    outcome: str
    title: str
    about: Sequence[str]
    marks: Sequence[str]
    changes: Sequence[TimelineChange]
    repeats: Sequence["TimelineEvent"] = ()


def events(rows: Sequence[TimelineRow], formats: Formats) -> list[TimelineEvent]:
    """Of the rows of the report `lead`: a delivery stands before its changes."""
    sent = [row for row in rows if row.kind == "delivery"]
    changed: dict[int, list[TimelineRow]] = {row.delivery_id: [] for row in sent}
    for row in rows:
        if row.kind == "change":
            changed[row.delivery_id].append(row)
    shown: list[TimelineEvent] = []
    for row in sent:
        event = _event(row, changed[row.delivery_id], formats)
        is_news = row.outcome != "unchanged" or row.problems or row.is_further_start
        if shown and not is_news:
            shown[-1] = replace(shown[-1], repeats=[*shown[-1].repeats, event])
        else:
            shown.append(event)
    return shown


def _event(row: TimelineRow, changed: Sequence[TimelineRow], formats: Formats) -> TimelineEvent:
    texts = formats.texts
    is_first_sending = row.changed_fields is None
    return TimelineEvent(
        row.delivery_id,
        row.at,
        row.outcome,
        _title(row, changed, texts),
        _about(row, formats),
        _marks(row, texts),
        [_change(change, is_first_sending, formats) for change in changed],
    )


def _title(row: TimelineRow, changed: Sequence[TimelineRow], texts: Texts) -> str:
    if row.outcome == "updated" and not changed:
        return texts("lead.second_model")
    titles = {"created": "lead.created", "updated": "lead.updated", "unchanged": "lead.unchanged"}
    return texts(titles[row.outcome]) if row.outcome in titles else str(row.outcome)


def _about(row: TimelineRow, formats: Formats) -> list[str]:
    texts = formats.texts
    phases = {"callconnected": "lead.begun", "calldisconnected": "lead.ended"}
    about = [texts("lead.by_api" if row.origin == "api" else "lead.by_webhook", **_webhook(row))]
    if row.is_further_start:
        about.append(texts("lead.begun_again"))
    elif row.call_phase in phases:
        about.append(texts(phases[row.call_phase]))
    if row.attribution_model in (0, 1):
        about.append(texts(f"slice.model_{row.attribution_model}"))
    lag = (row.received_at - row.at).total_seconds()
    if lag >= _LEAST_LAG_SECONDS and row.origin != "api":
        about.append(texts("lead.lag", lag=formats.duration(lag)))
    return about


def _webhook(row: TimelineRow) -> dict[str, str]:
    return {"webhook": row.webhook, "method": row.method or "—"}


def _marks(row: TimelineRow, texts: Texts) -> list[str]:
    late = [texts("lead.late")] if row.is_late else []
    return [*late, *(row.problems or ())]


def _change(row: TimelineRow, is_first_sending: bool, formats: Formats) -> TimelineChange:
    texts, model = formats.texts, row.attribution_model
    return TimelineChange(
        row.field,
        parameter_text(row.field, texts),
        _value(row.field, row.old_value, formats),
        _value(row.field, row.new_value, formats),
        "" if model is None else texts(f"slice.model_{model}"),
        not (is_first_sending or row.is_declared),
    )


def _value(field: str, written: str | None, formats: Formats) -> str | None:
    if written is None:
        return None
    shown = value_in_words(field, _phrases(written, formats.texts), formats)
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[:_LONGEST_VALUE]}…"


def _phrases(written: str, texts: Texts) -> str:
    """Comments, phrases, URL parameters are lists of objects: their values, one after another, and
    who speaks in words."""
    if not written.startswith("[{"):
        return written
    try:
        items = json.loads(written)
    except ValueError:
        return written
    return "; ".join(
        ": ".join(_who(name, value, texts) for name, value in item.items())
        for item in items
        if isinstance(item, dict)
    )


def _who(name: str, value: object, texts: Texts) -> str:
    is_speaker = name == "channel" and value in ("operator", "client")
    return texts(f"lead.{value}") if is_speaker else f"{value}"
