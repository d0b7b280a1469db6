"""Conditions: `{field = "status", is = "unsuccessful"}`. All of a list must hold. Pure.

Values are compared by their texts. There are no regular expressions: a stranger's value must not be
able to stop a thread.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from flows.filling.filters import plain_text
from flows.json_documents import text_of
from flows.json_paths import ABSENT
from flows.refusal import FlowRefusal

Find = Callable[[str], Any]
"""The value of a field's name, or of a path in an answer; `ABSENT` where there is none."""

_EQUAL = ("is", "is_not")
_AMONG = ("in", "not_in")
_TEXT = ("contains", "starts_with", "ends_with", "like")
_NUMBER = ("at_least", "at_most")
_PRESENCE = ("present", "absent")
OPERATORS = (*_EQUAL, *_AMONG, *_TEXT, *_NUMBER, *_PRESENCE)
_MOST_LEVELS = 10


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """`subject`: the name of a field, or a path. `operand`: a text, or texts for in and not_in."""

    subject: str
    operator: str
    operand: str | tuple[str, ...] = ""
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class AnyOf:
    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Negation:
    conditions: tuple["Condition", ...]


Condition = FieldComparison | AnyOf | Negation


def all_hold(conditions: Sequence[Condition], find: Find) -> bool:
    return all(_holds(condition, find) for condition in conditions)


def subjects(conditions: Sequence[Condition]) -> list[str]:
    """The fields or paths that are asked for."""
    found: list[str] = []
    for condition in conditions:
        inner = (
            [condition.subject]
            if isinstance(condition, FieldComparison)
            else subjects(condition.conditions)
        )
        found += inner
    return found


def read_conditions(raw: object, key: str, level: int = 1) -> tuple[Condition, ...]:
    """From TOML; `key` is `field` or `path`. Raises `FlowRefusal`, `bad-condition`."""
    if not isinstance(raw, list) or level > _MOST_LEVELS:
        raise FlowRefusal(
            "bad-condition", "", f'write a list like [{{{key} = "status", is = "new"}}]'
        )
    return tuple(_read_condition(table, key, level) for table in raw)


def _read_condition(table: object, key: str, level: int) -> Condition:
    if not isinstance(table, Mapping):
        raise FlowRefusal("bad-condition", "", f'write a table like {{{key} = "a", is = "b"}}')
    if set(table) == {"any"}:
        return AnyOf(read_conditions(table["any"], key, level + 1))
    if set(table) == {"not"}:
        return Negation(read_conditions([table["not"]], key, level + 1))
    unknown = [name for name in table if name not in (key, "ignore_case", *OPERATORS)]
    operators = [name for name in table if name in OPERATORS]
    if unknown:
        raise FlowRefusal("bad-condition", unknown[0], f"use one of {', '.join(OPERATORS)}")
    subject, ignore_case = table.get(key), table.get("ignore_case", False)
    if not isinstance(subject, str) or not subject.strip():
        raise FlowRefusal("bad-condition", key, f"name the {key} that is looked at")
    if len(operators) != 1:
        raise FlowRefusal("bad-condition", subject, f"use one of {', '.join(OPERATORS)}")
    if not isinstance(ignore_case, bool):
        raise FlowRefusal("bad-condition", "ignore_case", "is true or false")
    operand = _read_operand(operators[0], table[operators[0]], subject)
    return FieldComparison(subject.strip(), operators[0], operand, ignore_case)


def _read_operand(operator: str, raw: object, subject: str) -> str | tuple[str, ...]:
    if operator in _PRESENCE:
        if raw is not True:
            raise FlowRefusal("bad-condition", subject, f"write {operator} = true")
        return ""
    if operator in _AMONG:
        if not isinstance(raw, list) or not all(_is_plain(value) for value in raw):
            raise FlowRefusal("bad-condition", subject, f"{operator} takes a list of values")
        return tuple(map(text_of, raw))
    if not _is_plain(raw):
        raise FlowRefusal(
            "bad-condition", subject, f"{operator} takes a text, number, true or false"
        )
    if operator in _NUMBER and _number(text_of(raw)) is None:
        raise FlowRefusal("bad-condition", subject, f"{operator} takes a number")
    return text_of(raw)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float | bool)


def _holds(condition: Condition, find: Find) -> bool:
    if isinstance(condition, AnyOf):
        return any(_holds(inner, find) for inner in condition.conditions)
    if isinstance(condition, Negation):
        return not all_hold(condition.conditions, find)
    return _compares(condition, find(condition.subject))


def _compares(comparison: FieldComparison, value: Any) -> bool:
    """An absent or null value is not any text, so `is` and `in` do not hold of it."""
    operator = comparison.operator
    if operator == "present":
        return value is not ABSENT
    if operator == "absent":
        return value is ABSENT
    if value is ABSENT or value is None:
        return operator in ("is_not", "not_in")
    fold = str.casefold if comparison.ignore_case else str
    text = fold(plain_text(value))
    if isinstance(comparison.operand, tuple):
        return (text in map(fold, comparison.operand)) == (operator == "in")
    operand = fold(comparison.operand)
    if operator in _NUMBER:
        return _compares_numbers(operator, text, operand)
    if operator == "contains" and isinstance(value, list):
        return operand in (fold(text_of(item)) for item in value)
    return _compares_texts(operator, text, operand)


def _compares_texts(operator: str, text: str, operand: str) -> bool:
    match operator:
        case "is":
            return text == operand
        case "is_not":
            return text != operand
        case "contains":
            return operand in text
        case "starts_with":
            return text.startswith(operand)
        case "ends_with":
            return text.endswith(operand)
        case _:
            return is_like(text, operand)


def _compares_numbers(operator: str, text: str, operand: str) -> bool:
    number, limit = _number(text), _number(operand)
    if number is None or limit is None:
        return False
    return number >= limit if operator == "at_least" else number <= limit


def _number(text: str) -> Decimal | None:
    written = text.strip().replace(",", ".")
    # Python's own way of writing 1_000.
    if "_" in written:
        return None
    try:
        number = Decimal(written)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def is_like(text: str, pattern: str) -> bool:
    """`*` is any text, `?` any character. In at most length × length steps."""
    position = wanted = 0
    star, resumed = -1, 0
    while position < len(text):
        if wanted < len(pattern) and pattern[wanted] == "*":
            star, resumed = wanted, position
            wanted += 1
        elif wanted < len(pattern) and pattern[wanted] in ("?", text[position]):
            position, wanted = position + 1, wanted + 1
        elif star >= 0:
            resumed += 1
            position, wanted = resumed, star + 1
        else:
            return False
    return not pattern[wanted:].strip("*")
