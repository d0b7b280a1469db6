"""What is written where Calltouch sends one text: docs/fold.md, rule 4."""

from collections.abc import Mapping
from typing import Any

Params = Mapping[str, Any]

# Calltouch's markers: "empty", and "the tag was there, empty". Rule 4.
MARKERS = {"null": None, "undefined": None, "": None, "<не указано>": None, "<не заполнено>": ""}


def scalar(params: Params, name: str) -> str | None:
    """The text of a parameter; None for one that is absent or empty."""
    written = params.get(name)
    if written is None:
        return None
    if isinstance(written, str):
        return MARKERS.get(written, written)
    texts = texts_in(written)
    return str(written) if texts is None else joined(texts)


def word(params: Params, name: str) -> str | None:
    """One that a rule asks for, without the blanks around it."""
    written = scalar(params, name)
    return None if written is None else written.strip()


def texts_in(written: Any) -> list[str] | None:
    """What is said where one text should be: that text, or those of a list at any depth, without
    Calltouch's markers. None: something else."""
    if isinstance(written, str):
        value = MARKERS.get(written, written)
        return [] if value is None else [value]
    if not isinstance(written, list):
        return None
    found: list[str] = []
    for element in written:
        texts = texts_in(element)
        if texts is None:
            return None
        found += texts
    return found


def joined(texts: list[str]) -> str | None:
    """As Calltouch writes several values in one text."""
    return ",".join(filter(None, texts)) or ("" if texts else None)


def each_once(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(part.strip(" ") for text in tags for part in text.split(",")))
