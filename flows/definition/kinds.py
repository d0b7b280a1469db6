"""The keys of each kind of step, and the value that a step's table becomes."""

from collections.abc import Callable, Mapping
from typing import Any

from flows.definition import keys
from flows.definition.steps import (
    AnnotationStep,
    Body,
    CallbackStep,
    ComposeStep,
    FilterStep,
    FindLeadStep,
    HttpStep,
    JsonField,
    JsonStep,
    MailStep,
    RequestStep,
    Step,
    StepFrame,
)
from flows.definition.tables import DefinitionText, Key
from flows.json_documents import written
from flows.outcomes import SuccessRules
from flows.refusal import FlowRefusal

REPEATABLE = ("GET", "HEAD", "PUT", "DELETE")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
_BODIES = ("json", "form", "xml", "text", "from")
_LEAD_TYPES = keys.one_of("call", "request", "any")
_TRAFFIC = ("source", "medium", "campaign", "content", "term")

_FRAME_KEYS: Mapping[str, Key] = {
    "kind": Key(keys.text),
    "name": Key(keys.text, ""),
    "when": Key(keys.conditions("field"), ()),
    "on_failure": Key(keys.one_of("stop", "go on"), "stop"),
}


def _url(raw: Any) -> str:
    url = keys.template("url")(raw)
    if not url.lower().startswith(("https://", "http://")):
        raise FlowRefusal("url-value", "", "write the whole address, like https://crm.example/api")
    return url


def _body(raw: Any) -> Body:
    if not isinstance(raw, Mapping) or len(raw) != 1 or next(iter(raw)) not in _BODIES:
        raise ValueError("one of body.json, body.form, body.xml, body.text and body.from")
    ((place, value),) = raw.items()
    if place == "form":
        return Body("form", pairs=keys.pairs("form")(value))
    if place == "json":
        document = value if isinstance(value, str) else written(value)
        return Body("json", keys.template("json")(document))
    return Body(place, keys.template("xml" if place == "xml" else "text")(value))


def _traffic(raw: Any) -> dict[str, str]:
    found = dict(keys.pairs("text")(raw))
    for name in found:
        if name not in _TRAFFIC:
            raise ValueError(f"a table of {', '.join(_TRAFFIC)}")
    return found


_HTTP_KEYS: Mapping[str, Key] = {
    "method": Key(keys.one_of(*_METHODS), "POST"),
    "url": Key(_url),
    "query": Key(keys.pairs("query"), ()),
    "headers": Key(keys.headers, ()),
    "body": Key(_body, None),
    "charset": Key(keys.charset, "utf-8"),
    "content_type": Key(keys.printable, ""),
    "success": Key(keys.success_masks, ("2**",)),
    "success_when": Key(keys.conditions("path"), ()),
    "not_done": Key(keys.statuses, frozenset()),
    "repeat_unknown": Key(keys.flag, None),
    "retry_after": Key(keys.path, None),
    "tries": Key(keys.whole_number(1, 100), 9),
    "give_up_after": Key(keys.duration("30d"), 86_400),
    "timeout": Key(keys.duration("120s"), 15),
    "answer_bytes": Key(keys.whole_number(0, 1 << 20), 65_536),
    "idempotency_header": Key(keys.printable, "Idempotency-Key"),
    "redirects": Key(keys.whole_number(0, 3), 0),
    "drop_empty": Key(keys.flag, False),
}


def _http(frame: StepFrame, values: dict[str, Any]) -> HttpStep:
    rules = SuccessRules(values.pop("success"), values.pop("success_when"), values.pop("not_done"))
    if values["repeat_unknown"] is None:
        values["repeat_unknown"] = values["method"] in REPEATABLE
    return HttpStep(frame, rules=rules, **values)


def _json_fields(raw: Any) -> dict[str, JsonField]:
    if not isinstance(raw, Mapping) or not raw:
        raise ValueError("a table like {phone = '[\"phone\"]'}")
    return {name: _json_field(name, value) for name, value in raw.items()}


