"""The value of a definition that a field of the form gives back. Pure."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboards.pages.flow_editor.layout import LISTS, PRESENCE, FieldLayout, Shape
from dashboards.pages.flow_editor.shown_values import ShownValue, parted, shown

_ABSENT = None
_MOST_DIGITS = 18


def given(layout: FieldLayout, value: ShownValue, before: Any) -> Any:
    """What is written for what a form gave; None where the key goes. `before`: in the file."""
    if value.is_toml:
        return _from_toml(value.text)
    return _GIVE[layout.shape](value, layout, before)


def _from_toml(text: str) -> Any:
    """A text that is no TOML is kept as a text: the check says what is wrong with it."""
    if not text.strip():
        return _ABSENT
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _give_text(value: ShownValue, layout: FieldLayout, before: Any) -> Any:
    return value.text or _ABSENT


def _give_number(value: ShownValue, layout: FieldLayout, before: Any) -> Any:
    return _whole(value.text.strip()) if value.text.strip() else _ABSENT


def _whole(text: str) -> int | str:
    digits = text.replace("_", "").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    return (
        int(digits)
        if digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS
        else text
    )


def _give_flag(value: ShownValue, layout: FieldLayout, before: Any) -> Any:
    return value.text == "true" or (_ABSENT if before is _ABSENT else False)


def _give_choice(value: ShownValue, layout: FieldLayout, before: Any) -> Any:
    if layout.choices == ("true", "false") and value.text:
        return value.text == "true"
    return value.text or _ABSENT


def _give_lines(value: ShownValue, layout: FieldLayout, before: Any) -> Any:
    return [line.strip() for line in value.text.splitlines() if line.strip()] or _ABSENT


def _give_numbers(value: ShownValue, layout: FieldLayout, before: Any) -> Any:
    words = value.text.replace(",", " ").split()
    return [_whole(word) for word in words] or _ABSENT


def _give_pairs(value: ShownValue, layout: FieldLayout, before: Any) -> Any:
    """Written as it was before: lines stay lines."""
    pairs = [(row[0], row[1]) for row in value.rows]
    if not pairs:
        return _ABSENT
    if isinstance(before, list) and all(isinstance(line, str) for line in before):
        return [f"{name}: {text}" for name, text in pairs]
    is_table = len(dict(pairs)) == len(pairs) and not isinstance(before, list)
    return dict(pairs) if is_table else [list(pair) for pair in pairs]


def _give_conditions(value: ShownValue, layout: FieldLayout, before: Any) -> Any:
    known = dict(zip(shown(layout, before).rows, before or (), strict=False))
    found = [known.get(row) or _given_condition(row, layout.subject) for row in value.rows]
    return found or _ABSENT


def _given_condition(row: Sequence[str], subject: str) -> dict[str, Any]:
    name, operator, operand = row
    if operator in PRESENCE:
        return {subject: name, operator: True}
    if operator in LISTS:
        return {subject: name, operator: [word.strip() for word in operand.split(",")]}
    if operand in ("true", "false"):
        return {subject: name, operator: operand == "true"}
    is_number = operator in ("at_least", "at_most")
    return {subject: name, operator: _whole(operand) if is_number else operand}


def _give_json_fields(value: ShownValue, layout: FieldLayout, before: Any) -> Any:
    return {row[0]: _given_json_field(row) for row in value.rows} or _ABSENT


def _given_json_field(row: Sequence[str]) -> Any:
    _, path, if_absent, many = row
    more = {"if_absent": if_absent, "many": many}
    table = {"path": path, **{key: word for key, word in more.items() if word}}
    return path if len(table) == 1 else table


def _give_body(value: ShownValue, layout: FieldLayout, before: Any) -> Any:
    if not value.place:
        return _ABSENT
    if value.place == "form":
        pairs = [list(parted(line)) for line in value.text.splitlines() if line.strip()]
        return {"form": pairs}
    return {value.place: value.text}


_GIVE: Mapping[Shape, Callable[[ShownValue, FieldLayout, Any], Any]] = {
    "line": _give_text,
    "text": _give_text,
    "number": _give_number,
    "flag": _give_flag,
    "choice": _give_choice,
    "lines": _give_lines,
    "numbers": _give_numbers,
    "pairs": _give_pairs,
    "conditions": _give_conditions,
    "json_fields": _give_json_fields,
    "body": _give_body,
}
