"""What a filter does to a value. Pure: no clock; times without a zone are in the account's.

A value is a text, a number with its digits, true, false, null, a list, an object, or `ABSENT`. Each
filter takes `(value, settings, *arguments)`. An absent value passes through all filters but those
in `MEETS_ABSENT`, and is written as an empty text.
"""

import base64
import hashlib
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flows.filling.dates import reformat_date
from flows.filling.lookup import RepeatedText
from flows.json_documents import DecimalNumber, WholeNumber, read_json, text_of, written
from flows.json_paths import ABSENT
from flows.refusal import FlowRefusal
from receiver.calltouch_api.validation import InvalidValue, email_address, request_phone

_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}(?:[ \u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]+)?")
_COMMA = re.compile(r"-?(?:0|[1-9][0-9]*),[0-9]+")
_BLANKS = re.compile(r"[ \u00a0\u2009\u202f]")
_YES = ("true", "1", "yes", "on", "да")
_NO = ("false", "0", "no", "off", "нет")


@dataclass(frozen=True, slots=True)
class FilterSettings:
    """`zone`: of the Calltouch account, for dates that name none."""

    zone: ZoneInfo


Filter = Callable[..., Any]


def plain_text(value: Any) -> str:
    """The text of any value that a filter may meet."""
    if value is ABSENT:
        return ""
    if isinstance(value, RepeatedText):
        return value.values[-1]
    return text_of(value)


def _default(value: Any, _: FilterSettings, other: Any) -> Any:
    return other if value is ABSENT or plain_text(value) == "" else value


def _required(value: Any, _: FilterSettings) -> Any:
    if value is ABSENT or plain_text(value) == "":
        raise FlowRefusal("missing-field")
    return value


def _cut(value: Any, _: FilterSettings, most: int) -> str:
    return plain_text(value)[:most]


def _phone(value: Any, _: FilterSettings) -> str:
    text = plain_text(value)
    try:
        return request_phone(text) if text.strip() else ""
    except InvalidValue:
        raise FlowRefusal("bad-phone") from None


def _email(value: Any, _: FilterSettings) -> str:
    text = plain_text(value).strip()
    try:
        return email_address(text) if text else ""
    except InvalidValue:
        raise FlowRefusal("bad-email") from None


def _number(value: Any, _: FilterSettings) -> Any:
    """A number as JSON writes it; also `1 200,50`. Empty is null."""
    if isinstance(value, WholeNumber | DecimalNumber):
        return value
    text = plain_text(value).strip()
    if not text:
        return None
    if isinstance(value, bool):
        raise FlowRefusal("not-a-number")
    if _GROUPED.fullmatch(text) or _COMMA.fullmatch(text):
        text = _BLANKS.sub("", text).replace(",", ".")
    if not _JSON_NUMBER.fullmatch(text):
        raise FlowRefusal("not-a-number")
    return read_json(text)


def _bool(value: Any, _: FilterSettings) -> bool | None:
    text = plain_text(value).strip().casefold()
    if not text:
        return None
    if text not in (*_YES, *_NO):
        raise FlowRefusal("not-a-boolean")
    return text in _YES


@dataclass(frozen=True, slots=True)
class JsonText:
    """A value that was asked for as JSON: its own text is what JSON writes for it."""

    value: Any


def _json(value: Any, _: FilterSettings) -> JsonText:
    return JsonText(plain_text(value) if isinstance(value, RepeatedText) else value)


def _parse(value: Any, _: FilterSettings) -> Any:
    text = plain_text(value)
    return read_json(text) if text.strip() else ABSENT


def _date(value: Any, settings: FilterSettings, to: str, layout: str | None = None) -> str:
    text = plain_text(value).strip()
    return reformat_date(text, settings.zone, to, layout) if text else ""


def _replace(value: Any, _: FilterSettings, old: str, new: str) -> str:
    return plain_text(value).replace(old, new)


