"""Start time of an API request by the server's clock. Pure: no I/O, no clock.

Calltouch timestamps webhooks with its own clock. To order API records among them, they need the
same clock: the `Date` header shows it.
"""

from email.utils import parsedate_to_datetime
from math import floor

# No maintained clock is off by more; such a header is nonsense.
_MOST_SECONDS_OFF = 86_400.0


def began_at(began: float, waited: float, date: str | None) -> int:
    """Unix second in which the request began, never later than on the server's clock.

    `began`: by our clock, just before sending; `waited`: seconds from then until the headers
    arrived; `date`: the header, truncated to whole seconds. The server wrote it after the request
    had begun, so the request began no earlier than `waited` before it. Without a plausible header,
    our own clock is used.
    """
    written = _instant(date)
    if written is None or abs(written - waited - began) > _MOST_SECONDS_OFF:
        return floor(began)
    return floor(written - waited)


def _instant(date: str | None) -> float | None:
    """None for an invalid date, or one without a time zone."""
    if date is None:
        return None
    try:
        moment = parsedate_to_datetime(date)
    except (TypeError, ValueError, OverflowError):
        return None
    return None if moment.tzinfo is None else moment.timestamp()
