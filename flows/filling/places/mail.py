"""A mail's subject, which is one line, and its HTML, in which a value is text."""

import html
import re

from flows.filling.filler import Filler
from flows.filling.template import parse_template

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+")


def fill_subject(text: str, filler: Filler, charset: str) -> str:
    return _BLANKS.sub(" ", filler.text(parse_template(text))).strip()


def fill_html(text: str, filler: Filler, charset: str) -> str:
    return filler.fill(parse_template(text), html.escape)