def _split(value: Any, _: FilterSettings, separator: str, number: int | None = None) -> Any:
    """All the pieces, or the one of that number: from 0, or from the end with -1."""
    pieces = plain_text(value).split(separator)
    if number is None:
        return pieces
    return pieces[number] if -len(pieces) <= number < len(pieces) else ABSENT


def _join(value: Any, _: FilterSettings, separator: str = ",") -> str:
    if isinstance(value, RepeatedText):
        return separator.join(value.values)
    return separator.join(map(text_of, value)) if isinstance(value, list) else plain_text(value)


def _first(value: Any, _: FilterSettings) -> Any:
    values = value.values if isinstance(value, RepeatedText) else value
    if not isinstance(values, list | tuple):
        return value
    return values[0] if values else ABSENT


def _last(value: Any, _: FilterSettings) -> Any:
    if not isinstance(value, list):
        return value
    return value[-1] if value else ABSENT


def _map(value: Any, _: FilterSettings, texts: Mapping[str, Any], otherwise: Any = ABSENT) -> Any:
    """A value that is not among them stays as it is, unless `otherwise` is given."""
    return texts.get(plain_text(value), value if otherwise is ABSENT else otherwise)


def _cookie(value: Any, _: FilterSettings, name: str) -> Any:
    for pair in plain_text(value).split(";"):
        key, equals, text = pair.strip().partition("=")
        if equals and key == name:
            return text
    return ABSENT


def _of_text(change: Callable[[str], str]) -> Filter:
    return lambda value, _: change(plain_text(value))


FILTERS: Mapping[str, Filter] = {
    "default": _default,
    "required": _required,
    "trim": _of_text(str.strip),
    "lower": _of_text(str.lower),
    "upper": _of_text(str.upper),
    "cut": _cut,
    "digits": _of_text(lambda text: re.sub(r"[^0-9]", "", text)),
    "phone": _phone,
    "email": _email,
    "number": _number,
    "bool": _bool,
    "json": _json,
    "parse": _parse,
    "date": _date,
    "replace": _replace,
    "split": _split,
    "join": _join,
    "first": _first,
    "last": _last,
    "map": _map,
    "cookie": _cookie,
    "urlencode": _of_text(lambda text: quote(text, safe="")),
    "base64": _of_text(lambda text: base64.b64encode(text.encode()).decode()),
    "html": _of_text(html.escape),
    "md5": _of_text(lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()),
    "sha256": _of_text(lambda text: hashlib.sha256(text.encode()).hexdigest()),
}

ARGUMENTS: Mapping[str, tuple[int, tuple[type | tuple[type, ...], ...]]] = {
    "default": (1, (object,)),
    "cut": (1, (int,)),
    "date": (1, (str, str)),
    "replace": (2, (str, str)),
    "split": (1, (str, int)),
    "join": (0, (str,)),
    "map": (1, (dict, object)),
    "cookie": (1, (str,)),
}
"""How many arguments a filter needs, and of which kinds all of them are; none for the others."""

MEETS_ABSENT = ("default", "required", "number", "bool", "json")
TYPED = ("number", "bool", "json")
"""Last in a placeholder that stands alone in its quotes, these write a JSON value of their type."""


def checked_filter(name: str, arguments: tuple[Any, ...]) -> Filter:
    """Raises `FlowRefusal`, `bad-template`, for an unknown filter or arguments that do not fit."""
    if name not in FILTERS:
        raise FlowRefusal("bad-template", name, f"there is no such filter: {', '.join(FILTERS)}")
    needed, kinds = ARGUMENTS.get(name, (0, ()))
    if not needed <= len(arguments) <= len(kinds):
        raise FlowRefusal("bad-template", name, f"takes {needed} to {len(kinds)} arguments")
    for argument, kind in zip(arguments, kinds, strict=False):
        if not isinstance(argument, kind) or (kind is int and isinstance(argument, bool)):
            raise FlowRefusal("bad-template", name, f"does not take {written(argument)[:40]}")
    if name in ("split", "replace") and arguments[0] == "":
        raise FlowRefusal("bad-template", name, "its first argument is empty")
    return FILTERS[name]
