"""What a generator of queries cannot know of the API's parameters: which go together. Schemathesis
loads it by SCHEMATHESIS_HOOKS."""

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import schemathesis
from schemathesis.hooks import HookContext

_GROUPED = ("/attribution", "/attribution_rates")
_LONG_AGO = "2008-01-01"
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@schemathesis.hook
def map_query(context: HookContext, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """A period does not end before it begins; the column of a group is there where leads are
    grouped by it."""
    if not query:
        return query
    with suppress(ValueError, TypeError):
        date.fromisoformat(query.get("from", ""))
        query = {**query, "from": query.get("to") or _LONG_AGO}
    if str(getattr(context.operation, "path", "")).endswith(_GROUPED):
        query = {name: value for name, value in query.items() if name != "columns"}
    return query


@schemathesis.hook
def before_call(context: HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    """Of the days and times that look like one: `until` is a moment of the last day of the period,
    `as_of` is not in the future, and days to compare with have two ends."""
    query = case.query or {}
    ends = [str(query.get(name)) for name in ("compare_from", "compare_to")]
    day = next(filter(_DAY.fullmatch, ends), _LONG_AGO if query.get("compare") == "days" else None)
    if day is not None:
        query |= {"compare_from": day, "compare_to": day}
    until, as_of = (str(query.get(name)) for name in ("until", "as_of"))
    with suppress(ValueError):
        last = query.get("to") or query.get("from") or _LONG_AGO
        query |= {"until": f"{last}T{datetime.fromisoformat(until).time()}", "to": last}
    if _DAY.match(as_of):
        query["as_of"] = f"{_LONG_AGO}{as_of[len(_LONG_AGO) :]}"
