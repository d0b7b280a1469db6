"""Old inputs through the definition in force and through an edited one; nothing is sent.

One input at a time: it takes as much memory for ten as for ten thousand.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flows.definition.flow import Flow
from flows.differences import different_parts
from flows.filling.filters import FilterSettings
from flows.rendering import Rendering, render
from flows.running.inputs import operation_fields
from flows.store import attempts
from flows.store.operations import Operation

MOST_PARTS = 500
_REST = "(other parts)"
_EXAMPLE_CHARACTERS = 60

Verdict = Literal[
    "equal",
    "different",
    "newly refused",
    "no longer refused",
    "newly skipped",
    "no longer skipped",
    "not comparable",
]


@dataclass(frozen=True, slots=True)
class Span:
    """Which operations of a flow: the last so many, of those received in a period."""

    last: int = 1_000_000_000
    since: str = ""
    until: str = "9"


@dataclass(slots=True)
class PartDifference:
    """A part of a step's request that is not the same, how often, and once how."""

    times: int
    before: str | None
    after: str | None


@dataclass(slots=True)
class RehearsalResult:
    """`parts`: by step and part. `reasons`: of what is newly refused or skipped."""

    counts: Counter[str] = field(default_factory=Counter)
    parts: dict[tuple[str, str], PartDifference] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def inputs(self) -> int:
        return self.counts.total()

    @property
    def has_differences(self) -> bool:
        return any(count for name, count in self.counts.items() if name not in _SAME)

    def note(self, step: str, part: str, before: str | None, after: str | None) -> None:
        key = (step, part)
        if key not in self.parts and len(self.parts) >= MOST_PARTS:
            key = (step, _REST)
        known = self.parts.setdefault(key, PartDifference(0, _cut(before), _cut(after)))
        known.times += 1


_SAME = ("equal", "not comparable")


def rehearse(
    db: sqlite3.Connection, before: Flow, after: Flow, span: Span, settings: FilterSettings
) -> RehearsalResult:
    result = RehearsalResult()
    for operation in _operations(db, before.name, span):
        result.counts[_compare_one(db, operation, before, after, settings, result)] += 1
    return result


def _operations(db: sqlite3.Connection, flow: str, span: Span) -> Iterator[Operation]:
    """The newest first."""
    rows = db.execute(
        "select * from operations where flow = ? and received_at >= ? and received_at < ? "
        "and replay_of is null order by operation_id desc limit ?",
        (flow, span.since, span.until, span.last),
    )
    for row in rows:
        yield Operation.from_row(row)


def _compare_one(
    db: sqlite3.Connection,
    operation: Operation,
    before: Flow,
    after: Flow,
    settings: FilterSettings,
    result: RehearsalResult,
) -> Verdict:
    stored = attempts.input_of(db, operation.operation_id)
    if stored is None or type(before.source) is not type(after.source):
        return "not comparable"
    answers: dict[str, Any] = {}
    for value in attempts.results_of(db, operation.operation_id).values():
        answers |= value
    old = _rendered(before, operation, stored, answers, settings)
    new = _rendered(after, operation, stored, answers, settings)
    return compare(old, new, result)


def _rendered(
    flow: Flow,
    operation: Operation,
    stored: dict[str, Any],
    answers: Mapping[str, Any],
    settings: FilterSettings,
) -> Rendering:
    values = operation_fields(operation, flow, stored).values
    return render(flow, values, answers, settings)


def compare(old: Rendering, new: Rendering, result: RehearsalResult) -> Verdict:
    """Notes in the result what is different."""
    for end in ("refused", "skipped"):
        if (old.end == end) != (new.end == end):
            is_new = new.end == end
            ended = new if is_new else old
            verb: Verdict
            if end == "refused":
                verb = "newly refused" if is_new else "no longer refused"
            else:
                verb = "newly skipped" if is_new else "no longer skipped"
            result.reasons[f"{verb}: {ended.at}: {ended.reason}"] += 1
            return verb
    if "stopped" in (old.end, new.end) and old.end != new.end and not new.steps:
        return "not comparable"
    return "different" if _note_differences(old, new, result) else "equal"


def _note_differences(old: Rendering, new: Rendering, result: RehearsalResult) -> bool:
    before = {step.name: step.parts for step in old.steps}
    after = {step.name: step.parts for step in new.steps}
    is_cut = "stopped" in (old.end, new.end) and old.end != new.end
    different = False
    for name in dict.fromkeys([*before, *after]):
        if name not in before or name not in after:
            if not is_cut:
                sent = ("sent", None) if name in before else (None, "sent")
                result.note(name, "(the step)", *sent)
                different = True
            continue
        for part, (was, is_now) in different_parts(before[name], after[name]).items():
            result.note(name, part, was, is_now)
            different = True
    return different


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= _EXAMPLE_CHARACTERS else text[:59] + "…"
