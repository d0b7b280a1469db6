"""Query and form: percent-encoded in the charset of the service. What a whole one says of its own,
like `&`, `=` and what is encoded already, stays; characters that no URL may hold are encoded. The
value of a pair is text from end to end: its own `+` and `&` are encoded as well."""

import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

from flows.filling.filler import Filler, check_filters
from flows.filling.template import Template, parse_template
from flows.refusal import FlowRefusal

_LITERAL_SAFE = "%&=+/?:@!$'()*,;~[]"


def check(text: str) -> None:
    check_filters(parse_template(text))


def fill_query(text: str, filler: Filler, charset: str) -> str:
    """A blank is `%20`."""
    return _filled(text, filler, lambda value: encoded(value, charset))


def fill_form(text: str, filler: Filler, charset: str) -> str:
    """A blank is `+`."""
    return _filled(text, filler, lambda value: encoded(value, charset, quote_plus))


def query_pair(name: str, template: str, filler: Filler, charset: str) -> tuple[str, str]:
    return _pair(name, template, filler, lambda text: encoded(text, charset))


def form_pair(name: str, template: str, filler: Filler, charset: str) -> tuple[str, str]:
    return _pair(name, template, filler, lambda text: encoded(text, charset, quote_plus))


def _pair(name: str, template: str, filler: Filler, write: Callable[[str], str]) -> tuple[str, str]:
    parts = tuple(
        write(part) if isinstance(part, str) else part for part in parse_template(template).parts
    )
    return write(name), filler.fill(Template(parts), write)


def encoded(value: str, charset: str, encode: Callable[..., str] = quote) -> str:
    """Raises `FlowRefusal`, `charset`, for a text that the charset cannot write."""
    try:
        return encode(value.encode(charset), safe="")
    except UnicodeEncodeError:
        raise FlowRefusal("charset", "", f"cannot be written in {charset}") from None


def _filled(text: str, filler: Filler, write: Callable[[str], str]) -> str:
    parts = tuple(
        quote(part, safe=_LITERAL_SAFE) if isinstance(part, str) else part
        for part in parse_template(text).parts
    )
    return filler.fill(Template(parts), write)


def is_charset(name: str) -> bool:
    try:
        "x".encode(name)
        # Some read only what is right, and raise whatever they are told.
        b"\xff".decode(name, "replace")
    except (LookupError, UnicodeError):
        return False
    return bool(re.fullmatch(r"[A-Za-z0-9_.:-]{1,40}", name))
