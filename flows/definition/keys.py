"""What a key of a definition may hold. Each function reads what TOML gives; it raises `ValueError`
with the words that finish "KEY must be …", or `FlowRefusal`."""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from typing import Any, cast

from flows.conditions import Condition, read_conditions
from flows.definition.flow import Network
from flows.definition.steps import Pairs
from flows.filling.places import PLACES
from flows.filling.places.query import is_charset
from flows.filling.template import parse_template
from flows.json_documents import text_of
from flows.json_paths import JsonPath, Many, json_path

_DURATION = re.compile(r"(\d{1,6})\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_HOURS = re.compile(
    r"((?:mon|tue|wed|thu|fri|sat|sun)(?:-(?:mon|tue|wed|thu|fri|sat|sun))?\s+)?"
    r"([01]\d|2[0-3]):[0-5]\d-(?:([01]\d|2[0-3]):[0-5]\d|24:00)"
)
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_MASK = re.compile(r"[1-9*][0-9*]{2}|[1-5][0-9]{2}-[1-5][0-9]{2}")


def text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError("text")
    return raw


def flag(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise ValueError("true or false")
    return raw


def whole_number(least: int, most: int) -> Callable[[Any], int]:
    def read(raw: Any) -> int:
        if not isinstance(raw, int) or isinstance(raw, bool) or not least <= raw <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return raw

    return read


def one_of(*words: str) -> Callable[[Any], str]:
    def read(raw: Any) -> str:
        if raw not in words:
            raise ValueError(" or ".join(f'"{word}"' for word in words))
        return cast(str, raw)

    return read


def texts(raw: Any) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        raise ValueError('a list of texts like ["a", "b"]')
    return tuple(raw)


def some_of(*words: str) -> Callable[[Any], tuple[str, ...]]:
    def read(raw: Any) -> tuple[str, ...]:
        if not isinstance(raw, list) or not raw or not all(item in words for item in raw):
            raise ValueError(f"a list of {', '.join(words)}")
        return tuple(dict.fromkeys(raw))

    return read


def duration(most: str) -> Callable[[Any], int]:
    """Seconds, of a text like `90s`, `2m`, `24h` or `7d`."""
    limit = _seconds(most)

    def read(raw: Any) -> int:
        seconds = _seconds(raw) if isinstance(raw, str) else None
        if seconds is None or limit is None or seconds > limit:
            raise ValueError(f'a time like "30s", "2m" or "24h", at most {most}')
        return seconds

    return read


def _seconds(written: str) -> int | None:
    match = _DURATION.fullmatch(written.strip())
    return int(match[1]) * _SECONDS[match[2]] if match else None


def charset(raw: Any) -> str:
    if not isinstance(raw, str) or not is_charset(raw):
        raise ValueError("a charset like utf-8 or windows-1251")
    return raw


def template(place: str) -> Callable[[Any], str]:
    """A text with placeholders, as it may stand in that place."""

    def read(raw: Any) -> str:
        written = text(raw)
        PLACES[place].check(written)
        return written

    return read


def templates(raw: Any) -> tuple[str, ...]:
    return tuple(map(template("text"), texts(raw)))


def pairs(place: str) -> Callable[[Any], Pairs]:
    """A table, or a list of pairs where a name comes twice."""

    def read(raw: Any) -> Pairs:
        listed = list(raw.items()) if isinstance(raw, Mapping) else raw
        if not isinstance(listed, list) or not all(_is_pair(item) for item in listed):
            raise ValueError('a table like {name = "{{name}}"}, or pairs like [["a", "b"]]')
        for name, _ in listed:
            if parse_template(name).placeholders:
                raise ValueError(f"pairs whose names are literal: {name[:40]!r} is not")
        return tuple((name, template(place)(_written(value))) for name, value in listed)

    return read


def _is_pair(item: Any) -> bool:
    return (
        isinstance(item, list | tuple)
        and len(item) == 2
        and isinstance(item[0], str)
        and isinstance(item[1], str | int | float | bool)
    )


def _written(value: Any) -> str:
    return value if isinstance(value, str) else text_of(value)


def headers(raw: Any) -> Pairs:
    """A table, or lines like `Access-Control-Allow-Origin:*`, a blank after the colon or not."""
    listed = raw
    if isinstance(raw, list) and all(isinstance(line, str) for line in raw):
        listed = [_header_line(line) for line in raw]
    found = pairs("header")(listed)
    for name, _ in found:
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"headers: {name[:40]!r} is no name of a header")
    return found


def _header_line(line: str) -> list[str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise ValueError('lines like "Name: value"')
    return [name.strip(), value.strip()]


def conditions(key: str) -> Callable[[Any], tuple[Condition, ...]]:
    return lambda raw: read_conditions(raw, key)


def path(raw: Any) -> JsonPath:
    return json_path(text(raw))


def many_path(raw: Any, many: Any) -> JsonPath:
    if many not in (None, "first", "list"):
        raise ValueError('many is "first" or "list"')
    return json_path(text(raw), cast(Many | None, many))


def success_masks(raw: Any) -> tuple[str, ...]:
    masks = texts([raw] if isinstance(raw, str) else raw)
    if not masks or not all(_MASK.fullmatch(mask) for mask in masks):
        raise ValueError('codes like ["2**"], ["200", "404"] or ["200-204"]')
    return masks


def statuses(raw: Any) -> frozenset[int]:
    if not isinstance(raw, list) or not all(
        isinstance(item, int) and 100 <= item <= 599 for item in raw
    ):
        raise ValueError("a list of statuses like [409, 500]")
    return frozenset(raw)


def hours(raw: Any) -> str:
    """`mon-fri 09:00-20:00, sat 10:00-16:00`; empty for always."""
    written = text(raw).strip().lower()
    if written and not all(_HOURS.fullmatch(part.strip()) for part in written.split(",")):
        raise ValueError('hours like "mon-fri 09:00-20:00" or "09:00-21:00"')
    return written


def networks(raw: Any) -> tuple[Network, ...]:
    try:
        return tuple(map(ip_network, texts(raw)))
    except ValueError:
        raise ValueError('a list of networks like ["192.0.2.0/24"]') from None


def site_ids(raw: Any) -> tuple[int, ...]:
    if not isinstance(raw, list) or not all(isinstance(item, int) and item > 0 for item in raw):
        raise ValueError("a list of Calltouch site ids")
    return tuple(raw)


def printable(raw: Any) -> str:
    """One line of Latin-1, as in a status line."""
    written = text(raw)
    if not all(" " <= char <= "\xff" and not "\x7f" <= char < "\xa0" for char in written):
        raise ValueError("one line of Latin letters")
    return written
