"""Rehearsals of flows as the pages show them."""

from dashboards.pages.flow_editor.desk import RehearsalOutcome, RehearsedPart
from flows.rehearsal import RehearsalResult


def outcome_of(result: RehearsalResult) -> RehearsalOutcome:
    parts = sorted(result.parts.items(), key=lambda item: -item[1].times)
    return RehearsalOutcome(
        result.inputs,
        tuple(result.counts.most_common()),
        tuple(result.reasons.most_common()),
        tuple(
            RehearsedPart(step, part, found.times, found.before, found.after)
            for (step, part), found in parts
        ),
    )
