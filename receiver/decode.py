"""Decoding: the bytes of a delivery in, its parameters out. No I/O, no clock, nothing raised.

Calltouch sends URL-encoded UTF-8 (query for GET, body for POST) with lists in bracket notation,
`comment[0][party]=…`. What is not as it should be is read as well as it can be and said in
`problems`; the raw bytes stay in the inbox and the archive whatever happens here.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

Params = dict[str, Any]
"""Per parameter a text, or nested lists and dicts of texts. Every scalar is a text."""

MAX_PARAMETERS = 100_000
MAX_NAMES = 1_000
MAX_NAME_LENGTH = 200
MAX_DEPTH = 8
# In characters. An hour of talk is about 60,000; the fold holds all deliveries of a lead at once.
MAX_VALUE = 256 << 10
MAX_TEXT = 1 << 20

_BRACKETED = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
_IN_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MACRO = re.compile(r"\{\s*[\w.]+\s*\}")
# The keys of a list as Calltouch sends them.
_PLACES = [str(place) for place in range(1_000)]
_SURROGATES = re.compile("[\ud800-\udfff]")

_NOT_UTF8 = "not UTF-8, read as cp1251"
_NUL = "NUL byte, replaced"
_BROKEN = "broken percent-encoding"
_TOO_MUCH = f"more than {MAX_TEXT} characters, the rest not decoded"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The parameters of a delivery under Calltouch's own names.

    `is_empty`: there is nothing in it, or macros that were not expanded. Without a lead's id that
    makes it the probe that Calltouch's cabinet sends when a webhook is switched on.
    """

    params: Params
    problems: tuple[str, ...]
    is_empty: bool


def decode(query: bytes, body: bytes, content_type: str, rename: Mapping[str, str]) -> Decoded:
    """Merge the parameters of query and body (the body wins) and undo the account's renames."""
    problems: dict[str, None] = {}
    # A raw line end is no part of a form: what was saved to a file may have gained one.
    params = _form(query, problems) | _body(body.strip(b"\r\n\t &"), content_type, problems)
    if rename:
        params = _undo_renames(params, rename)
    is_empty = (not params and not problems) or _has_macro(params)
    return Decoded(params, tuple(problems), is_empty)


def _body(body: bytes, content_type: str, problems: dict[str, None]) -> Params:
    """The parameters of a form or of a JSON object; none when it is neither."""
    if not body:
        return {}
    kind = content_type.lower()
    if kind.startswith("multipart/"):
        problems["multipart body, not read"] = None
        return {}
    says_json = "json" in kind
    if says_json or body[:1] == b"{":
        params = _json(body, problems)
        if params is not None:
            return params
        if says_json:
            problems["body is not a JSON object"] = None
    if b"=" not in body:
        problems["body is not a form"] = None
        return {}
    return _form(body, problems)


def _undo_renames(params: Params, rename: Mapping[str, str]) -> Params:
    params = {rename.get(name, name): value for name, value in params.items()}
    changed = params.get("changedFields")
    if isinstance(changed, str):
        params["changedFields"] = ",".join(rename.get(n, n) for n in changed.split(","))
    return params


def _has_macro(params: Params) -> bool:
    braced = [
        value
        for name, value in params.items()
        if value.__class__ is str and "{" in value and name != "attrs"
    ]
    return any(map(_MACRO.search, braced))


# --- forms ---------------------------------------------------------------------------------------


def _form(raw: bytes, problems: dict[str, None]) -> Params:
    plain = _plain_form(raw)
    if plain is not None:
        return plain
    params: Params = {}
    nested: set[str] = set()
    for name, value in _pairs(raw, problems):
        match = _BRACKETED.fullmatch(name) if "[" in name else None
        top = match[1] if match else name
        if len(params) >= MAX_NAMES and top not in params:
            problems[f"more than {MAX_NAMES} names, the rest not decoded"] = None
        elif match is None:
            params[name] = value
            nested.discard(name)
        else:
            nested.add(top)
            _put(params, top, _IN_BRACKETS.findall(match[2]), value, problems)
    for name in nested:
        params[name] = _lists(params[name])
    return params


def _plain_form(raw: bytes) -> Params | None:
    """What nearly every delivery is: ASCII, nothing wrong, far from every limit. None: not so."""
    if len(raw) > MAX_VALUE or raw.count(b"&") >= MAX_NAMES or not raw.isascii() or b"\0" in raw:
        return None
    params: Params = {}
    nested, problems = set[str](), dict[str, None]()
    for chunk in raw.decode("ascii").replace("+", " ").split("&"):
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
    if "%" in value:
        value, flaw = _unquote(value)
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
    match = _BRACKETED.fullmatch(name) if "[" in name else None
    return (match[1], tuple(_IN_BRACKETS.findall(match[2]))) if match else (name, ())


def _pairs(raw: bytes, problems: dict[str, None]) -> Iterator[tuple[str, str]]:
    clean = raw.isascii() and b"\0" not in raw
    chunks = raw.decode("latin-1").split("&", MAX_PARAMETERS)
    if len(chunks) > MAX_PARAMETERS:
        chunks.pop()
        problems[f"more than {MAX_PARAMETERS} parameters, the rest not decoded"] = None
    left = MAX_TEXT
    for chunk in chunks:
        name, _, value = chunk.partition("=")
        if not clean or "%" in name or "+" in name:
            name = _text(name, name, problems)
        if not clean or "%" in value or "+" in value:
            value = _text(value, name, problems)
        if not name or len(name) > MAX_NAME_LENGTH:
            if chunk:
                problems["name empty or too long, not decoded"] = None
            continue
        left -= min(len(value), MAX_VALUE)
        if left < 0:
            problems[_TOO_MUCH] = None
            return
        yield name, _cut(value, name, problems)


def _cut(value: str, name: str, problems: dict[str, None]) -> str:
    if len(value) > MAX_VALUE:
        problems[f"longer than {MAX_VALUE} characters, cut: {name}"] = None
    return value[:MAX_VALUE]


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
        text, flaw = raw.decode("cp1251", "replace"), _NOT_UTF8
    if "\0" in text:
        text, flaw = text.replace("\0", "\ufffd"), flaw or _NUL
    return text, flaw


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


# --- JSON ----------------------------------------------------------------------------------------


def _json(body: bytes, problems: dict[str, None]) -> Params | None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = body.decode("cp1251", "replace")
        problems[f"{_NOT_UTF8}: JSON body"] = None
    try:
        document = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    if len(document) > MAX_NAMES:
        problems[f"more than {MAX_NAMES} names, the rest not decoded"] = None
    names = [name for name in document if 0 < len(name) <= MAX_NAME_LENGTH][:MAX_NAMES]
    params: Params = {}
    left = MAX_TEXT
    for name in names:
        value = _as_texts(document[name], 1)
        if isinstance(value, str):
            value = _cut(value, name, problems)
        left -= len(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        if left < 0:
            problems[_TOO_MUCH] = None
            break
        params[_clean(name)] = value
    return params


def _as_texts(value: Any, depth: int) -> Any:
    """Every scalar as the text a form would have carried."""
    if isinstance(value, str):
        return _clean(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if depth >= MAX_DEPTH:
        return _clean(json.dumps(value, ensure_ascii=False))
    if isinstance(value, list):
        return [_as_texts(inner, depth + 1) for inner in value]
    return {_clean(key): _as_texts(inner, depth + 1) for key, inner in value.items()}


def _clean(text: str) -> str:
    return _SURROGATES.sub("\ufffd", text.replace("\0", "\ufffd"))
