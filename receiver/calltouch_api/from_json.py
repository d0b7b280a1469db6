"""Requests from a JSON file: items of Calltouch's own body, with a shorthand for comments and tags.
Pure: no I/O, no clock."""

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
    """From a file's bytes, with or without a byte order mark. Raises `InvalidValue`."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidValue(f"not valid JSON in UTF-8: {error}") from None
    return read_requests(document)


def read_requests(document: Any) -> list[NewRequest]:
    """From a list of objects or a whole body `{"requests": […]}`. Raises `InvalidValue`."""
    if isinstance(document, dict) and list(document) == ["requests"]:
        document = document["requests"]
    if not isinstance(document, list) or not document:
        raise InvalidValue(
            'the JSON must be a list of objects, like [{"phoneNumber": "79990001122"}]'
        )
    requests = []
    for number, item in enumerate(document, 1):
        try:
            requests.append(_read(item))
        except InvalidValue as error:
            raise InvalidValue(f"request {number}: {error}") from None
    return requests


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
    """Numbers are accepted as text: files have unquoted phones and sessions."""
    value = item.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise InvalidValue(f"{name} must be text")
    return None if value is None else str(value)


def _tags(listed: Any) -> tuple[str, ...]:
    if not isinstance(listed, list):
        raise InvalidValue('addTags must be a list like ["VIP"]')
    items = [tag if isinstance(tag, dict) else {"tag": tag} for tag in listed]
    return tuple(_text(item, "tag") or "" for item in items)


def _refuse_unknown(item: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in item:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"known fields: {', '.join(known)}"
            raise InvalidValue(f"unknown field {key!r}; {hint}")
