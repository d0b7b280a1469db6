"""URL-encoded forms, with lists in bracket notation: `comment[0][party]=…`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from receiver.decode.charset import BOM, best_text
from receiver.decode.limits import (
    MAX_DEPTH,
    MAX_NAME_LENGTH,
    MAX_NAMES,
    MAX_PARAMETERS,
    MAX_TEXT,
    MAX_VALUE,
    NUL,
    TOO_MANY,
    TOO_MUCH,
    Params,
    cut,
)

BRACKETED = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
IN_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# The keys of a list as Calltouch sends them.
_PLACES = [str(place) for place in range(1_000)]

# Encoded, and with a plus that is none: a raw one is a blank, but no number begins with a blank.
PHONE = re.compile(r"^\+(?=[0-9](?:[0-9 ().+-]|%(?:20|2[89Dd])){9,19}$)")

_BROKEN = "broken percent-encoding"


def form(raw: bytes, problems: dict[str, None]) -> Params:
    """The parameters of a form, as nested as their names say."""
    plain = _plain_form(raw)
    return nest(_pairs(raw, problems), problems) if plain is None else plain


def nest(pairs: Iterable[tuple[str, str]], problems: dict[str, None]) -> Params:
    """Names and values as parameters, within the limits; names in bracket notation become lists."""
    params: Params = {}
    nested: set[str] = set()
    for name, value in _within_limits(pairs, problems):
        match = BRACKETED.fullmatch(name) if "[" in name else None
        top = match[1] if match else name
        if len(params) >= MAX_NAMES and top not in params:
            problems[f"more than {MAX_NAMES} names, the rest not decoded"] = None
        elif match is None:
            params[name] = value
            nested.discard(name)
        else:
            nested.add(top)
            _put(params, top, IN_BRACKETS.findall(match[2]), value, problems)
    for name in nested:
        params[name] = _lists(params[name])
    return params


def _plain_form(raw: bytes) -> Params | None:
    """What nearly every delivery is: ASCII, nothing wrong, far from every limit. None: not so."""
    if len(raw) > MAX_VALUE or raw.count(b"&") >= MAX_NAMES or not raw.isascii() or b"\0" in raw:
        return None
    params: Params = {}
    nested, problems = set[str](), dict[str, None]()
    for chunk in raw.decode("ascii").split("&"):
        top, keys, value = _plain_pair_cached(chunk) if len(chunk) <= 256 else _plain_pair(chunk)
        if keys:
            nested.add(top)
            _put(params, top, keys, value, problems)
        elif top:
            params[top] = value
            if nested:
                nested.discard(top)
        elif chunk:
            return None
    for name in nested:
        params[name] = _lists(params[name])
    return None if problems else params


def _plain_pair(chunk: str) -> tuple[str, tuple[str, ...], str]:
    """The parameter that a chunk of a form is of, the keys in its brackets, its value; no
    parameter: something is wrong with it."""
    name, _, value = chunk.partition("=")
    top, keys = _place(name)
    if "%" in value or "+" in value:
        value, flaw = _unquote(PHONE.sub("%2B", value))
        if flaw:
            top, keys = "", ()
    return top, keys, value


# Webhooks repeat themselves: user agents, <не указано>, names of campaigns, the same lead again.
_plain_pair_cached = lru_cache(maxsize=1 << 15)(_plain_pair)


@lru_cache(maxsize=1 << 13)
def _place(encoded: str) -> tuple[str, tuple[str, ...]]:
    """The parameter that a name means, and the keys in its brackets; no parameter: a bad name."""
    name, flaw = _unquote(encoded) if len(encoded) <= MAX_NAME_LENGTH else ("", "")
    if flaw or not name:
        return "", ()
    match = BRACKETED.fullmatch(name) if "[" in name else None
    return (match[1], tuple(IN_BRACKETS.findall(match[2]))) if match else (name, ())


def _pairs(raw: bytes, problems: dict[str, None]) -> Iterator[tuple[str, str]]:
    clean = raw.isascii() and b"\0" not in raw
    chunks = raw.decode("latin-1").split("&", MAX_PARAMETERS)
    if len(chunks) > MAX_PARAMETERS:
        chunks.pop()
        problems[TOO_MANY] = None
    for chunk in chunks:
        name, _, value = chunk.partition("=")
        if not clean or "%" in name or "+" in name:
            name = _text(name, name, problems)
        if not clean or "%" in value or "+" in value:
            value = _text(PHONE.sub("%2B", value), name, problems)
        if chunk:
            yield name, value


def _within_limits(
    pairs: Iterable[tuple[str, str]], problems: dict[str, None]
) -> Iterator[tuple[str, str]]:
    left = MAX_TEXT
    for name, value in pairs:
        if not name or len(name) > MAX_NAME_LENGTH:
            problems["name empty or too long, not decoded"] = None
            continue
        left -= min(len(value), MAX_VALUE)
        if left < 0:
            problems[TOO_MUCH] = None
            return
        yield name, cut(value, name, problems)


def _text(encoded: str, name: str, problems: dict[str, None]) -> str:
    text, flaw = _unquote(encoded)
    if flaw:
        problems[f"{flaw}: {name[:MAX_NAME_LENGTH]}"] = None
    return text


def _unquote(encoded: str) -> tuple[str, str]:
    """The text of one percent-encoded name or value, and what was wrong with it."""
    flaw = _BROKEN if _BROKEN_ESCAPE.search(encoded) else ""
    spaced = encoded.replace("+", " ")
    if flaw:
        raw = unquote_to_bytes(spaced.encode("latin-1"))
    else:
        # Python's own escapes are read in C.
        escaped = spaced.replace("\\", "\\\\").replace("%", "\\x")
        raw = escaped.encode("latin-1").decode("unicode_escape").encode("latin-1")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text, flaw = best_text(raw)
    if "\0" in text:
        text, flaw = text.replace("\0", "\ufffd"), flaw or NUL
    return text.strip(BOM), flaw


def _put(
    params: Params, top: str, keys: Sequence[str], value: str, problems: dict[str, None]
) -> None:
    if len(keys) > MAX_DEPTH:
        problems[f"brackets deeper than {MAX_DEPTH}: {top}"] = None
        keys = [*keys[: MAX_DEPTH - 1], "][".join(keys[MAX_DEPTH - 1 :])]
    place: dict[str, Any] = params
    key = top
    for below in keys:
        inner = place.get(key)
        if not isinstance(inner, dict):
            if inner is not None:
                problems[f"both a value and a list: {top}"] = None
            inner = place[key] = {}
        place, key = inner, below or str(len(inner))
    place[key] = value


def _lists(value: Any) -> Any:
    """Turn every dict whose keys are all whole numbers into the list in the order of those."""
    if not isinstance(value, dict):
        return value
    items = {
        key: inner if inner.__class__ is str else _lists(inner) for key, inner in value.items()
    }
    if list(items) == _PLACES[: len(items)]:
        return list(items.values())
    if all(key.isascii() and key.isdigit() for key in items):
        return [items[key] for key in sorted(items, key=_as_number)]
    return items


def _as_number(digits: str) -> tuple[int, str]:
    """Sorts like the number without making one: a name may be thousands of digits long."""
    significant = digits.lstrip("0")
    return (len(significant), significant)
