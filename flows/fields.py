"""The fields of an HTTP delivery, under the names that came: dots, brackets and blanks included.

Query first, then the form or the members of a JSON object; the body wins. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote_to_bytes

from flows.filling.lookup import RepeatedText
from flows.json_documents import read_json, whole_characters
from flows.refusal import FlowRefusal
from receiver.decode import multipart
from receiver.decode.charset import BOM, best_text

MAX_NAMES = 1_000
MAX_VALUE = 256 << 10
_UNEXPANDED = re.compile(r"\{\{?\s*[\w.\[\]-]{1,100}\s*\}\}?")
_JSON_STARTS = (b"{", b"[")


@dataclass(frozen=True, slots=True)
class FlowDelivery:
    """What came. `headers` by their names in lower case; `received_at` in ISO 8601."""

    method: str
    query: bytes
    body: bytes
    content_type: str
    headers: Mapping[str, str]
    ip: str
    received_at: str


@dataclass(frozen=True, slots=True)
class DeliveryFields:
    """`values` by name. `notes`: what was odd, without any value."""

    values: Mapping[str, Any]
    notes: tuple[str, ...]


def read_fields(
    delivery: FlowDelivery,
    charset: str = "utf-8",
    unexpanded: Literal["absent", "keep"] = "absent",
) -> DeliveryFields:
    """Nothing that came makes it raise."""
    notes: dict[str, None] = {}
    query = _collected(_pairs(delivery.query, charset, notes))
    form = _body_fields(delivery, charset, notes)
    fields = _within_limits({**query, **form}, notes)
    if unexpanded == "absent":
        fields = _expanded(fields, notes)
    values = {
        **fields,
        "@body": _text(delivery.body, charset, notes),
        "@method": delivery.method,
        "@received_at": delivery.received_at,
        "@ip": delivery.ip,
        **{f"@header.{name}": value for name, value in delivery.headers.items()},
        **{f"@query.{name}": value for name, value in query.items()},
        **{f"@form.{name}": value for name, value in form.items()},
        "@fields": {name: _plain(value) for name, value in fields.items()},
    }
    return DeliveryFields(values, tuple(notes))


def _body_fields(delivery: FlowDelivery, charset: str, notes: dict[str, None]) -> dict[str, Any]:
    body, content_type = delivery.body, delivery.content_type.lower()
    if not body.strip():
        return {}
    if multipart.is_multipart(body, delivery.content_type):
        problems: dict[str, None] = {}
        fields = _collected(multipart.fields(body, delivery.content_type, problems))
        notes.update(problems)
        return fields
    is_form = "x-www-form-urlencoded" in content_type
    if body.lstrip()[:1] in _JSON_STARTS and is_form:
        # As `curl -d` sends it; a form may begin like that, too.
        with suppress(FlowRefusal):
            document = read_json(body)
            return dict(document) if isinstance(document, dict) else {}
    elif "json" in content_type or body.lstrip()[:1] in _JSON_STARTS:
        return _json_fields(body, notes)
    if b"=" not in body:
        return {}
    return _collected(_pairs(body.strip(b"\r\n"), charset, notes))


def _json_fields(body: bytes, notes: dict[str, None]) -> dict[str, Any]:
    """Only an object has members; any other document is in `@body`."""
    try:
        document = read_json(body)
    except FlowRefusal as refusal:
        notes[f"bad-json: {refusal.at}"] = None
        return {}
    return dict(document) if isinstance(document, dict) else {}


def _pairs(raw: bytes, charset: str, notes: dict[str, None]) -> Iterator[tuple[str, str]]:
    for chunk in raw.split(b"&"):
        name, _, value = chunk.partition(b"=")
        if name:
            yield _unquoted(name, charset, notes), _unquoted(value, charset, notes)


def _unquoted(raw: bytes, charset: str, notes: dict[str, None]) -> str:
    plain = raw.replace(b"+", b" ")
    return _text(unquote_to_bytes(plain) if b"%" in plain else plain, charset, notes)


def _text(raw: bytes, charset: str, notes: dict[str, None]) -> str:
    """UTF-8 where it is; else in the declared charset, else as what fits best."""
    try:
        text = raw.decode().removeprefix(BOM)
    except UnicodeDecodeError:
        if charset.lower().replace("-", "") == "utf8":
            text, flaw = best_text(raw)
        else:
            text, flaw = raw.decode(charset, "replace"), f"not UTF-8, read as {charset}"
        notes[flaw] = None
    if "\0" in text:
        notes["NUL replaced"] = None
    return whole_characters(text.replace("\0", "\N{REPLACEMENT CHARACTER}"))


def _collected(pairs: Iterator[tuple[str, str]]) -> dict[str, Any]:
    """A name that comes twice has all its values."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {
        name: values[0] if len(values) == 1 else RepeatedText(tuple(values))
        for name, values in found.items()
    }


def _within_limits(fields: dict[str, Any], notes: dict[str, None]) -> dict[str, Any]:
    if len(fields) > MAX_NAMES:
        notes[f"more than {MAX_NAMES} names, the rest is left out"] = None
        fields = dict(list(fields.items())[:MAX_NAMES])
    for name, value in fields.items():
        if isinstance(value, str) and len(value) > MAX_VALUE:
            notes[f"longer than {MAX_VALUE} characters, cut"] = None
            fields[name] = value[:MAX_VALUE]
    return fields


def _expanded(fields: dict[str, Any], notes: dict[str, None]) -> dict[str, Any]:
    """Without values that are placeholders which the sender did not fill."""
    kept = {}
    for name, value in fields.items():
        if isinstance(value, str) and _UNEXPANDED.fullmatch(value.strip()):
            notes[f"unexpanded: {name}"] = None
        else:
            kept[name] = value
    return kept


def _plain(value: Any) -> Any:
    return list(value.values) if isinstance(value, RepeatedText) else value
