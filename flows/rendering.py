"""What a flow would do with an input: its steps up to the last one that can be rendered. Pure.

Nothing is sent. A step that asks for an earlier answer is given the recorded one, or the rendering
stops there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from flows.conditions import all_hold
from flows.definition.flow import Flow, HttpSource
from flows.definition.names import answers_needed
from flows.definition.steps import (
    AnnotationStep,
    CallbackStep,
    ComposeStep,
    FilterStep,
    FindLeadStep,
    HttpStep,
    JsonStep,
    RequestStep,
    Step,
)
from flows.differences import Parts, parts_of_request
from flows.filling.filler import Filler
from flows.filling.filters import FilterSettings, plain_text
from flows.filling.lookup import Fields
from flows.filling.template import parse_template
from flows.json_paths import ABSENT
from flows.refusal import FlowRefusal
from flows.steps.calltouch import annotation_item, callback_item, planned_post, request_item
from flows.steps.computing import Skipped, compute
from flows.steps.http import plan_request
from outgoing.sending import WebRequest

_CALLTOUCH = "https://api.calltouch.ru"
IDEMPOTENCY_KEY = "00000000-0000-0000-0000-000000000000"
End = Literal["done", "skipped", "refused", "stopped"]


@dataclass(frozen=True, slots=True)
class RenderedStep:
    """`shown`: the web request, or what is asked of Calltouch, as people may see it. `parts`: the
    same, to be compared."""

    name: str
    kind: str
    shown: str
    parts: Parts


@dataclass(frozen=True, slots=True)
class Rendering:
    """`reason`: of a skip or a refusal; of a stop, whose answer is missing. `at`: the step."""

    steps: tuple[RenderedStep, ...]
    end: End
    reason: str = ""
    at: str = ""
    notes: tuple[str, ...] = ()


def render(
    flow: Flow,
    values: Mapping[str, Any],
    answers: Mapping[str, Any],
    settings: FilterSettings,
) -> Rendering:
    """`values`: what the first step sees. `answers`: recorded ones, by the name of the step."""
    return _Renderer(flow, dict(values), answers, settings).render()


class _Renderer:
    def __init__(
        self,
        flow: Flow,
        values: dict[str, Any],
        answers: Mapping[str, Any],
        settings: FilterSettings,
    ) -> None:
        self._flow, self._values = flow, values
        self._answers, self._settings = answers, settings
        self._steps: list[RenderedStep] = []
        self._notes: dict[str, None] = {}
        self._unanswered: set[str] = set()

    def render(self) -> Rendering:
        at = "source"
        try:
            self._check_source()
            for step in self._flow.steps:
                at = step.frame.name
                missing = answers_needed(step, self._unanswered)
                if missing:
                    return self._ended("stopped", min(missing), at)
                self._do(step)
        except Skipped as skipped:
            return self._ended("skipped", skipped.reason, at)
        except FlowRefusal as refusal:
            reason = f"{refusal.reason}: {refusal.at}" if refusal.at else refusal.reason
            return self._ended("refused", reason, at)
        return self._ended("done")

    def _ended(self, end: End, reason: str = "", at: str = "") -> Rendering:
        return Rendering(tuple(self._steps), end, reason, at, tuple(self._notes))

    def _check_source(self) -> None:
        source = self._flow.source
        for name in source.required if isinstance(source, HttpSource) else ():
            value = self._find(name)
            if value is ABSENT or not plain_text(value):
                raise FlowRefusal("missing-field", name)
        if not all_hold(source.when, self._find):
            raise Skipped("filter")

    def _do(self, step: Step) -> None:
        if not all_hold(step.frame.when, self._find):
            if isinstance(step, FilterStep):
                raise Skipped("filter")
            return
        try:
            self._do_now(step)
        except FlowRefusal as refusal:
            if step.frame.on_failure == "stop":
                raise
            self._notes[f"{step.frame.name}: {refusal.reason}"] = None

    def _do_now(self, step: Step) -> None:
        filler = self._filler()
        if isinstance(step, JsonStep | ComposeStep | FilterStep):
            self._values |= compute(step, filler)
        elif isinstance(step, HttpStep):
            planned = plan_request(step, filler, filler, IDEMPOTENCY_KEY)
            self._add(step, planned.shown, parts_of_request(planned.request))
        elif isinstance(step, RequestStep | CallbackStep | AnnotationStep):
            self._add(step, *_calltouch_request(step, filler))
        else:
            parts = filled_parts(step, filler)
            shown = "\n".join(f"{name}: {value}" for name, value in parts.items())
            self._add(step, shown, parts)
        self._notes |= dict.fromkeys(filler.notes)

    def _add(self, step: Step, shown: str, parts: Parts) -> None:
        name = step.frame.name
        if not isinstance(step, FindLeadStep):
            self._steps.append(RenderedStep(name, step.frame.kind, shown, parts))
        if name in self._answers:
            self._values[name] = self._answers[name]
        else:
            self._unanswered.add(name)

    def _find(self, name: str) -> Any:
        return self._filler().fields.find(name)

    def _filler(self) -> Filler:
        return Filler(Fields(self._values, {}), self._settings, hides_secrets=True)


def _calltouch_request(
    step: RequestStep | CallbackStep | AnnotationStep, filler: Filler
) -> tuple[str, Parts]:
    """As it would go to Calltouch, whose address and token are the settings'."""
    match step:
        case RequestStep():
            planned = planned_post(request_item(step, filler))
        case CallbackStep():
            planned = planned_post(callback_item(step, filler))
        case _:
            planned = planned_post(annotation_item(step, filler))
    headers = (("Content-Type", "application/json"),)
    request = WebRequest("POST", f"{_CALLTOUCH}{planned.path}", headers, planned.body)
    shown = f"POST {request.url}\n{headers[0][0]}: {headers[0][1]}\n\n{planned.body.decode()}"
    return shown, parts_of_request(request)


def filled_parts(step: Step, filler: Filler) -> Parts:
    """The texts of a step that is no web request of our own making, by their keys."""
    return {
        name: text
        for field in fields(step)
        if field.name != "frame"
        for name, text in _filled(field.name, getattr(step, field.name), filler).items()
        if text
    }


def _filled(name: str, value: Any, filler: Filler) -> Parts:
    if isinstance(value, str):
        return {name: filler.text(parse_template(value))}
    if isinstance(value, Mapping):
        inside = "" if name == "texts" else f"{name}."
        return {
            f"{inside}{key}": filler.text(parse_template(template))
            for key, template in value.items()
        }
    if isinstance(value, tuple):
        return {name: ", ".join(_item(item, filler) for item in value)}
    return {} if value is None else {name: str(value)}


def _item(item: Any, filler: Filler) -> str:
    if isinstance(item, tuple):
        return "=".join(_item(part, filler) for part in item)
    return filler.text(parse_template(str(item)))
