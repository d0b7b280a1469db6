"""Conditions in a URL: `source=…` or `source.has=…`, `f.source=…`, `any1.city=…`, `vs.source=…`."""

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from analytics.reports.filters import (
    KEYS,
    MOST_GROUPS,
    BadValue,
    Conditions,
    UnknownFilter,
    read_key,
    read_values,
)
from dashboards.slice.bad_query import BadQuery

OWN = "f."
"""What pages write before a condition, so that no parameter of a stranger's is taken for one."""
OTHER = "vs."
"""Before one of the slice that is compared with."""
GROUPS = tuple(f"any{place}." for place in range(1, MOST_GROUPS + 1))
"""Before one of a group, of which one has to be true."""


def read_conditions(query: MultiDict[str, str], *prefixes: str) -> Conditions:
    """Those whose names begin with one of the prefixes. Empty values, as an empty form sends them,
    do not count. Raises `BadQuery`."""
    found: dict[str, tuple[str, ...]] = {}
    for name in query:
        key = condition_in(name, prefixes)
        values = () if key is None else _values(name, key, query.getlist(name))
        if key is not None and values:
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), *values)))
    return {key: found[key] for key in KEYS if key in found}


def read_groups(query: MultiDict[str, str]) -> tuple[Conditions, ...]:
    """Raises `BadQuery`."""
    groups = (read_conditions(query, prefix) for prefix in GROUPS)
    return tuple(group for group in groups if group)


def condition_in(name: str, prefixes: Iterable[str]) -> str | None:
    """The key of the condition that a parameter of this name is; None where it is none."""
    for prefix in prefixes:
        if name.startswith(prefix):
            try:
                return read_key(name.removeprefix(prefix))
            except UnknownFilter:
                continue
    return None


def _values(name: str, key: str, written: list[str]) -> tuple[str, ...]:
    try:
        return read_values(key, [value for value in written if value])
    except BadValue as error:
        raise BadQuery("bad_query.value", error.expected, name=name, value=error.value) from error
