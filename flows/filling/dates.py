"""The `date` filter: a moment as people and machines write it, written another way. Pure."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flows.refusal import FlowRefusal

_LAYOUTS = {
    "calltouch": "%d-%m-%Y %H:%M:%S",
    "callback": "%Y-%m-%d %H:%M:%S",
}
_UNIX = re.compile(r"[0-9]{9,10}(?:\.[0-9]+)?|[0-9]{13}")
_MILLISECONDS_DIGITS = 13
_LETTERS = {
    "hh:mm:ss": "%H:%M:%S",
    "hh:mm": "%H:%M",
    "yyyy": "%Y",
    "yy": "%y",
    "mm": "%m",
    "dd": "%d",
    "hh": "%H",
    "ss": "%S",
}
_LETTER_GROUP = re.compile("|".join(_LETTERS))
_DAYS = ("%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d")
_TIMES = ("", " %H:%M", " %H:%M:%S")


def reformat_date(text: str, zone: ZoneInfo, to: str, layout: str | None = None) -> str:
    """`to`: calltouch, callback, iso, unix or a pattern like `dd.mm.yyyy hh:mm` or `%d.%m.%Y`.

    `layout`: the pattern that the text is written in, where it is not one of the usual ones. Raises
    `FlowRefusal`, `bad-date`.
    """
    try:
        moment = _read(text, zone, layout).astimezone(zone)
        if to == "unix":
            return str(int(moment.timestamp()))
        if to == "iso":
            return moment.isoformat()
        return moment.strftime(_LAYOUTS.get(to) or _pattern(to))
    except (ValueError, OverflowError, OSError):
        raise FlowRefusal("bad-date") from None


def _read(text: str, zone: ZoneInfo, layout: str | None) -> datetime:
    if layout is not None:
        return _in_zone(datetime.strptime(text, _LAYOUTS.get(layout) or _pattern(layout)), zone)
    if _UNIX.fullmatch(text):
        seconds = float(text) / (1000 if len(text) == _MILLISECONDS_DIGITS else 1)
        return datetime.fromtimestamp(seconds, UTC)
    for day in _DAYS:
        for time in _TIMES:
            try:
                return _in_zone(datetime.strptime(text, day + time), zone)
            except ValueError:
                continue
    return _in_zone(datetime.fromisoformat(text), zone)


def _pattern(written: str) -> str:
    if "%" in written:
        return written
    return _LETTER_GROUP.sub(lambda group: _LETTERS[group[0]], written)


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
