"""Steps that only compute: json, compose and filter. Pure."""

import re
from typing import Any

from flows.definition.steps import Body, ComposeStep, FilterStep, JsonStep
from flows.filling.filler import Filler
from flows.filling.places import PLACES
from flows.filling.places.query import form_pair
from flows.filling.template import parse_template
from flows.json_documents import read_json
from flows.json_paths import ABSENT
from flows.refusal import FlowRefusal

_SHOWN_CHARACTERS = 40

ComputingStep = JsonStep | ComposeStep | FilterStep


class Skipped(Exception):
    """The flow itself ends the operation; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def compute(step: ComputingStep, filler: Filler) -> dict[str, Any]:
    """The fields that come in addition. Raises `FlowRefusal` and `Skipped`."""
    if isinstance(step, JsonStep):
        found = _json_fields(step, filler)
        return {**found, step.frame.name: found}
    if isinstance(step, ComposeStep):
        text = body_text(step.body, filler, step.charset)
        return {step.frame.name: {"value": text}}
    return {}


def body_text(body: Body, filler: Filler, charset: str, *, drops_empty: bool = False) -> str:
    """A body as text; a form is ASCII, whatever its charset."""
    if body.place == "from":
        return filler.text(parse_template(body.text))
    if body.place == "form":
        return "&".join(_form_pairs(body, filler, charset, drops_empty))
    return PLACES[body.place].fill(body.text, filler, charset)


def _form_pairs(body: Body, filler: Filler, charset: str, drops_empty: bool) -> list[str]:
    pairs = (form_pair(name, template, filler, charset) for name, template in body.pairs)
    return [f"{name}={value}" for name, value in pairs if value or not drops_empty]


def _masked(text: str) -> str:
    """What kind of text it is, without what it says."""
    digits = re.sub(r"[0-9]", "0", text)
    return re.sub(r"\s+", " ", re.sub(r"[^\W\d_]", "x", digits)).strip()


def _json_fields(step: JsonStep, filler: Filler) -> dict[str, Any]:
    text = filler.text(parse_template(step.source))
    try:
        document = read_json(text)
    except FlowRefusal as refusal:
        begin = f"it begins {_masked(text[:_SHOWN_CHARACTERS])}" if text else "it is empty"
        hint = "; ".join(filter(None, (refusal.hint, begin)))
        raise FlowRefusal(refusal.reason, refusal.at, hint) from None
    fields = {}
    for name, field in step.fields.items():
        value = field.path.find(document)
        if value is ABSENT and field.if_absent == "stop":
            raise FlowRefusal("missing-field", name)
        if value is ABSENT and field.if_absent == "skip":
            raise Skipped("missing-field")
        fields[name] = "" if value is ABSENT else value
    return fields
