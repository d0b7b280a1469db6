"""How a flow answers: a fixed text, or one that takes whole fields of the delivery.

The address is public, so what is echoed must not run in a browser: it is escaped by the answer's
content type, and is plain text where that is neither HTML nor JSON. Only an answer that takes
fields has the delivery decoded.
"""

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote_to_bytes

from receiver.decode import multipart
from receiver.decode.charset import BOM, best_text
from receiver.inbox.delivery import Delivery
from receiver.server.async_app import PlainAnswer

PLAIN = "text/plain; charset=utf-8"
_DELIVERY = "@delivery"
_HTML = ("text/html", "application/xhtml+xml")
_WITHOUT_BODY = (204, 205)
# A browser must not guess another type, and a cache must not answer in our place. The address
# holds the key: no link in an answer may pass it on.
_OWN_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
)
_REPLACED = {"content-type", *(name.lower() for name, _ in _OWN_HEADERS)}
# Numbers keep the digits that they were written with.
_JSON = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)
_BAD_CHARACTERS = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """A text as it is, or the name of a field."""

    text: str
    is_field: bool


@dataclass(frozen=True)
class FlowAnswer:
    """`charset`: of forms that are not UTF-8."""

    status: int
    reason: str
    given_headers: tuple[tuple[str, str], ...]
    parts: tuple[AnswerPart, ...]
    charset: str

    @cached_property
    def fixed(self) -> PlainAnswer | None:
        """The answer, where it takes nothing from the delivery."""
        if self._names:
            return None
        return self._with("".join(part.text for part in self.parts).encode())

    @cached_property
    def headers(self) -> tuple[tuple[str, str], ...]:
        others = (pair for pair in self.given_headers if pair[0].lower() not in _REPLACED)
        return (("Content-Type", self._content_type), *others, *_OWN_HEADERS)

    def filled(self, delivery: Delivery, delivery_id: str) -> PlainAnswer:
        """A field that did not come is empty."""
        fields = {**_fields(delivery, self.charset, self._names), _DELIVERY: delivery_id}
        escape = _escape(_media_type(self._content_type))
        texts = [
            escape(fields.get(part.text, "")) if part.is_field else part.text for part in self.parts
        ]
        return self._with("".join(texts).encode())

    def _with(self, body: bytes) -> PlainAnswer:
        sent = b"" if self.status in _WITHOUT_BODY else body
        return PlainAnswer(self.status, sent, self.headers, self.reason)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(part.text for part in self.parts if part.is_field)

    @cached_property
    def _content_type(self) -> str:
        """Texts are sent as UTF-8, and say so: a browser that had to guess could be led to read
        escaped characters as others."""
        names = [value for name, value in self.given_headers if name.lower() == "content-type"]
        given = names[-1] if names else PLAIN
        media = _media_type(given)
        if self._names and not (media in _HTML or _is_json(media)):
            return PLAIN
        return f"{media}; charset=utf-8" if media.startswith("text/") else given


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _is_json(media: str) -> bool:
    return media in ("application/json", "text/json") or media.endswith("+json")


def _escape(media: str) -> Callable[[str], str]:
    if media in _HTML:
        return html.escape
    if _is_json(media):
        return lambda text: json.dumps(text, ensure_ascii=False)[1:-1].replace("</", "<\\/")
    return str


def _fields(delivery: Delivery, charset: str, names: frozenset[str]) -> dict[str, str]:
    """The texts of these fields. Of the query and the body, which wins; of values with the same
    name the last. Nothing that came makes it raise."""
    pairs = [*_pairs(delivery.query, charset), *_body_pairs(delivery, charset)]
    return {
        name: _BAD_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", value)
        for name, value in pairs
        if name in names
    }


def _body_pairs(delivery: Delivery, charset: str) -> Iterator[tuple[str, str]]:
    body, content_type = delivery.body, delivery.content_type
    if multipart.is_multipart(body, content_type):
        return multipart.fields(body, content_type, {})
    is_json = "json" in content_type.lower() or body.lstrip()[:1] in (b"{", b"[")
    if is_json and "x-www-form-urlencoded" not in content_type.lower():
        return _members(best_text(body)[0].lstrip(BOM))
    return _pairs(body.strip(b"\r\n"), charset)


def _members(text: str) -> Iterator[tuple[str, str]]:
    try:
        document = _JSON.decode(text)
        if isinstance(document, dict):
            whole = json.loads(text, strict=False)
            for name, value in document.items():
                yield name, value if isinstance(value, str) else _text_of(whole[name])
    except (ValueError, RecursionError):
        return


def _text_of(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pairs(raw: bytes, charset: str) -> Iterator[tuple[str, str]]:
    for chunk in raw.split(b"&"):
        name, _, value = chunk.partition(b"=")
        yield _unquoted(name, charset), _unquoted(value, charset)


def _unquoted(encoded: bytes, charset: str) -> str:
    raw = unquote_to_bytes(encoded.replace(b"+", b" "))
    try:
        return raw.decode()
    except UnicodeDecodeError:
        is_utf8 = charset.lower().replace("-", "") == "utf8"
        return best_text(raw)[0] if is_utf8 else raw.decode(charset, "replace")
