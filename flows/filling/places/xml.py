"""XML: a value is text, in an element or in an attribute."""

import re
from xml.etree import ElementTree

from flows.filling.filler import Filler, check_filters
from flows.filling.template import parse_template
from flows.refusal import FlowRefusal

_ESCAPED = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&apos;",
    # Parsers make blanks of these in attributes, and a line end of a carriage return.
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
}
_SPECIAL = re.compile("|".join(map(re.escape, _ESCAPED)))
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_VERBATIM = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>]*>", re.DOTALL)


def check(text: str) -> None:
    template = parse_template(text)
    check_filters(template)
    for region in _VERBATIM.findall(text):
        for placeholder in parse_template(region).placeholders:
            hint = "XML does not read it as text there: put it into an element or an attribute"
            raise FlowRefusal("bad-template", placeholder.written, hint)
    filled = "".join(part if isinstance(part, str) else "x" for part in template.parts)
    try:
        ElementTree.fromstring(filled)
    except ElementTree.ParseError as error:
        line, column = error.position
        at = f"line {line}, column {column + 1}"
        raise FlowRefusal("bad-template", at, "not well-formed XML") from None


def fill(text: str, filler: Filler, charset: str) -> str:
    return filler.fill(parse_template(text), escaped)


def escaped(value: str) -> str:
    value = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", value)
    return _SPECIAL.sub(lambda special: _ESCAPED[special[0]], value)
