"""Which fields the form has for each table of a definition, in their order.

Every key of a definition stands here; a test compares them with those that are read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Shape = Literal[
    "line",
    "text",
    "number",
    "flag",
    "choice",
    "lines",
    "numbers",
    "pairs",
    "conditions",
    "json_fields",
    "body",
]

OPERATORS = (
    *("is", "is_not", "in", "not_in", "contains", "starts_with", "ends_with", "like"),
    *("at_least", "at_most", "present", "absent"),
)
LISTS = ("in", "not_in")
PRESENCE = ("present", "absent")
IF_ABSENT = ("stop", "empty", "skip")
BODIES = ("json", "form", "xml", "text", "from")


@dataclass(frozen=True, slots=True)
class FieldLayout:
    """`choices`: of a choice; it may also be left to its default. `is_rare`: folded away until it
    holds something. `takes_placeholders`: a sample's field may be put into it."""

    key: str
    shape: Shape = "line"
    choices: tuple[str, ...] = ()
    is_rare: bool = False
    takes_placeholders: bool = False
    subject: str = "field"


def _templates(*keys: str, is_rare: bool = False) -> tuple[FieldLayout, ...]:
    return tuple(FieldLayout(key, is_rare=is_rare, takes_placeholders=True) for key in keys)


def _rare(shape: Shape, *keys: str, choices: tuple[str, ...] = ()) -> tuple[FieldLayout, ...]:
    return tuple(FieldLayout(key, shape, choices, is_rare=True) for key in keys)


_LEAD_TYPES = ("call", "request", "any")
_TAGS = FieldLayout("tags", "lines", takes_placeholders=True)
_TRAFFIC = FieldLayout("source", "pairs", takes_placeholders=True)
_SITE = FieldLayout("site", "number", is_rare=True)
_LEAD = FieldLayout("lead", takes_placeholders=True)

TOP: tuple[FieldLayout, ...] = (FieldLayout("title"),)

SOURCES: Mapping[str, tuple[FieldLayout, ...]] = {
    "http": (
        FieldLayout("methods", "lines"),
        *_templates("key"),
        FieldLayout("required", "lines"),
        FieldLayout("when", "conditions"),
        *_templates("order_by", is_rare=True),
        *_rare("choice", "after_failure", choices=("go on", "hold")),
        *_rare("flag", "latest_only"),
        *_rare("number", "key_days"),
        *_rare("choice", "unexpanded", choices=("absent", "keep")),
        *_rare("line", "charset"),
        *_rare("number", "max_body_bytes", "per_minute"),
        *_rare("lines", "networks"),
        *_rare("line", "max_age"),
    ),
    "lead": (
        FieldLayout("lead_type", "choice", _LEAD_TYPES),
        FieldLayout("when", "conditions"),
        FieldLayout("fire", "choice", ("once", "changes")),
        FieldLayout("wait"),
        FieldLayout("recheck", "flag"),
        FieldLayout("unless", "choice", ("reached",)),
        FieldLayout("hours"),
        *_rare("lines", "fields"),
        *_rare("number", "model"),
        *_rare("numbers", "sites"),
        *_rare("flag", "own", "recordings", "latest_only"),
        *_rare("line", "max_age"),
        *_rare("choice", "after_failure", choices=("go on", "hold")),
    ),
}

ANSWER: tuple[FieldLayout, ...] = (
    FieldLayout("status", "number"),
    FieldLayout("reason"),
    FieldLayout("headers", "pairs"),
    FieldLayout("body", "text", takes_placeholders=True),
)

_FRAME = (
    FieldLayout("name"),
    FieldLayout("when", "conditions", is_rare=True),
    *_rare("choice", "on_failure", choices=("stop", "go on")),
)
_FILTER_FRAME = (FieldLayout("when", "conditions"), FieldLayout("name", is_rare=True), _FRAME[2])

_HTTP = (
    FieldLayout("method", "choice", ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")),
    *_templates("url"),
    FieldLayout("headers", "pairs", takes_placeholders=True),
    FieldLayout("query", "pairs", takes_placeholders=True),
    FieldLayout("body", "body", takes_placeholders=True),
    FieldLayout("success", "lines"),
    FieldLayout("success_when", "conditions", subject="path"),
    *_rare("choice", "repeat_unknown", choices=("true", "false")),
    *_rare("numbers", "not_done"),
    *_rare("line", "retry_after"),
    *_rare("number", "tries"),
    *_rare("line", "give_up_after", "timeout", "charset", "content_type"),
    *_rare("line", "idempotency_header"),
    *_rare("number", "answer_bytes", "redirects"),
    *_rare("flag", "drop_empty"),
)
_REQUEST = (
    *_templates("number", "subject", "phone", "email", "fio"),
    FieldLayout("comment", "text", takes_placeholders=True),
    *_templates("session"),
    _TAGS,
    _TRAFFIC,
    *_templates("page", "at", "manager", is_rare=True),
    _SITE,
    *_rare("choice", "if_not_found", choices=("unknown", "repeat")),
)
_CALLBACK = (
    *_templates("route_key", "phone", "session"),
    FieldLayout("hours"),
    FieldLayout("outside", "choice", ("wait", "skip")),
    _TAGS,
    FieldLayout("fields", "pairs", takes_placeholders=True, is_rare=True),
    FieldLayout("source", "pairs", takes_placeholders=True, is_rare=True),
    *_templates("at", "page", "unit", is_rare=True),
    _SITE,
    *_rare("line", "phone_interval", "give_up_after"),
)
_MAIL = (
    *_templates("to", "subject"),
    FieldLayout("text", "text", takes_placeholders=True),
    FieldLayout("html", "text", takes_placeholders=True, is_rare=True),
    *_rare("lines", "attach"),
)
_FIND_LEAD = (
    FieldLayout("by", "pairs", takes_placeholders=True),
    FieldLayout("lead_type", "choice", _LEAD_TYPES),
    FieldLayout("within"),
    FieldLayout("wait_for"),
    FieldLayout("if_absent", "choice", IF_ABSENT),
)
_OVERWRITE = FieldLayout("overwrite", "flag", is_rare=True)

STEPS: Mapping[str, tuple[FieldLayout, ...]] = {
    "http": (*_FRAME[:1], *_HTTP, *_FRAME[1:]),
    "json": (
        *_FRAME[:1],
        *_templates("from"),
        FieldLayout("fields", "json_fields"),
        *_FRAME[1:],
    ),
    "compose": (
        *_FRAME[:1],
        FieldLayout("value", "body", takes_placeholders=True),
        *_rare("line", "charset"),
        *_FRAME[1:],
    ),
    "filter": _FILTER_FRAME,
    "find_lead": (*_FRAME[:1], *_FIND_LEAD, *_FRAME[1:]),
    "mail": (*_FRAME[:1], *_MAIL, *_FRAME[1:]),
    "calltouch_request": (*_FRAME[:1], *_REQUEST, *_FRAME[1:]),
    "calltouch_callback": (*_FRAME[:1], *_CALLBACK, *_FRAME[1:]),
    "calltouch_tag": (*_FRAME[:1], _LEAD, _TAGS, _OVERWRITE, _SITE, *_FRAME[1:]),
    "calltouch_comment": (
        *_FRAME[:1],
        _LEAD,
        FieldLayout("text", "text", takes_placeholders=True),
        _SITE,
        *_FRAME[1:],
    ),
    "calltouch_manager": (
        *_FRAME[:1],
        _LEAD,
        FieldLayout("managers", "lines", takes_placeholders=True),
        _OVERWRITE,
        _SITE,
        *_FRAME[1:],
    ),
}
