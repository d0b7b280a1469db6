"""The answer of a flow whose text takes fields of the delivery: whole ones, as they are.

The address is public, so what is echoed must not run in a browser: it is escaped by the answer's
content type, and is plain text where that is neither HTML nor JSON.
"""

import html
import json
import re
from collections.abc import Callable
from urllib.parse import parse_qsl

from receiver.inbox.delivery import Delivery

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}|]+?)\s*\}\}")
_DELIVERY = "@delivery"
PLAIN = "text/plain; charset=utf-8"


def filled_body(template: str, delivery: Delivery, delivery_id: str, content_type: str) -> bytes:
    """A name that did not come is empty."""
    fields = {**_fields(delivery), _DELIVERY: delivery_id}
    escape = _escape(content_type)
    return _PLACEHOLDER.sub(lambda name: escape(fields.get(name[1], "")), template).encode()


def answer_type(headers: tuple[tuple[str, str], ...], *, is_static: bool) -> str:
    """The content type of the answer; of an echo only what can be escaped."""
    given = next((value for name, value in headers if name.lower() == "content-type"), PLAIN)
    if is_static or "html" in given.lower() or "json" in given.lower():
        return given
    return PLAIN


def _fields(delivery: Delivery) -> dict[str, str]:
    fields = dict(_pairs(delivery.query))
    if delivery.body.lstrip()[:1] == b"{":
        try:
            document = json.loads(delivery.body)
        except (ValueError, RecursionError):
            return fields
        return fields | {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in document.items()
        }
    return fields | dict(_pairs(delivery.body))


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    text = raw.decode("ascii", "replace")
    return parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=None)


def _escape(content_type: str) -> Callable[[str], str]:
    kind = content_type.lower()
    if "html" in kind:
        return html.escape
    if "json" in kind:
        return lambda text: json.dumps(text, ensure_ascii=False)[1:-1].replace("</", "<\\/")
    return str
