"""A sample: a delivery whose fields the author of a flow looks at."""

import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.definition.flow import Flow, HttpSource
from flows.definition.names import names_given, names_that_must_come
from flows.definition.tables import Problem
from flows.fields import DeliveryFields, FlowDelivery
from flows.filling.filters import plain_text
from flows.filling.lookup import Fields, RepeatedText
from flows.json_documents import read_json, text_of, type_of
from flows.json_paths import ABSENT
from flows.refusal import FlowRefusal
from flows.running.inputs import delivery_input, operation_fields
from flows.store import attempts
from flows.store.operations import Operation

MOST_ROWS = 500
_EXAMPLE_CHARACTERS = 60
_LEVELS = 4


@dataclass(frozen=True, slots=True)
class Sample:
    """`origin`: the operation, or the file, that it was taken from. `input`: as the source gave
    it."""

    flow: str
    taken_at: str
    origin: str
    input: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SampleField:
    """`placeholder`: to be copied; empty for a name that no placeholder can hold."""

    field: str
    type: str
    example: str
    placeholder: str


def save_sample(db: sqlite3.Connection, sample: Sample) -> None:
    """In place of the one before."""
    db.execute(
        "insert or replace into samples values (?, ?, ?, ?)",
        (
            sample.flow,
            sample.taken_at,
            sample.origin,
            zlib.compress(json.dumps(sample.input).encode()),
        ),
    )


def sample_of(db: sqlite3.Connection, flow: str) -> Sample | None:
    row = db.execute("select * from samples where flow = ?", (flow,)).fetchone()
    if row is None:
        return None
    stored = read_json(zlib.decompress(row["input"]))
    return Sample(row["flow"], row["taken_at"], row["origin"], stored)


def newest_operation(
    db: sqlite3.Connection, flow: str, after: int = 0, since: str = ""
) -> tuple[int, dict[str, Any]] | None:
    """The last one whose input is kept, behind this one and received since then."""
    rows = db.execute(
        "select operation_id from operations where flow = ? and operation_id > ? "
        "and received_at >= ? and source in ('http', 'lead') order by operation_id desc limit 20",
        (flow, after, since),
    )
    for row in rows:
        stored = attempts.input_of(db, row["operation_id"])
        if stored is not None:
            return row["operation_id"], stored
    return None


def input_from_body(flow: Flow, body: bytes, now: str) -> dict[str, Any]:
    """Of a file: what a sender would post, or a lead's fields as a JSON object. Raises
    `FlowRefusal`."""
    if isinstance(flow.source, HttpSource):
        content_type = "application/json" if body.lstrip()[:1] in (b"{", b"[") else ""
        delivery = FlowDelivery("POST", b"", body, content_type, {}, "127.0.0.1", now)
        return delivery_input(delivery)
    fields = read_json(body)
    if not isinstance(fields, dict):
        raise FlowRefusal("bad-json", "", "the file must hold a JSON object of fields")
    return fields


def values_of(flow: Flow, stored: dict[str, Any], operation_id: int = 0) -> Mapping[str, Any]:
    """The fields that the first step sees."""
    return fields_of(flow, stored, operation_id).values


def fields_of(flow: Flow, stored: dict[str, Any], operation_id: int = 0) -> DeliveryFields:
    """Likewise, with what was odd."""
    about = Operation(
        operation_id=operation_id, flow=flow.name, version=0, source="", state="", reason="",
        text="", received_at="", due_at=None, finished_at=None, step=0, tries=0, order_key="",
        lead_type=None, lead_id=None, delivery_id=None, replay_of=None, nonce="",
    )  # fmt: skip
    return operation_fields(about, flow, stored)


def sample_fields(values: Mapping[str, Any]) -> list[SampleField]:
    """Fields by their names, then what stands inside of lists and objects."""
    found: list[SampleField] = []
    for name, value in values.items():
        if name.startswith("@") or len(found) >= MOST_ROWS:
            continue
        found += [_row(path, leaf) for path, leaf in _leaves(name, value, _LEVELS)]
    return found[:MOST_ROWS]


def missing_in_sample(flow: Flow, values: Mapping[str, Any]) -> list[str]:
    """Fields that the flow asks for and the sample has not."""
    fields = Fields(values, {})
    return sorted(name for name in names_that_must_come(flow) if fields.find(name) is ABSENT)


def hidden_by_steps(flow: Flow, values: Mapping[str, Any]) -> list[str]:
    """Fields that come in and that no step behind sees, for a step gives one of the same name."""
    return sorted(name for name in names_given(flow) if name in values)


def sample_warnings(db: sqlite3.Connection, flow: Flow) -> tuple[Problem, ...]:
    """Of fields that the flow asks for and its sample has not, and of those that a step hides."""
    sample = sample_of(db, flow.name)
    if sample is None or not fits_source(flow, sample):
        return ()
    values = values_of(flow, sample.input)
    warnings = [
        Problem("[source]", None, f"the sample has no field {name}", "warning")
        for name in missing_in_sample(flow, values)
    ]
    notes = [
        Problem("[source]", None, f"a step's {name} hides the {name} that comes in", "note")
        for name in hidden_by_steps(flow, values)
    ]
    return (*warnings, *notes)


def fits_source(flow: Flow, sample: Sample) -> bool:
    """Whether it came from a source of the kind that the flow has now."""
    return isinstance(flow.source, HttpSource) == ("method" in sample.input)


def _leaves(path: str, value: Any, levels: int) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value and levels:
        for name, inner in value.items():
            step = f".{name}" if name.isidentifier() else f"[{json.dumps(name)}]"
            yield from _leaves(path + step, inner, levels - 1)
    elif isinstance(value, list) and value and levels:
        yield path, value
        yield from _leaves(f"{path}[0]", value[0], levels - 1)
    else:
        yield path, value


def _row(path: str, value: Any) -> SampleField:
    text = text_of(value) if isinstance(value, dict | list) else plain_text(value)
    short = text if len(text) <= _EXAMPLE_CHARACTERS else text[: _EXAMPLE_CHARACTERS - 1] + "…"
    is_writable = not any(part in path.split("[")[0] for part in ("|", "{{", "}}"))
    placeholder = f"{{{{{path}}}}}" if is_writable else ""
    return SampleField(path, _type(value), short, placeholder)


def _type(value: Any) -> str:
    return "texts" if isinstance(value, RepeatedText) else type_of(value)
