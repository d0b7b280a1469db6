"""An HTTP step: the web request it plans, and what its answer gives. Pure.

Secrets are filled last: what is stored is the request with `{{secret.crm}}` in their places.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flows.definition.steps import HttpStep
from flows.filling.filler import Filler
from flows.filling.places import PLACES
from flows.filling.places.query import query_pair
from flows.json_documents import read_json, written
from flows.refusal import FlowRefusal
from flows.steps.computing import body_text
from outgoing.sending import WebAnswer, WebRequest
from receiver.decode.charset import best_text

_CONTENT_TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "xml": "application/xml",
    "text": "text/plain",
    "from": "text/plain",
}


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """`shown`: the same as people may see it, without secrets; `secret_headers`: those that hold
    one."""

    request: WebRequest
    shown: str
    secret_headers: frozenset[str]

    @property
    def host(self) -> str:
        return urlsplit(self.request.url).hostname or ""


def plan_request(
    step: HttpStep, filler: Filler, hidden: Filler, idempotency_key: str
) -> PlannedRequest:
    """`hidden`: the same fields, with secrets kept hidden. Raises `FlowRefusal`."""
    request = _filled(step, filler, idempotency_key)
    safe = _filled(step, hidden, idempotency_key)
    secret_headers = frozenset(name for name, _ in {*request.headers} - {*safe.headers})
    return PlannedRequest(request, _shown(safe, step.charset), secret_headers)


def _filled(step: HttpStep, filler: Filler, idempotency_key: str) -> WebRequest:
    body = _body(step, filler)
    return WebRequest(
        step.method,
        _url(step, filler),
        _headers(step, filler, body, idempotency_key),
        body,
        float(step.timeout),
        step.answer_bytes,
    )


def _url(step: HttpStep, filler: Filler) -> str:
    url = PLACES["url"].fill(step.url, filler, step.charset)
    pairs = [
        "=".join(query_pair(name, template, filler, step.charset)) for name, template in step.query
    ]
    return url + (("&" if "?" in url else "?") + "&".join(pairs) if pairs else "")


def _body(step: HttpStep, filler: Filler) -> bytes:
    if step.body is None:
        return b""
    text = body_text(step.body, filler, step.charset, drops_empty=step.drop_empty)
    if step.body.place == "json" and step.drop_empty:
        text = written(_without_empty(read_json(text)))
    try:
        return text.encode(step.charset)
    except UnicodeEncodeError:
        raise FlowRefusal("charset", "body", f"cannot be written in {step.charset}") from None


def _without_empty(document: Any) -> Any:
    if isinstance(document, dict):
        kept = {name: _without_empty(value) for name, value in document.items()}
        return {name: value for name, value in kept.items() if value not in (None, "", {}, [])}
    if isinstance(document, list):
        return [_without_empty(value) for value in document]
    return document


def _headers(
    step: HttpStep, filler: Filler, body: bytes, idempotency_key: str
) -> tuple[tuple[str, str], ...]:
    headers = [
        (name, PLACES["header"].fill(value, filler, step.charset)) for name, value in step.headers
    ]
    names = {name.lower() for name, _ in headers}
    if step.body is not None and "content-type" not in names:
        content_type = step.content_type or _CONTENT_TYPES[step.body.place]
        charset = "" if "charset=" in content_type.lower() else f"; charset={step.charset}"
        is_text = step.body.place != "json" or step.charset != "utf-8"
        headers.append(("Content-Type", content_type + (charset if is_text else "")))
    if body and step.idempotency_header and step.idempotency_header.lower() not in names:
        headers.append((step.idempotency_header, idempotency_key))
    return tuple(headers)


def _shown(request: WebRequest, charset: str) -> str:
    head = "\n".join(f"{name}: {value}" for name, value in request.headers)
    body = request.body.decode(charset, "replace")
    return f"{request.method} {request.url}\n{head}\n\n{body}"


def answer_values(answer: WebAnswer) -> dict[str, Any]:
    """`{{crm.status}}`, `{{crm.header.location}}`, `{{crm.body}}`, `{{crm.json["result"]}}`."""
    values: dict[str, Any] = {
        "status": answer.status,
        "header": dict(reversed(answer.headers)),
        "body": best_text(answer.body)[0],
    }
    with suppress(FlowRefusal):
        values["json"] = read_json(answer.body)
    return values