def _json_field(name: str, raw: Any) -> JsonField:
    table = {"path": raw} if isinstance(raw, str) else raw
    if not isinstance(table, Mapping) or not {"path"} <= {*table} <= {"path", "if_absent", "many"}:
        raise ValueError(f"a path, or a table of path, if_absent and many ({name})")
    try:
        if_absent = keys.one_of("stop", "empty", "skip")(table.get("if_absent", "stop"))
        return JsonField(keys.many_path(table["path"], table.get("many")), if_absent)  # type: ignore[arg-type]
    except FlowRefusal as refusal:
        raise FlowRefusal(refusal.reason, f"{name} {refusal.at}", refusal.hint) from None


def _json(frame: StepFrame, values: dict[str, Any]) -> JsonStep:
    return JsonStep(frame, values["from"], values["fields"] or {})


_COMPOSE_KEYS: Mapping[str, Key] = {
    "as": Key(keys.one_of("json", "form", "xml", "text")),
    "value": Key(lambda raw: raw),
    "charset": Key(keys.charset, "utf-8"),
}


def _compose(frame: StepFrame, values: dict[str, Any]) -> ComposeStep:
    return ComposeStep(frame, _body({values["as"]: values["value"]}), values["charset"])


_FIND_KEYS: Mapping[str, Key] = {
    "by": Key(keys.pairs("text")),
    "lead_type": Key(_LEAD_TYPES, "any"),
    "within": Key(keys.duration("4000d"), 90 * 86_400),
    "if_absent": Key(keys.one_of("stop", "empty", "skip"), "stop"),
    "wait_for": Key(keys.duration("7d"), 0),
}
_FOUND_BY = ("request_number", "caller_phone", "email", "session_id", "lead_id")


def _find_lead(frame: StepFrame, values: dict[str, Any]) -> FindLeadStep:
    by = values["by"] or ()
    if not by or not all(name in _FOUND_BY for name, _ in by):
        raise ValueError(f"by one or more of {', '.join(_FOUND_BY)}")
    return FindLeadStep(frame, **values)


_MAIL_KEYS: Mapping[str, Key] = {
    "to": Key(keys.template("text")),
    "subject": Key(keys.template("subject")),
    "text": Key(keys.template("text"), None),
    "html": Key(keys.template("html"), None),
    "attach": Key(keys.texts, ()),
}


def _mail(frame: StepFrame, values: dict[str, Any]) -> MailStep:
    plain, html = values.pop("text"), values.pop("html")
    if (plain is None) == (html is None):
        raise ValueError("given either text or html")
    return MailStep(frame, text=plain or html, is_html=plain is None, **values)


_REQUEST_TEXTS = (
    "number", "subject", "page", "at", "session", "phone", "email", "fio", "comment", "manager",
)  # fmt: skip
_CALLBACK_TEXTS = ("route_key", "phone", "session", "at", "page", "unit")
_TEXT = Key(keys.template("text"), None)
_SITE = Key(keys.whole_number(1, 2**63 - 1), None)


def _request(frame: StepFrame, values: dict[str, Any]) -> RequestStep:
    return RequestStep(
        frame,
        site=values["site"],
        texts=_given(values, _REQUEST_TEXTS),
        source=values["source"],
        tags=values["tags"],
        if_not_found=values["if_not_found"],
    )


def _callback(frame: StepFrame, values: dict[str, Any]) -> CallbackStep:
    names = (
        "site",
        "fields",
        "source",
        "tags",
        "hours",
        "outside",
        "phone_interval",
        "give_up_after",
    )
    others = {name: values[name] for name in names}
    return CallbackStep(frame, texts=_given(values, _CALLBACK_TEXTS), **others)


