"""JSON bodies that clients post, and the errors common to all services."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import request

from simulator.api.answers import Refusal, api_error, validation_error

MOST_ITEMS = 100
NOT_JSON = 1


def posted() -> Mapping[str, Any]:
    """The object in the body. Raises `Refusal`."""
    try:
        body = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise Refusal(api_error(NOT_JSON, "Ошибка синтаксиса JSON или пустое тело")) from None
    if not isinstance(body, dict):
        raise Refusal(validation_error("Тело запроса должно быть объектом"))
    return body


def posted_items(name: str) -> list[Any]:
    """1 to 100 items. Raises `Refusal`."""
    items = posted().get(name)
    if not isinstance(items, list) or not items:
        raise Refusal(validation_error(f"{name}: ожидается непустой массив"))
    if len(items) > MOST_ITEMS:
        raise Refusal(validation_error(f"{name}: не больше {MOST_ITEMS} элементов"))
    return items


def digits(phone: str) -> str:
    """`+7 (999) 000-11-22` and `8 999 …` as Calltouch stores them: `79990001122`."""
    digits = "".join(filter(str.isdecimal, phone))
    return "7" + digits[1:] if len(digits) == 11 and digits[0] == "8" else digits


def text_of(item: Mapping[str, Any], name: str) -> str | None:
    """Non-empty text; numbers count as text."""
    value = item.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip() or None


def texts_in(items: Any, key: str) -> tuple[str, ...]:
    """`[{key: text}, …]` as texts without duplicates."""
    listed = items if isinstance(items, list) else []
    texts = (text_of(item, key) for item in listed if isinstance(item, dict))
    return tuple(dict.fromkeys(text for text in texts if text))
