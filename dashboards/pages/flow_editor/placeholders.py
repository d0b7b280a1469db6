"""What can be put into a field of the editor: fields of the sample, of a lead, of earlier steps."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.parameters import COLUMNS
from analytics.privacy.columns import held_by_field
from analytics.privacy.masking import mask_of
from analytics.privacy.masks import mask_of_url_param
from dashboards.pages.flow_editor.desk import FlowSample

_OF_DELIVERY = ("@body", "@method", "@received_at", "@ip", "@delivery")
_OF_LEAD = ("tags", "comments", "url_params")
_RESULTS = {
    "http": ("status", "body"),
    "compose": ("value",),
    "find_lead": ("lead_type", "lead_id", "caller_phone", "email", "session_id"),
    "calltouch_request": ("number",),
}


@dataclass(frozen=True, slots=True)
class OfferedField:
    """`text`: what is put in. `type`, `example`: of a sample's field, masked."""

    text: str
    type: str = ""
    example: str = ""


def of_sample(sample: FlowSample | None) -> list[OfferedField]:
    rows = sample.rows if sample else ()
    return [
        OfferedField(row.placeholder, row.type, masked(row.field, row.example))
        for row in rows
        if row.placeholder
    ]


def masked(field: str, example: str) -> str:
    """By what the field is called, and by what the value looks like."""
    content = held_by_field(field)
    if content is None:
        return mask_of_url_param(field)(example)
    mask = mask_of(content)
    return mask(example) if mask else "•••"


def of_source(kind: str, has_sample: bool) -> list[OfferedField]:
    """Those that need no sample."""
    if kind == "http":
        return _offered(_OF_DELIVERY)
    return [] if has_sample else _offered([*(column.name for column in COLUMNS), *_OF_LEAD])


def of_steps(text: str) -> list[OfferedField]:
    """The results of the steps, in their order. Nothing of a text that is no TOML."""
    try:
        steps = tomllib.loads(text).get("steps", [])
    except tomllib.TOMLDecodeError:
        return []
    tables = steps if isinstance(steps, list) else []
    names = [name for number, step in enumerate(tables, 1) for name in _results(number, step)]
    return _offered(names)


def of_secrets(names: Sequence[str]) -> list[OfferedField]:
    return _offered([f"secret.{name}" for name in names])


def _results(number: int, step: Any) -> Iterator[str]:
    if not isinstance(step, dict):
        return
    kind = str(step.get("kind"))
    name = step.get("name") or f"{kind}{number}"
    fields = step.get("fields")
    if kind == "json" and isinstance(fields, dict):
        yield from fields
    for result in _RESULTS.get(kind, ()):
        yield f"{name}.{result}"


def _offered(names: Sequence[str]) -> list[OfferedField]:
    return [OfferedField(f"{{{{{name}}}}}") for name in names]
