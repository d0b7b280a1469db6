"""A filter that the form adds: `add.field`, `add.op`, `add.value` once or more, `add.group`; to the
other leads of a comparison `vs.add.field` and so on."""

from werkzeug.datastructures import MultiDict

from analytics.reports.filter_fields import IS, key_of
from analytics.reports.filters import FILTERS
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.conditions import GROUPS, OTHER, OWN

_PARTS = FIELD, OP, VALUE, GROUP = "add.field", "add.op", "add.value", "add.group"
ADDED = (*_PARTS, *(f"{OTHER}{name}" for name in _PARTS))
IS_WORD = "is"
"""How the form writes the op that has no name."""
_BY_NAME = {known.name: known for known in FILTERS}


def added_pairs(args: MultiDict[str, str], of: str = "") -> list[tuple[str, str]]:
    """What the added filter is in a URL; nothing without a value. `of`: `OTHER` for one of the
    other leads. Raises `BadQuery`."""
    lines = (line.strip() for text in args.getlist(f"{of}{VALUE}") for line in text.splitlines())
    values = [line for line in lines if line]
    field, op = args.get(f"{of}{FIELD}", ""), args.get(f"{of}{OP}") or IS_WORD
    if op == "empty" and not values:
        values = ["yes"]
    if not field or not values:
        return []
    if field not in _BY_NAME:
        raise BadQuery("bad_query.value", tuple(_BY_NAME), name=f"{of}{FIELD}", value=field)
    ops = {one or IS_WORD: one for one in _BY_NAME[field].ops}
    if op not in ops:
        raise BadQuery("bad_query.op", tuple(ops), name=f"{of}{OP}", value=op, field=field)
    group = args.get(GROUP, "")
    prefix = of or (f"{group}." if f"{group}." in GROUPS else OWN)
    name = f"{prefix}{key_of(field, ops[op] or IS)}"
    return [(name, value) for value in values]
