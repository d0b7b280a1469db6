"""A template as texts and placeholders: `Call {{phone | digits}}`. Pure.

A placeholder is `{{ name | filter | filter("argument") }}`; the arguments are JSON. A name may hold
anything but `|` and `}}` outside of the quotes of a path: `crm.json["result"]`, `Имя клиента`. A
JSON text in place of a name stands for itself: `{{"{{"}}` writes two braces.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from flows.json_documents import place_in, read_json
from flows.refusal import FlowRefusal

_OPEN, _CLOSE = "{{", "}}"
_FILTER = re.compile(r"([a-z_][a-z0-9_]*)\s*(?:\((.*)\))?", re.DOTALL)
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class FilterCall:
    name: str
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`written`: as in the template, for errors. `literal`: a text that stands for itself."""

    written: str
    name: str
    filters: tuple[FilterCall, ...] = ()
    literal: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """`parts`: texts and placeholders, in order."""

    parts: tuple[str | Placeholder, ...]

    @property
    def placeholders(self) -> list[Placeholder]:
        return [part for part in self.parts if isinstance(part, Placeholder)]

    @property
    def alone(self) -> Placeholder | None:
        """The placeholder, where the template is nothing else."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only if isinstance(only, Placeholder) else None


@lru_cache(maxsize=5_000)
def parse_template(text: str) -> Template:
    """Raises `FlowRefusal`, `bad-template`, with the line and column."""
    parts: list[str | Placeholder] = []
    position = 0
    while (start := text.find(_OPEN, position)) >= 0:
        if start > position:
            parts.append(text[position:start])
        if text.startswith("{{{", start):
            hint = 'write {{"{"}} before a placeholder for a brace'
            raise FlowRefusal("bad-template", place_in(text, start), hint)
        end = _end_of(text, start)
        parts.append(_placeholder(text, start, end))
        position = end + len(_CLOSE)
    if position < len(text):
        parts.append(text[position:])
    return Template(tuple(parts))


def _end_of(text: str, start: int) -> int:
    """Where the braces close that open at `start`; quoted braces do not close them."""
    for position in _outside_quotes(text, start + len(_OPEN)):
        if text.startswith(_CLOSE, position):
            return position
    end = text.find(_CLOSE, start + len(_OPEN))
    if end < 0:
        raise FlowRefusal("bad-template", place_in(text, start), "the braces are not closed")
    # A quote that nobody closes is a character of a name.
    return end


def _outside_quotes(text: str, position: int) -> Iterator[int]:
    in_quotes = False
    while position < len(text):
        char = text[position]
        if in_quotes and char == "\\":
            position += 2
            continue
        if char == '"':
            in_quotes = not in_quotes
        elif not in_quotes:
            yield position
        position += 1


def _placeholder(text: str, start: int, end: int) -> Placeholder:
    written = text[start : end + len(_CLOSE)]
    head, *filters = _pieces(text[start + len(_OPEN) : end])
    name = head.strip()
    try:
        calls = tuple(_filter_call(piece.strip()) for piece in filters)
        literal = read_json(name) if name.startswith('"') else None
    except FlowRefusal as refusal:
        raise FlowRefusal("bad-template", place_in(text, start), refusal.hint) from None
    if not name:
        raise FlowRefusal("bad-template", place_in(text, start), "the placeholder has no name")
    return Placeholder(written, name, calls, literal)


def _pieces(inner: str) -> list[str]:
    """Cut at the bars that stand outside of quotes."""
    cuts = [position for position in _outside_quotes(inner, 0) if inner[position] == "|"]
    edges = [-1, *cuts, len(inner)]
    return [inner[left + 1 : right] for left, right in pairwise(edges)]


def _filter_call(piece: str) -> FilterCall:
    match = _FILTER.fullmatch(piece)
    if match is None:
        raise FlowRefusal("bad-template", "", "a filter is a name, perhaps with (arguments)")
    return FilterCall(match[1], tuple(_arguments(match[2])) if match[2] else ())


def _arguments(text: str) -> Iterator[Any]:
    rest = text.strip()
    while rest:
        try:
            _, end = _DECODER.raw_decode(rest)
        except (ValueError, RecursionError):
            raise FlowRefusal("bad-template", "", "arguments of filters are JSON") from None
        yield read_json(rest[:end])
        rest = rest[end:].lstrip()
        if rest and (not rest.startswith(",") or not rest[1:].strip()):
            raise FlowRefusal("bad-template", "", "arguments stand between commas")
        rest = rest.removeprefix(",").lstrip()
