"""Calltouch's steps: what each plans to send. Pure.

What does not fit is refused here, before anything is sent, with the field that it is about.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from flows.definition.steps import AnnotationStep, CallbackStep, RequestStep
from flows.filling.dates import reformat_date
from flows.filling.filler import Filler
from flows.filling.template import parse_template
from flows.json_documents import written
from flows.refusal import FlowRefusal
from receiver.calltouch_api.bodies import (
    Body,
    CallbackOrder,
    LeadComment,
    LeadId,
    LeadManagers,
    LeadTags,
    NewRequest,
    TrafficSource,
    comments_body,
    managers_body,
    requests_body,
    tags_body,
)
from receiver.calltouch_api.methods import CALLBACK, COMMENT, CREATE, MANAGER, TAG
from receiver.calltouch_api.validation import InvalidValue

Item = NewRequest | CallbackOrder | LeadTags | LeadComment | LeadManagers
T = TypeVar("T")

_LEAD = re.compile(r"(call|request)\s+([1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class PlannedPost:
    """What goes to Calltouch. `body`: as JSON."""

    item: Item
    path: str
    body: bytes


def planned_post(item: Item) -> PlannedPost:
    """Raises `FlowRefusal` for a value that Calltouch would not take."""
    path, body = _body(item)
    return PlannedPost(item, path, written(body).encode())


def request_item(step: RequestStep, filler: Filler) -> NewRequest:
    texts = _filled(step.texts, filler)
    if not texts.get("number", "").strip():
        raise FlowRefusal("missing-field", "number", "a request needs its own number")
    moment = texts.pop("at", "")
    session = texts.pop("session", None)
    return NewRequest(
        **texts,
        session_id=session,
        at=_moment(moment, filler),
        tags=_texts(step.tags, filler),
        source=_traffic(step.source, filler),
    )


def callback_item(step: CallbackStep, filler: Filler) -> CallbackOrder:
    texts = _filled(step.texts, filler)
    pairs = ((name, _text(value, filler).strip()) for name, value in step.fields)
    return CallbackOrder(
        route_key=texts["route_key"],
        phone=texts["phone"],
        fields=tuple((name, value) for name, value in pairs if value),
        session_id=texts.get("session"),
        at=_moment(texts.get("at", ""), filler),
        source=_traffic(step.source, filler),
        page=texts.get("page"),
        tags=_texts(step.tags, filler),
        unit_id=_unit(texts.get("unit", "")),
    )


def annotation_item(step: AnnotationStep, filler: Filler) -> LeadTags | LeadComment | LeadManagers:
    match = _LEAD.fullmatch(_text(step.lead, filler).strip())
    if match is None:
        raise FlowRefusal("bad-lead", "lead", "write it like call 4242 or request 4242")
    lead = LeadId("call" if match[1] == "call" else "request", int(match[2]))
    if step.frame.kind == "calltouch_comment":
        return LeadComment(lead, _text(step.values[0], filler))
    values = _texts(step.values, filler)
    if step.frame.kind == "calltouch_manager":
        return LeadManagers(lead, values, step.overwrite)
    return LeadTags(lead, values, step.overwrite)


def _body(item: Item) -> tuple[str, Body]:
    try:
        match item:
            case NewRequest():
                return CREATE, requests_body([item])
            case CallbackOrder():
                return CALLBACK, item.body()
            case LeadTags():
                return TAG, tags_body([item])
            case LeadComment():
                return COMMENT, comments_body([item])
            case LeadManagers():
                return MANAGER, managers_body([item])
    except InvalidValue as invalid:
        # Its text quotes the value.
        raise FlowRefusal(invalid.reason, invalid.field) from None


def _text(template: str, filler: Filler) -> str:
    return filler.text(parse_template(template))


def _filled(templates: Mapping[str, str], filler: Filler) -> dict[str, str]:
    return {name: _text(template, filler) for name, template in templates.items()}


def _texts(templates: tuple[str, ...], filler: Filler) -> tuple[str, ...]:
    """Without those that are empty."""
    return tuple(text for text in (_text(item, filler).strip() for item in templates) if text)


def _traffic(templates: Mapping[str, str], filler: Filler) -> TrafficSource:
    return TrafficSource(**_filled(templates, filler))


def _moment(text: str, filler: Filler) -> str | None:
    """In Calltouch's local time, of a moment in any of the usual spellings."""
    if not text.strip():
        return None
    return _at("at", lambda: reformat_date(text.strip(), filler.settings.zone, "callback"))


def _unit(text: str) -> int | None:
    if not text.strip():
        return None
    if not re.fullmatch(r"[0-9]{1,18}", text.strip()):
        raise FlowRefusal("not-a-number", "unit")
    return int(text)


def _at(name: str, make: Callable[[], T]) -> T:
    try:
        return make()
    except FlowRefusal as refusal:
        raise FlowRefusal(refusal.reason, name, refusal.hint) from None
