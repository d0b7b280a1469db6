"""Until when deliveries count, as the URL has it: a day, a local time or an instant."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from analytics.as_of.instant import WRITTEN, read_instant
from dashboards.slice.bad_query import BadQuery


def read_as_of(
    query: Mapping[str, str], zone: ZoneInfo, now: datetime, name: str = "as_of"
) -> datetime | None:
    """In the zone; a day is its end, a time without an offset one of the zone. None if there is
    none, or it is empty, as an empty form sends it. Raises `BadQuery`, also for the future."""
    written = query.get(name, "")
    if not written:
        return None
    try:
        # A plus is a blank in a URL that somebody has written by hand.
        as_of = read_instant(written.replace(" ", "+"), zone)
    except (ValueError, OverflowError) as error:
        raise BadQuery("bad_query.value", WRITTEN, name=name, value=written) from error
    if as_of > now:
        raise BadQuery("bad_query.as_of_future", value=written)
    return as_of
