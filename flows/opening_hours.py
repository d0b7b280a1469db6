"""Hours like `mon-fri 09:00-20:00, sat 10:00-16:00`: when they are open next. Pure."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(r"(?:([a-z]{3})(?:-([a-z]{3}))?\s+)?(\d\d:\d\d)-(\d\d:\d\d)")
_MIDNIGHT = "24:00"


def opens_at(hours: str, moment: datetime) -> datetime:
    """The moment itself where it is open, else the next opening, in the moment's zone. Empty hours
    are always open. `hours`: as a definition's key has been checked."""
    if not hours:
        return moment
    # A span that began the day before may reach past midnight.
    spans = [
        span
        for day in range(-1, 8)
        for span in _spans(hours, moment.date() + timedelta(days=day), moment)
        if span[1] > moment
    ]
    return max(min(begin for begin, _ in spans), moment)


def _spans(hours: str, day: date, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    for part in hours.split(","):
        match = _PART.fullmatch(part.strip())
        if match is None or not _is_on(match[1], match[2], day.weekday()):
            continue
        begin = _moment(day, match[3], moment)
        end = _moment(day, match[4], moment)
        if end <= begin:
            end = _moment(day + timedelta(days=1), match[4], moment)
        yield begin, end


def _is_on(first: str | None, last: str | None, weekday: int) -> bool:
    if first is None:
        return True
    begin, end = _DAYS.index(first), _DAYS.index(last or first)
    return begin <= weekday <= end if begin <= end else not end < weekday < begin


def _moment(day: date, written: str, moment: datetime) -> datetime:
    if written == _MIDNIGHT:
        day, written = day + timedelta(days=1), "00:00"
    return datetime.combine(day, time.fromisoformat(written), moment.tzinfo)
