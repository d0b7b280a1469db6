"""When a step is tried again. Pure: the time is given, and so is the chance."""

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from flows.json_documents import text_of

PAUSES = (10, 60, 300, 900, 3_600, 10_800, 21_600, 43_200)
"""Seconds; the last one repeats."""
_SPREAD = 0.2


def next_try_at(
    now: float,
    tries: int,
    chance: float,
    asked: float | None,
    gives_up_at: float,
    pauses: tuple[int, ...] = PAUSES,
) -> float:
    """In Unix seconds. `tries`: those that were made. `chance`: from 0 to 1, so that not all come
    again at once. `asked`: the seconds that the service asked for; they go before ours."""
    if asked is not None:
        return min(now + max(asked, 0.0), max(gives_up_at, now))
    pause = pauses[min(tries, len(pauses)) - 1] if tries else 0
    return now + pause * (1 - _SPREAD + 2 * _SPREAD * chance)


def seconds_asked(retry_after: str | None, now: float) -> float | None:
    """Of a `Retry-After`: seconds, or an HTTP date; None where it is neither."""
    text = (retry_after or "").strip()
    if re.fullmatch(r"\d{1,12}(\.\d{1,6})?", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(moment.timestamp() - now, 0.0)


def seconds_in(value: Any, now: float) -> float | None:
    """Of a value in the answer's JSON."""
    text = text_of(value) if isinstance(value, str | int | float) else ""
    return seconds_asked(text, now) if text else None
