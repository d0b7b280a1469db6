"""JSON bodies, which nobody documents: read as the form they would have been."""

import json
import re
from typing import Any

from receiver.decode.charset import BOM, best_text
from receiver.decode.limits import (
    MAX_DEPTH,
    MAX_NAME_LENGTH,
    MAX_NAMES,
    MAX_TEXT,
    TOO_MUCH,
    Params,
    cut,
)

# Templates put comments into JSON as they are, with line ends in them.
LENIENT = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)
_SURROGATES = re.compile("[\ud800-\udfff]")
_BAD_BYTES = re.compile("[\udc80-\udcff]")
_OTHER_SURROGATES = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def json_object(body: bytes, problems: dict[str, None]) -> Params | None:
    """The parameters in a JSON object; None when it is none."""
    try:
        text, is_utf8 = body.decode(), True
    except UnicodeDecodeError:
        # A bad byte waits in the text that it is in, as U+DC80 to U+DCFF, until that is read.
        text, is_utf8 = body.decode(errors="surrogateescape"), False
    try:
        document = LENIENT.decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    if not is_utf8:
        document = {_reread(n, n, problems): _reread(v, n, problems) for n, v in document.items()}
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


def _reread(value: Any, name: str, problems: dict[str, None]) -> Any:
    """Every text of a document with bad bytes in it, as it reads best."""
    if isinstance(value, str):
        return _best(value, name, problems)
    if isinstance(value, list):
        return [_reread(inner, name, problems) for inner in value]
    if isinstance(value, dict):
        return {
            _best(key, name, problems): _reread(inner, name, problems)
            for key, inner in value.items()
        }
    return value


def _best(text: str, name: str, problems: dict[str, None]) -> str:
    if not _BAD_BYTES.search(text):
        return text
    raw = _OTHER_SURROGATES.sub("\ufffd", text).encode(errors="surrogateescape")
    text, flaw = best_text(raw)
    problems[f"{flaw}: {_clean(name)[:MAX_NAME_LENGTH]}"] = None
    return text


def _clean(text: str) -> str:
    return _SURROGATES.sub("\ufffd", text.replace("\0", "\ufffd")).strip(BOM)
