"""A header's value: printable ASCII on one line, trimmed."""

import re

from flows.filling.filler import Filler, check_filters
from flows.filling.template import parse_template
from flows.refusal import FlowRefusal

_FIT = re.compile(r"[\x20-\x7e\t]*")
_HINT = "a header holds printable ASCII alone: use urlencode or base64"


def check(text: str) -> None:
    template = parse_template(text)
    check_filters(template)
    for part in template.parts:
        if isinstance(part, str):
            _fitting(part)


def fill(text: str, filler: Filler, charset: str) -> str:
    template = parse_template(text)
    for part in template.parts:
        if isinstance(part, str):
            _fitting(part)
    return filler.fill(template, lambda value: _fitting(value.strip())).strip()


def _fitting(value: str) -> str:
    # A tab is a control character too, though the standard allows it inside of a value.
    if "\t" in value or not _FIT.fullmatch(value):
        raise FlowRefusal("header-value", "", _HINT)
    return value
