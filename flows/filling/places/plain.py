"""Text: a value stands as it is."""

from flows.filling.filler import Filler, check_filters
from flows.filling.template import parse_template


def check(text: str) -> None:
    check_filters(parse_template(text))


def fill(text: str, filler: Filler, charset: str) -> str:
    return filler.text(parse_template(text))
