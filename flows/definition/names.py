"""Which fields a step, or a source, asks for. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from flows.conditions import AnyOf, FieldComparison, Negation
from flows.definition.flow import Flow
from flows.definition.steps import JsonStep, Step
from flows.filling.filters import MEETS_ABSENT
from flows.filling.template import parse_template
from flows.outcomes import SuccessRules
from flows.refusal import FlowRefusal


def names_in(value: Any) -> set[str]:
    """The names in all placeholders and conditions of a part of a definition. What is asked of an
    answer is none of them."""
    return {name for name, _ in _asked(value)}


def names_that_must_come(flow: Flow) -> set[str]:
    """Fields of the source that are asked for without a word on what to do when they are absent."""
    given = names_given(flow)
    asked = {name for name, copes in _asked((flow.source, flow.steps)) if not copes}
    required = getattr(flow.source, "required", ())
    return {
        name
        for name in asked | {*required}
        if not name.startswith(("@", "secret.")) and not _is_given(name, given)
    }


def names_given(flow: Flow) -> set[str]:
    """Of steps, and of the fields that JSON steps make."""
    given = {step.frame.name for step in flow.steps}
    for step in flow.steps:
        if isinstance(step, JsonStep):
            given |= {*step.fields}
    return given


def answers_needed(step: Step, senders: set[str]) -> set[str]:
    """Those of these steps whose answers the step asks for."""
    names = names_in(step)
    return {sender for sender in senders if any(_is_given(name, {sender}) for name in names)}


def _is_given(name: str, given: set[str]) -> bool:
    return name in given or any(name.startswith((f"{one}.", f"{one}[")) for one in given)


def _asked(value: Any) -> Iterator[tuple[str, bool]]:
    """Each name, and whether its absence is provided for."""
    if isinstance(value, str):
        yield from _placeholders(value)
    elif isinstance(value, FieldComparison):
        yield value.subject, value.operator in ("present", "absent", "is_not", "not_in")
    elif isinstance(value, AnyOf | Negation):
        yield from _asked(value.conditions)
    elif isinstance(value, SuccessRules):
        return
    elif isinstance(value, Mapping):
        yield from _asked(tuple(value.values()))
    elif isinstance(value, tuple):
        for item in value:
            yield from _asked(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _asked(getattr(value, field.name))


def _placeholders(template: str) -> Iterator[tuple[str, bool]]:
    try:
        placeholders = parse_template(template).placeholders
    except FlowRefusal:
        return
    for placeholder in placeholders:
        if placeholder.literal is None:
            copes = any(call.name in MEETS_ABSENT for call in placeholder.filters)
            yield placeholder.name, copes and placeholder.filters[0].name == "default"
