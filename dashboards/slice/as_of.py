"""Until when deliveries count, as the URL has it: a day, a local time or an instant."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from dashboards.slice.bad_query import BadQuery

_EXPECTED = ("2026-11-23", "2026-11-23T09:00", "2026-11-23T09:00+03:00")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def read_as_of(query: Mapping[str, str], zone: ZoneInfo, now: datetime) -> datetime | None:
    """In the zone; a day is its end, a time without an offset one of the zone. None if there is
    none, or it is empty, as an empty form sends it. Raises `BadQuery`, also for the future."""
    written = query.get("as_of", "")
    if not written:
        return None
    try:
        as_of = _read(written.replace(" ", "+"), zone)
        if as_of > now:
            raise BadQuery("bad_query.as_of_future", value=written)
    except (ValueError, OverflowError) as error:
        if isinstance(error, BadQuery):
            raise
        raise BadQuery("bad_query.value", _EXPECTED, name="as_of", value=written) from error
    return as_of


def _read(written: str, zone: ZoneInfo) -> datetime:
    """A plus is a blank in a URL that somebody has written by hand."""
    if _DAY.fullmatch(written):
        return datetime.combine(date.fromisoformat(written), time.max, zone)
    if not _INSTANT.fullmatch(written):
        raise ValueError(written)
    found = datetime.fromisoformat(written)
    return found.replace(tzinfo=zone) if found.tzinfo is None else found.astimezone(zone)
