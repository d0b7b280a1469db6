"""Whether two values of a parameter mean the same, however Calltouch wrote them. Pure.

A phone with blanks or an 8 in front, tags in another order, a list with its items moved or a blank
more: its webhooks and its API differ in that, and nothing is wrong with either.
"""

from typing import Any

import orjson

from analytics.contacts import canonical_email, canonical_phone
from analytics.parameters import PARAMETERS, TAGS
from analytics.parameters.kinds import LIST

PHONES = frozenset(("callerphone", "phonenumber", "redirectNumber"))
# Texts that hold several values with commas between them.
_COMMA_LISTS = frozenset((*(name for name, _ in TAGS), "orderId"))


def mean_the_same(parameter: str, one: str | None, other: str | None) -> bool:
    """Values as the fold keeps them: lists as JSON, NULL as None."""
    return one == other or _canonical(parameter, one) == _canonical(parameter, other)


def _canonical(parameter: str, value: str | None) -> Any:
    if value is None:
        return None
    if parameter in PHONES:
        return canonical_phone(value) or value.strip()
    if parameter == "email":
        return canonical_email(value) or value.strip()
    if parameter in _COMMA_LISTS:
        return sorted({part for text in value.split(",") if (part := _blanks(text))}) or None
    known = PARAMETERS.get(parameter)
    if known is not None and known.kind is LIST:
        return _listed(value)
    return value


def _listed(value: str) -> Any:
    try:
        items = orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
    return sorted(map(_item, items)) or None if isinstance(items, list) else value


def _item(item: Any) -> str:
    """What is empty and what is not there are the same in it."""
    if not isinstance(item, dict):
        return _blanks(str(item))
    texts = {name: _blanks(str(value)) for name, value in item.items() if value is not None}
    kept = {name: text for name, text in texts.items() if text and text != "null"}
    return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode()


def _blanks(text: str) -> str:
    return " ".join(text.split())
