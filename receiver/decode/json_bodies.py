"""JSON bodies, which nobody documents: read as the form they would have been."""

import json
import re
from typing import Any

from receiver.decode.limits import (
    MAX_DEPTH,
    MAX_NAME_LENGTH,
    MAX_NAMES,
    MAX_TEXT,
    NOT_UTF8,
    TOO_MUCH,
    Params,
    cut,
)

_SURROGATES = re.compile("[\ud800-\udfff]")


def json_object(body: bytes, problems: dict[str, None]) -> Params | None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = body.decode("cp1251", "replace")
        problems[f"{NOT_UTF8}: JSON body"] = None
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
            value = cut(value, name, problems)
        left -= len(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        if left < 0:
            problems[TOO_MUCH] = None
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
