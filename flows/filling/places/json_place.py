"""JSON: read as JSON first, placeholders filled inside its texts, written by an encoder.

No value can break it. A placeholder that stands alone in its quotes and ends in `number`, `bool` or
`json` becomes a value of that type; empty is null.
"""

from functools import lru_cache
from typing import Any

from flows.filling.filler import Filler, check_filters, value_text
from flows.filling.filters import TYPED, JsonText
from flows.filling.template import Template, parse_template
from flows.json_documents import Json, read_json, written
from flows.json_paths import ABSENT
from flows.refusal import FlowRefusal


def check(text: str) -> None:
    for template in _texts_of(_read(text)):
        check_filters(parse_template(template))


def fill(text: str, filler: Filler, charset: str) -> str:
    return written(fill_document(_read(text), filler))


def fill_document(document: Json, filler: Filler) -> Json:
    """The same with its texts filled. Raises `FlowRefusal`, `json-keys`, for keys that become
    alike."""
    if isinstance(document, str):
        return _filled_text(parse_template(document), filler)
    if isinstance(document, list):
        return [fill_document(value, filler) for value in document]
    if not isinstance(document, dict):
        return document
    filled: dict[str, Any] = {}
    for key, value in document.items():
        filled_key = filler.text(parse_template(key))
        if filled_key in filled:
            raise FlowRefusal("json-keys", key, "two keys of an object become alike")
        filled[filled_key] = fill_document(value, filler)
    return filled


def _filled_text(template: Template, filler: Filler) -> Json:
    alone = template.alone
    is_typed = alone is not None and alone.filters and alone.filters[-1].name in TYPED
    if alone is None or not is_typed or filler.is_hidden(alone):
        return filler.text(template)
    value = filler.value(alone)
    if isinstance(value, JsonText):
        value = value.value
    if value is ABSENT or value == "":
        return None
    return value if not isinstance(value, tuple) else value_text(value)


@lru_cache(maxsize=500)
def _read(text: str) -> Json:
    try:
        return read_json(text)
    except FlowRefusal as refusal:
        bare = _bare_placeholder(text)
        if bare is None:
            raise
        number = f"{bare[:-2].rstrip()} | number}}}}"
        hint = f'stands outside of quotes: write "{bare}", or "{number}" for a number'
        raise FlowRefusal("bad-template", bare, hint) from refusal


def _bare_placeholder(text: str) -> str | None:
    """The first placeholder that no quotes enclose."""
    in_quotes, position = False, 0
    while position < len(text):
        if in_quotes and text[position] == "\\":
            position += 1
        elif text[position] == '"':
            in_quotes = not in_quotes
        elif not in_quotes and text.startswith("{{", position):
            placeholders = parse_template(text[position:]).placeholders
            return placeholders[0].written if placeholders else None
        position += 1
    return None


def _texts_of(document: Json) -> list[str]:
    if isinstance(document, str):
        return [document]
    if isinstance(document, dict):
        return [*document, *(text for value in document.values() for text in _texts_of(value))]
    return (
        [text for value in document for text in _texts_of(value)]
        if isinstance(document, list)
        else []
    )
