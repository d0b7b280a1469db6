"""What a form shows of a value of a definition. Pure; given_values.py is the way back.

What a field cannot show (conditions inside of `any`, a list where a text is usual) is shown as it
stands in the file, in TOML.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.pages.flow_editor.layout import (
    BODIES,
    LISTS,
    OPERATORS,
    PRESENCE,
    FieldLayout,
    Shape,
)
from dashboards.pages.flow_editor.toml_writing import toml_item

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ShownValue:
    """`rows`: of pairs, conditions and fields of JSON. `place`: of a body. `is_toml`: `text` is
    what stands in the file."""

    text: str = ""
    rows: Rows = ()
    place: str = ""
    is_toml: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.rows or self.place)


EMPTY = ShownValue()


class _NotShown(Exception):
    """The field has no way to show it."""


def shown(layout: FieldLayout, value: Any) -> ShownValue:
    """`value`: as TOML gives it; None where the key is absent."""
    if value is None:
        return EMPTY
    try:
        return _SHOW[layout.shape](value, layout)
    except _NotShown:
        return ShownValue(toml_item(value).as_string(), is_toml=True)


def as_pairs(value: Any) -> Rows:
    """Names and values; of a table, a list of pairs, or lines like `Name: value`."""
    if isinstance(value, Mapping):
        pairs = [(name, inner) for name, inner in value.items()]
    elif isinstance(value, list) and all(isinstance(line, str) for line in value):
        pairs = [parted(line) for line in value]
    elif isinstance(value, list) and all(_is_pair(pair) for pair in value):
        pairs = [(name, inner) for name, inner in value]
    else:
        raise _NotShown
    if not all(_is_line(name) and _is_line(inner) for name, inner in pairs):
        raise _NotShown
    return tuple(pairs)


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2


def parted(line: str) -> tuple[str, str]:
    name, _, inner = line.partition(":")
    return name.strip(), inner.strip()


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and not {"\n", "\r"} & set(value)


def _line(value: Any, layout: FieldLayout) -> ShownValue:
    if not isinstance(value, str):
        raise _NotShown
    return ShownValue(value)


def _number(value: Any, layout: FieldLayout) -> ShownValue:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise _NotShown
    return ShownValue(str(value))


def _flag(value: Any, layout: FieldLayout) -> ShownValue:
    if not isinstance(value, bool):
        raise _NotShown
    return ShownValue("true" if value else "")


def _choice(value: Any, layout: FieldLayout) -> ShownValue:
    word = str(value).lower() if isinstance(value, bool) else value
    if word not in layout.choices:
        raise _NotShown
    return ShownValue(word)


def _lines(value: Any, layout: FieldLayout) -> ShownValue:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(_is_line(line) and line for line in listed):
        raise _NotShown
    return ShownValue("\n".join(listed))


def _numbers(value: Any, layout: FieldLayout) -> ShownValue:
    if not isinstance(value, list) or not all(isinstance(number, int) for number in value):
        raise _NotShown
    return ShownValue(", ".join(map(str, value)))


def _pairs(value: Any, layout: FieldLayout) -> ShownValue:
    return ShownValue(rows=as_pairs(value))


def _conditions(value: Any, layout: FieldLayout) -> ShownValue:
    if not isinstance(value, list):
        raise _NotShown
    return ShownValue(rows=tuple(_condition(table, layout.subject) for table in value))


def _condition(table: Any, subject: str) -> tuple[str, ...]:
    if not isinstance(table, Mapping) or len(table) != 2 or not _is_line(table.get(subject)):
        raise _NotShown
    (operator,) = (name for name in table if name != subject)
    operand = table[operator]
    if operator in PRESENCE and operand is True:
        return (table[subject], operator, "")
    if operator in LISTS and isinstance(operand, list):
        words = [_scalar(word) for word in operand]
        if not words or any("," in word or word != word.strip() or not word for word in words):
            raise _NotShown
        return (table[subject], operator, ", ".join(words))
    if operator not in OPERATORS or operator in (*LISTS, *PRESENCE):
        raise _NotShown
    return (table[subject], operator, _scalar(operand))


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if not _is_line(value):
        raise _NotShown
    return str(value)


def _json_fields(value: Any, layout: FieldLayout) -> ShownValue:
    if not isinstance(value, Mapping):
        raise _NotShown
    return ShownValue(rows=tuple(_json_field(name, inner) for name, inner in value.items()))


def _json_field(name: str, value: Any) -> tuple[str, ...]:
    table = {"path": value} if isinstance(value, str) else value
    if not isinstance(table, Mapping) or not {*table} <= {"path", "if_absent", "many"}:
        raise _NotShown
    words = tuple(table.get(key, "") for key in ("path", "if_absent", "many"))
    if not all(map(_is_line, words)):
        raise _NotShown
    return (name, *words)


def _body(value: Any, layout: FieldLayout) -> ShownValue:
    """A table of one: `{json = …}`."""
    if not isinstance(value, Mapping) or len(value) != 1:
        raise _NotShown
    ((place, inner),) = value.items()
    if place == "form":
        pairs = as_pairs(inner)
        if any(":" in name for name, _ in pairs):
            raise _NotShown
        return ShownValue("\n".join(f"{name}: {text}" for name, text in pairs), place=place)
    if place == "json" and isinstance(inner, Mapping | list):
        return ShownValue(json.dumps(inner, ensure_ascii=False, indent=2), place=place)
    if place not in BODIES or not isinstance(inner, str):
        raise _NotShown
    return ShownValue(inner, place=place)


_SHOW: Mapping[Shape, Callable[[Any, FieldLayout], ShownValue]] = {
    "line": _line,
    "text": _line,
    "number": _number,
    "flag": _flag,
    "choice": _choice,
    "lines": _lines,
    "numbers": _numbers,
    "pairs": _pairs,
    "conditions": _conditions,
    "json_fields": _json_fields,
    "body": _body,
}
