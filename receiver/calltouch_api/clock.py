"""When a web request began, by the clock of the server that answered it. Pure: no I/O, no clock.

Calltouch stamps its webhooks by its own clock. To be put in order with them, a record of the API
needs that clock, too: the header `Date` tells how it stands.
"""

from email.utils import parsedate_to_datetime
from math import floor

# No clock that anybody looks at is wrong by more; a header that says so is nonsense.
_MOST_SECONDS_OFF = 86_400.0


def began_at(began: float, waited: float, date: str | None) -> int:
    """The second in which it began: Unix time, never later than it was on the server's clock.

    `began`: by our clock, just before it was sent; `waited`: seconds from then until the headers
    came; `date`: the header, whole seconds that were cut. The server wrote it after the request had
    begun and at least as late as it says, so the request began no earlier than `waited` before it.
    Without a header that makes sense our clock has to do.
    """
    written = _instant(date)
    if written is None or abs(written - waited - began) > _MOST_SECONDS_OFF:
        return floor(began)
    return floor(written - waited)


def _instant(date: str | None) -> float | None:
    """A header without its zone is as broken as one that is no date: it may be anybody's time."""
    if date is None:
        return None
    try:
        moment = parsedate_to_datetime(date)
    except (TypeError, ValueError, OverflowError):
        return None
    return None if moment.tzinfo is None else moment.timestamp()
