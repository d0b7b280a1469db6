"""JSON as it was written: numbers keep their digits, and nothing but JSON is accepted. Pure."""

import json
import re
from typing import Any

from flows.refusal import FlowRefusal

MAX_BYTES = 1 << 20
MAX_LEVELS = 100
_MAX_DIGITS = 400
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_SURROGATE = re.compile("[\ud800-\udfff]")
_QUOTED = {
    "\\": "\\\\",
    '"': '\\"',
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}

Json = Any
"""str, bool, None, list, dict, `WholeNumber` or `DecimalNumber`."""


class WholeNumber(int):
    """A number without fraction or exponent, and its digits as written."""

    written: str

    def __new__(cls, written: str) -> "WholeNumber":
        number = super().__new__(cls, written)
        number.written = written
        return number


class DecimalNumber(float):
    """Any other number, and its digits as written: `1.10` stays `1.10`."""

    written: str

    def __new__(cls, written: str) -> "DecimalNumber":
        number = super().__new__(cls, written)
        number.written = written
        return number


def read_json(document: str | bytes) -> Json:
    """Raises `FlowRefusal` with `bad-json` and the line and column."""
    text = document if isinstance(document, str) else _decoded(document)
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise FlowRefusal("bad-json", "", f"more than {MAX_BYTES} bytes")
    try:
        value = json.loads(
            text.removeprefix("\ufeff"),
            parse_int=_whole,
            parse_float=DecimalNumber,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        raise FlowRefusal("bad-json", place_in(error.doc, error.pos), error.msg) from None
    except RecursionError:
        raise FlowRefusal("bad-json", "", f"more than {MAX_LEVELS} levels") from None
    if _levels(value) > MAX_LEVELS:
        raise FlowRefusal("bad-json", "", f"more than {MAX_LEVELS} levels")
    return value


def place_in(text: str, position: int) -> str:
    """Line and column, both from 1."""
    before = text[:position]
    return f"line {before.count(chr(10)) + 1}, column {position - before.rfind(chr(10))}"


def text_of(value: Json) -> str:
    """The text that a value is filled in as; lists and objects as compact JSON."""
    if isinstance(value, str):
        return whole_characters(value)
    if value is None:
        return ""
    return written(value)


def whole_characters(text: str) -> str:
    """Without lone surrogates, which no encoding can write."""
    return _SURROGATE.sub(_REPLACEMENT, text)


def written(value: Json) -> str:
    """Compact JSON, every number with the digits it came with."""
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case str():
            return _quoted(value)
        case WholeNumber() | DecimalNumber():
            return value.written
        case int() | float():
            return json.dumps(value, allow_nan=False)
        case dict():
            return "{" + ",".join(f"{_quoted(k)}:{written(v)}" for k, v in value.items()) + "}"
        case _:
            return "[" + ",".join(map(written, value)) + "]"


def _decoded(document: bytes) -> str:
    try:
        return document.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FlowRefusal("bad-json", f"byte {error.start + 1}", "not UTF-8") from None


def _whole(digits: str) -> WholeNumber | DecimalNumber:
    return WholeNumber(digits) if len(digits) <= _MAX_DIGITS else DecimalNumber(digits)


def _refuse_constant(name: str) -> Json:
    raise FlowRefusal("bad-json", name, "is no JSON number")


def _levels(value: Json) -> int:
    deepest, open_values = 0, [(value, 1)]
    while open_values:
        inner, level = open_values.pop()
        children = inner.values() if isinstance(inner, dict) else inner
        if isinstance(inner, dict | list):
            deepest = max(deepest, level)
            open_values += [(child, level + 1) for child in children]
    return deepest


def _quoted(text: str) -> str:
    escaped = (
        _QUOTED.get(char) or (f"\\u{ord(char):04x}" if char < " " else char)
        for char in whole_characters(text)
    )
    return '"' + "".join(escaped) + '"'


def type_of(value: Any) -> str:
    """As JSON calls it, but for texts."""
    match value:
        case bool():
            return "boolean"
        case None:
            return "null"
        case str():
            return "text"
        case list():
            return "list"
        case dict():
            return "object"
        case _:
            return "number"