def _given(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    return {name: values[name] for name in names if values[name] is not None}


_REQUEST_KEYS: Mapping[str, Key] = {
    **dict.fromkeys(_REQUEST_TEXTS, _TEXT),
    "number": Key(keys.template("text"), "{{@flow}}-{{@operation}}"),
    "site": _SITE,
    "source": Key(_traffic, {}),
    "tags": Key(keys.templates, ()),
    "if_not_found": Key(keys.one_of("unknown", "repeat"), "unknown"),
}

_CALLBACK_KEYS: Mapping[str, Key] = {
    **dict.fromkeys(_CALLBACK_TEXTS, _TEXT),
    "site": _SITE,
    "route_key": Key(keys.template("text")),
    "phone": Key(keys.template("text")),
    "fields": Key(keys.pairs("text"), ()),
    "source": Key(_traffic, {}),
    "tags": Key(keys.templates, ()),
    "hours": Key(keys.hours, "09:00-21:00"),
    "outside": Key(keys.one_of("wait", "skip"), "wait"),
    "phone_interval": Key(keys.duration("30d"), 86_400),
    "give_up_after": Key(keys.duration("7d"), 1_800),
}

_LEAD = Key(keys.template("text"), "{{lead_type}} {{lead_id}}")
_TAG_KEYS: Mapping[str, Key] = {
    "site": _SITE,
    "lead": _LEAD,
    "tags": Key(keys.templates),
    "overwrite": Key(keys.flag, False),
}
_COMMENT_KEYS: Mapping[str, Key] = {
    "site": _SITE,
    "lead": _LEAD,
    "text": Key(keys.template("text")),
}
_MANAGER_KEYS: Mapping[str, Key] = {
    "site": _SITE,
    "lead": _LEAD,
    "managers": Key(keys.templates),
    "overwrite": Key(keys.flag, False),
}


def _annotation(values_key: str) -> Callable[[StepFrame, dict[str, Any]], AnnotationStep]:
    def make(frame: StepFrame, values: dict[str, Any]) -> AnnotationStep:
        given = values[values_key]
        texts = (given,) if isinstance(given, str) else given or ()
        return AnnotationStep(
            frame, values["site"], values["lead"], texts, values.get("overwrite", False)
        )

    return make


Make = Callable[[StepFrame, dict[str, Any]], Step]

KINDS: Mapping[str, tuple[Mapping[str, Key], Make]] = {
    "http": (_HTTP_KEYS, _http),
    "json": (
        {"from": Key(keys.template("text"), "{{@body}}"), "fields": Key(_json_fields)},
        _json,
    ),
    "compose": (_COMPOSE_KEYS, _compose),
    "filter": ({}, lambda frame, values: FilterStep(frame)),
    "find_lead": (_FIND_KEYS, _find_lead),
    "mail": (_MAIL_KEYS, _mail),
    "calltouch_request": (_REQUEST_KEYS, _request),
    "calltouch_callback": (_CALLBACK_KEYS, _callback),
    "calltouch_tag": (_TAG_KEYS, _annotation("tags")),
    "calltouch_comment": (_COMMENT_KEYS, _annotation("text")),
    "calltouch_manager": (_MANAGER_KEYS, _annotation("managers")),
}
"""Of each kind: its own keys, and how a step is made of their values."""


def read_step(raw: Any, number: int, text: DefinitionText) -> Step | None:
    """`number`: from 1. None, and a problem, where it cannot be made."""
    table = f"[[steps]] {number}"
    kind = raw.get("kind") if isinstance(raw, Mapping) else None
    if not isinstance(kind, str) or kind not in KINDS:
        text.note(table, "kind", f"kind must be one of {', '.join(KINDS)}")
        return None
    own_keys, make = KINDS[kind]
    known = len(text.problems)
    values = text.read(table, raw, {**_FRAME_KEYS, **own_keys})
    frame = StepFrame(
        kind, values["name"] or f"{kind}{number}", values["when"], values["on_failure"]
    )
    if len(text.problems) > known:
        return None
    try:
        return make(frame, {name: values[name] for name in own_keys})
    except (FlowRefusal, ValueError) as problem:
        text.note(table, "", f"the step must be {problem}")
        return None
