"""Conditions on a lead as SQL over the columns of `leads`, and what they bind."""

from typing import Any

from analytics.reports.filter_fields import (
    EMPTY,
    NEGATED,
    NOT_GIVEN,
    PART_OPS,
    Filter,
    FilterKind,
    parts_of,
)
from analytics.reports.searches import searched_for, searched_texts
from analytics.statements import rendered

_FLAGS = {"yes": "true", "no": "false", "unknown": "unknown"}


def condition(key: str, values: tuple[str, ...], group: str = "") -> str:
    """`group`: what its parameters begin with, where another condition may have the same key."""
    known, op = parts_of(key)
    sql = rendered(
        f"picking/{known.template}",
        param=_param(key, group),
        op=NEGATED.get(op, op),
        compared=known.compared,
        model=known.model,
        sets=values,
        **_counts(known, op, values),
    )
    return rendered("picking/otherwise", condition=sql) if op in NEGATED else sql


def bound(key: str, values: tuple[str, ...], group: str = "") -> dict[str, Any]:
    """What the condition binds, by name."""
    (known, op), param = parts_of(key), _param(key, group)
    if known.kind is FilterKind.CONTACT:
        return searched_for(param, values)
    if known.kind is FilterKind.SITE and op not in (*PART_OPS, "empty"):
        ids, names = _ids(values), _names(values)
        return {f"{param}_ids": ids, f"{param}_names": names}
    return {param: _bound(known, op, values)}


def _param(key: str, group: str) -> str:
    """any1_source_has"""
    name = key.replace(".", "_")
    return f"{group}_{name}" if group else name


def _counts(known: Filter, op: str, values: tuple[str, ...]) -> dict[str, object]:
    """How many values there are to compare with, one by one, and whether one is NULL."""
    is_part = op in PART_OPS
    listed = values
    if known.kind is FilterKind.CONTACT:
        listed = tuple(searched_texts(values))
    elif known.kind is FilterKind.SITE and not is_part:
        listed = tuple(_names(values))
    or_null = known.kind in (FilterKind.TEXT, FilterKind.SITE) and NOT_GIVEN[0] in values
    return {"count": len(listed), "or_null": or_null and not is_part}


def _ids(values: tuple[str, ...]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdigit()]


def _names(values: tuple[str, ...]) -> list[str]:
    return [value for value in values if not (value.isascii() and value.isdigit())]


def _bound(known: Filter, op: str, values: tuple[str, ...]) -> list[Any]:
    if op == "empty" or op in PART_OPS:
        return list(values)
    if known.kind is FilterKind.WHOLE:
        return [int(value) for value in values]
    if known.kind is FilterKind.FLAG:
        return [_FLAGS[value] for value in values]
    return ["" if value == EMPTY else value for value in values]
