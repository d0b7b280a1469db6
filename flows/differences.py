"""Two web requests, part by part: the method, the address, names of the query, headers, and of a
body its JSON paths or the names of its form. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flows.filling.filters import plain_text
from flows.json_documents import read_json, written
from flows.refusal import FlowRefusal
from outgoing.sending import WebRequest

Parts = dict[str, str]
MOST_PARTS = 2_000


def parts_of_request(request: WebRequest) -> Parts:
    url = urlsplit(request.url)
    parts = {"method": request.method, "url": url._replace(query="").geturl()}
    parts |= _named("query ", parse_qsl(url.query, keep_blank_values=True))
    parts |= {f"header {name.lower()}": value for name, value in request.headers}
    return parts | _body_parts(request)


def different_parts(before: Parts, after: Parts) -> dict[str, tuple[str | None, str | None]]:
    """By part, what it was and what it is; None where it is not there."""
    names = [*before, *(name for name in after if name not in before)]
    return {
        name: (before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    }


def json_leaves(document: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each value that holds no other, by its path: `requests[0].phoneNumber`."""
    if isinstance(document, dict) and document:
        for name, value in document.items():
            inner = f"{path}.{name}" if name.isidentifier() and path else name
            if not name.isidentifier():
                inner = f'{path}["{name}"]'
            yield from json_leaves(value, inner)
    elif isinstance(document, list) and document:
        for number, value in enumerate(document):
            yield from json_leaves(value, f"{path}[{number}]")
    else:
        yield path, _leaf(document)


def _leaf(value: Any) -> str:
    """The number 1 and the text 1 are not the same to the one who reads them."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool | dict | list):
        return written(value)
    return f"number {plain_text(value)}"


def _body_parts(request: WebRequest) -> Parts:
    if not request.body:
        return {}
    text = request.body.decode("utf-8", "replace")
    headers = {name.lower(): value.lower() for name, value in request.headers}
    if "x-www-form-urlencoded" in headers.get("content-type", ""):
        return _named("form ", parse_qsl(text, keep_blank_values=True))
    try:
        document = read_json(request.body)
    except FlowRefusal:
        return {"body": text}
    parts: Parts = {}
    for path, value in json_leaves(document):
        if len(parts) >= MOST_PARTS:
            return {"body": text}
        parts[path or "body"] = value
    return parts


def _named(kind: str, pairs: list[tuple[str, str]]) -> Parts:
    """A name that comes twice has all its values."""
    values = defaultdict(list)
    for name, value in pairs:
        values[name].append(value)
    return {f"{kind}{name}": ", ".join(found) for name, found in values.items()}
