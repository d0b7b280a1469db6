"""The keys of the sources: an address that takes web requests, and leads that change."""

from collections.abc import Mapping
from typing import Any, Literal

from flows.definition import keys
from flows.definition.flow import HttpSource, LeadSource, SourceAnswer
from flows.definition.tables import DefinitionText, Key
from flows.filling.lookup import SECRET
from flows.filling.template import parse_template
from flows.refusal import FlowRefusal

TABLE, ANSWER_TABLE = "[source]", "[source.answer]"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_SEE_OTHER = 303
_DELIVERY = "@delivery"
_OWN_HEADERS = ("content-length", "transfer-encoding", "connection", "set-cookie")


def _answer_status(raw: Any) -> int:
    if not isinstance(raw, int) or not (200 <= raw < 300 or 400 <= raw < 600 or raw == _SEE_OTHER):
        raise ValueError("a status from 200 to 299 or from 400 to 599, or 303")
    return raw


def _answer_headers(raw: Any) -> tuple[tuple[str, str], ...]:
    found = keys.headers(raw)
    for name, value in found:
        if parse_template(value).placeholders:
            raise FlowRefusal("bad-template", name, "headers of the answer hold no placeholders")
        if name.lower() in _OWN_HEADERS:
            raise ValueError(f"headers without {name}, which the server sets itself")
    return found


def _answer_body(raw: Any) -> str:
    """Whole field names alone: the worker that answers looks into nothing."""
    written = keys.text(raw)
    for placeholder in parse_template(written).placeholders:
        is_ours = placeholder.name.startswith((SECRET, "@")) and placeholder.name != _DELIVERY
        if placeholder.filters or is_ours:
            hint = "an answer takes whole fields of the delivery and {{@delivery}}, as they are"
            raise FlowRefusal("bad-template", placeholder.written, hint)
    return written


_ANSWER_KEYS: Mapping[str, Key] = {
    "status": Key(_answer_status, 200),
    "reason": Key(keys.printable, ""),
    "headers": Key(_answer_headers, ()),
    "body": Key(_answer_body, "OK"),
}

_HTTP_KEYS: Mapping[str, Key] = {
    "kind": Key(keys.text),
    "methods": Key(keys.some_of(*METHODS), ("GET", "POST")),
    "key": Key(keys.template("text"), ""),
    "key_days": Key(keys.whole_number(1, 400), 30),
    "order_by": Key(keys.template("text"), ""),
    "after_failure": Key(keys.one_of("go on", "hold"), "go on"),
    "latest_only": Key(keys.flag, False),
    "required": Key(keys.texts, ()),
    "when": Key(keys.conditions("field"), ()),
    "unexpanded": Key(keys.one_of("absent", "keep"), "absent"),
    "charset": Key(keys.charset, "utf-8"),
    "max_body_bytes": Key(keys.whole_number(0, 16 << 20), 1 << 20),
    "per_minute": Key(keys.whole_number(1, 1_000_000), 600),
    "networks": Key(keys.networks, ()),
    "max_age": Key(keys.duration("400d"), 86_400),
    "answer": Key(lambda raw: raw, {}),
}


def _unless(raw: Any) -> Literal["reached"] | tuple[Any, ...]:
    return "reached" if raw == "reached" else keys.conditions("field")(raw)


_LEAD_KEYS: Mapping[str, Key] = {
    "kind": Key(keys.text),
    "lead_type": Key(keys.one_of("call", "request", "any"), "any"),
    "when": Key(keys.conditions("field"), ()),
    "fire": Key(keys.one_of("once", "changes"), "once"),
    "fields": Key(keys.texts, ()),
    "wait": Key(keys.duration("7d"), 0),
    "recheck": Key(keys.flag, False),
    "unless": Key(_unless, None),
    "model": Key(keys.whole_number(0, 1), 1),
    "hours": Key(keys.hours, ""),
    "sites": Key(keys.site_ids, ()),
    "own": Key(keys.flag, False),
    "recordings": Key(keys.flag, False),
    "max_age": Key(keys.duration("400d"), 86_400),
    "after_failure": Key(keys.one_of("go on", "hold"), "go on"),
    "latest_only": Key(keys.flag, False),
}


def read_source(raw: Any, text: DefinitionText) -> HttpSource | LeadSource | None:
    """None where it cannot be told which source it is."""
    if not isinstance(raw, Mapping):
        text.note(TABLE, "", 'the table [source] is missing: begin with kind = "http" or "lead"')
        return None
    match raw.get("kind"):
        case "http":
            return _http_source(raw, text)
        case "lead":
            return _lead_source(raw, text)
        case _:
            text.note(TABLE, "kind", 'kind must be "http" or "lead"')
            return None


def _http_source(raw: Mapping[str, Any], text: DefinitionText) -> HttpSource:
    values = text.read(TABLE, raw, _HTTP_KEYS)
    del values["kind"]
    answer = values.pop("answer")
    if not isinstance(answer, Mapping):
        text.note(TABLE, "answer", "answer must be a table")
        answer = {}
    source_answer = SourceAnswer(**text.read(ANSWER_TABLE, answer, _ANSWER_KEYS))
    names = [name.lower() for name, _ in source_answer.headers]
    if (source_answer.status == _SEE_OTHER) != ("location" in names):
        text.note(ANSWER_TABLE, "status", "status 303 and a header Location go together")
    for key in ("latest_only", "after_failure"):
        if key in raw and not values["order_by"]:
            text.note(TABLE, key, f"{key} needs order_by, which says what belongs together")
    return HttpSource(answer=source_answer, **values)


def _lead_source(raw: Mapping[str, Any], text: DefinitionText) -> LeadSource:
    values = text.read(TABLE, raw, _LEAD_KEYS)
    del values["kind"]
    if values["fields"] and values["fire"] == "once":
        text.note(TABLE, "fields", 'fields are for fire = "changes"')
    return LeadSource(**values)
