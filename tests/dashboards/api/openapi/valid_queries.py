"""What a generator of queries cannot know of the API's parameters: which go together. Schemathesis
loads it by SCHEMATHESIS_HOOKS."""

from contextlib import suppress
from datetime import date
from typing import Any

import schemathesis
from schemathesis.hooks import HookContext

_GROUPED = ("/attribution", "/attribution_rates")
_LONG_AGO = "2008-01-01"


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
