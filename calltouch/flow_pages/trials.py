"""Samples of flows, and what a flow would do with one, as the pages show them."""

import sqlite3
from typing import Any

from dashboards.pages.flow_editor.desk import FlowSample, FlowTrial, SampleRow, TrialStep
from flows.definition.flow import Flow
from flows.rendering import Rendering
from flows.sample import Sample, sample_fields, values_of
from flows.store import attempts

FROM_OPERATION = "operation "


def operation_of(sample: Sample) -> int | None:
    """The one that it was taken from; None where it was a file."""
    number = sample.origin.removeprefix(FROM_OPERATION)
    return int(number) if number.isdecimal() else None


def recorded_answers(db: sqlite3.Connection, operation_id: int) -> dict[str, Any]:
    """Of the steps that the operation did, by their names."""
    found: dict[str, Any] = {}
    for answers in attempts.results_of(db, operation_id).values():
        found |= answers
    return found


def shown_sample(flow: Flow, sample: Sample) -> FlowSample:
    rows = tuple(
        SampleRow(row.field, row.type, row.example, row.placeholder)
        for row in sample_fields(values_of(flow, sample.input))
    )
    return FlowSample(sample.taken_at, operation_of(sample), rows)


def trial_of(rendering: Rendering) -> FlowTrial:
    steps = tuple(TrialStep(step.name, step.kind, step.shown) for step in rendering.steps)
    return FlowTrial(steps, rendering.end, rendering.reason, rendering.at, rendering.notes)
