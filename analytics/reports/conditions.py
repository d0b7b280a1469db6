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
from analytics.reports.patterns import pattern_of
from analytics.reports.searches import searched_for
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
        count=len(values),
        or_null=NOT_GIVEN[0] in values and op not in PART_OPS,
        sets=values,
    )
    return rendered("picking/otherwise", condition=sql) if op in NEGATED else sql


def bound(key: str, values: tuple[str, ...], group: str = "") -> dict[str, Any]:
    """What the condition binds, by name."""
    (known, op), param = parts_of(key), _param(key, group)
    op = NEGATED.get(op, op)
    if op == "empty":
        return {param: list(values)}
    if known.kind is FilterKind.CONTACT:
        return searched_for(param, values, digits_in_texts=known.name != "id_or_tag")
    if known.kind is FilterKind.WHOLE:
        return {param: [int(value) for value in values]}
    if known.kind is FilterKind.FLAG:
        return {param: [_FLAGS[value] for value in values]}
    if known.kind is FilterKind.SITE:
        return _of_site(param, op, values)
    if known.kind is not FilterKind.TEXT:
        return {param: list(values)}
    return _of_text(known, param, op, values)


def _param(key: str, group: str) -> str:
    """any1_source_has"""
    name = key.replace(".", "_")
    return f"{group}_{name}" if group else name


def _of_text(known: Filter, param: str, op: str, values: tuple[str, ...]) -> dict[str, Any]:
    meant = ["" if value == EMPTY and op not in PART_OPS else value for value in values]
    if known.column is None and known.name.startswith("tags"):
        return {
            f"{param}_{place}": value if op == "exact" else pattern_of(op, [value])
            for place, value in enumerate(meant, 1)
        }
    if op not in PART_OPS:
        meant = [value for value in meant if value != NOT_GIVEN[0]]
    return {param: meant if op == "exact" else pattern_of(op, meant)}


def _of_site(param: str, op: str, values: tuple[str, ...]) -> dict[str, Any]:
    """Ids and names; a part is one of a name."""
    ids = [] if op else [int(value) for value in values if _is_id(value)]
    names = [value for value in values if op or not (_is_id(value) or value == NOT_GIVEN[0])]
    return {f"{param}_ids": ids, f"{param}_names": pattern_of(op, names)}


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit()
