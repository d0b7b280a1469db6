"""Hours in which something may be done: `mon-fri 09:00-20:00, sat 10:00-16:00`. Pure."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(r"(?:([a-z]{3})(?:-([a-z]{3}))?\s+)?(\d\d):(\d\d)-(\d\d):(\d\d)")


def next_opening(moment: float, hours: str, zone: ZoneInfo) -> float:
    """The moment itself where it is within the hours, else when they begin next; Unix seconds.
    Without hours it is always open."""
    if not hours:
        return moment
    local = datetime.fromtimestamp(moment, zone)
    openings = []
    for ahead in range(-1, 8):
        day = local.date() + timedelta(ahead)
        for days, opens, closes in _parts(hours):
            if day.weekday() not in days:
                continue
            begins = datetime.combine(day, opens, zone)
            ends = datetime.combine(day, time(0), zone) + timedelta(hours=24)
            if closes is not None:
                is_past_midnight = closes <= opens
                ends = datetime.combine(day + timedelta(is_past_midnight), closes, zone)
            if begins.timestamp() <= moment < ends.timestamp():
                return moment
            openings.append(begins.timestamp())
    return min(opening for opening in openings if opening > moment)


def _parts(hours: str) -> list[tuple[set[int], time, time | None]]:
    """Days of the week, from, until; None until midnight."""
    parts = []
    for written in hours.split(","):
        match = _PART.fullmatch(written.strip())
        assert match is not None, "checked when the flow was"
        first = _DAYS.index(match[1]) if match[1] else 0
        last = _DAYS.index(match[2] or match[1]) if match[1] else 6
        days = {(first + step) % 7 for step in range((last - first) % 7 + 1)}
        closes = None if match[5] == "24" else time(int(match[5]), int(match[6]))
        parts.append((days, time(int(match[3]), int(match[4])), closes))
    return parts
