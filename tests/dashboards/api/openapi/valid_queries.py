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
_MOMENT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@schemathesis.hook
def map_query(context: HookContext, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """A period does not end before it begins, `until` is a moment of its last day, and `as_of` is a
    moment of the past; the column of a group is there where leads are grouped by it."""
    if not query:
        return query
    with suppress(ValueError, TypeError):
        date.fromisoformat(query.get("from", ""))
        query = {**query, "from": query.get("to") or _LONG_AGO}
    with suppress(ValueError, TypeError):
        time = datetime.fromisoformat(query.get("until", "")).time()
        last = query.get("to") or query.get("from") or _LONG_AGO
        query = {**query, "to": last, "until": f"{last}T{time}"}
    if _MOMENT.match(str(query.get("as_of"))):
        query = {**query, "as_of": f"{_LONG_AGO}{str(query['as_of'])[len(_LONG_AGO) :]}"}
    if str(getattr(context.operation, "path", "")).endswith(_GROUPED):
        query = {name: value for name, value in query.items() if name != "columns"}
    return query
