"""An instant of knowledge, as people write it: a day, a local time or an instant."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WRITTEN = ("2026-11-23", "2026-11-23T09:00", "2026-11-23T09:00+03:00")
"""What one looks like."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def read_instant(written: str, zone: ZoneInfo) -> datetime:
    """In the zone. A day is its end; a time without an offset is one of the zone: the first of two
    where clocks are put back, and where they are put forward as if they had not been. Raises
    `ValueError`, `OverflowError`."""
    if _DAY.fullmatch(written):
        return _end_of(date.fromisoformat(written), zone)
    if not _INSTANT.fullmatch(written):
        raise ValueError(f"{written} is not an instant; use {', '.join(WRITTEN)}")
    found = datetime.fromisoformat(written)
    return found.replace(tzinfo=zone) if found.tzinfo is None else found.astimezone(zone)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """Just before the next day begins: its last hour may come twice, or never."""
    following = datetime.combine(day + timedelta(1), time(), zone)
    return (following.astimezone(UTC) - timedelta.resolution).astimezone(zone)
