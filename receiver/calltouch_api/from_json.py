"""Requests as a JSON file says them: the items of Calltouch's own body, with a shorter way for
comments and tags. Pure: no I/O, no clock."""

import difflib
import json
from collections.abc import Mapping
from typing import Any

from receiver.calltouch_api.bodies import NewRequest, TrafficSource
from receiver.calltouch_api.validation import InvalidValue

_TEXTS = {
    "requestNumber": "number",
    "subject": "subject",
    "requestUrl": "page",
    "requestDate": "at",
    "sessionId": "session_id",
    "phoneNumber": "phone",
    "email": "email",
    "fio": "fio",
    "manager": "manager",
}
_KNOWN = (*_TEXTS, "comment", "addTags", "customSources")
_SOURCES = ("source", "medium", "campaign", "content", "term")


def load_requests(data: bytes) -> list[NewRequest]:
    """Of a file's bytes; a byte order mark does no harm. Raises `InvalidValue`."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidValue(f"that is not JSON in UTF-8: {error}") from None
    return read_requests(document)


def read_requests(document: Any) -> list[NewRequest]:
    """Of a list of objects, or of a whole body `{"requests": […]}`. Raises `InvalidValue`."""
    if isinstance(document, dict) and list(document) == ["requests"]:
        document = document["requests"]
    if not isinstance(document, list) or not document:
        raise InvalidValue(
            'the JSON must be a list of objects, like [{"phoneNumber": "79990001122"}]'
        )
    found = []
    for place, item in enumerate(document, 1):
        try:
            found.append(_read(item))
        except InvalidValue as error:
            raise InvalidValue(f"request {place}: {error}") from None
    return found


def _read(item: Any) -> NewRequest:
    if not isinstance(item, dict):
        raise InvalidValue('must be an object like {"phoneNumber": "79990001122"}')
    _refuse_unknown(item, _KNOWN)
    comment = item.get("comment")
    source = item.get("customSources") or {}
    if not isinstance(source, dict):
        raise InvalidValue('customSources must be an object like {"source": "crm"}')
    _refuse_unknown(source, _SOURCES)
    texts: dict[str, Any] = {ours: _text(item, theirs) for theirs, ours in _TEXTS.items()}
    return NewRequest(
        **texts,
        comment=_text(comment, "text") if isinstance(comment, dict) else _text(item, "comment"),
        tags=_tags(item.get("addTags") or []),
        source=TrafficSource(**{name: _text(source, name) for name in _SOURCES}),
    )


def _text(item: Mapping[str, Any], name: str) -> str | None:
    """Numbers count as texts: files have phones and sessions without quotes."""
    value = item.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise InvalidValue(f"{name} must be a text")
    return None if value is None else str(value)


def _tags(listed: Any) -> tuple[str, ...]:
    if not isinstance(listed, list):
        raise InvalidValue('addTags must be a list like ["VIP"]')
    items = [one if isinstance(one, dict) else {"tag": one} for one in listed]
    return tuple(_text(one, "tag") or "" for one in items)


def _refuse_unknown(item: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in item:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
            raise InvalidValue(f"there is no field {key!r}; {hint}")
