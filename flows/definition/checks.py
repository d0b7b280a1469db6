"""What no key alone can say: names that clash, secrets where they do not belong, a step that could
do something twice."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from flows.conditions import Condition, FieldComparison
from flows.definition.flow import Flow, LeadSource
from flows.definition.steps import Body, CallbackStep, FilterStep, HttpStep, RequestStep, Step
from flows.definition.tables import DefinitionText
from flows.filling.lookup import SECRET
from flows.filling.template import parse_template
from flows.refusal import FlowRefusal

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_STEP_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_CREATE_REQUESTS = "/lead-service/v1/api/request/create"
_KEYS_OF_SERVICES = (
    (re.compile(r"bot\d{5,}:[\w-]{20,}"), "a bot's token"),
    (re.compile(r"/rest/\d+/(?!\{\{)[\w]{8,}/"), "a webhook's token"),
)
_SECRET_HEADERS = ("authorization", "access-token", "x-api-key", "api-key", "x-auth-token")
_WITH_SECRETS = {"HttpStep": ("url", "query", "headers", "body"), "CallbackStep": ("texts",)}


def check_flow(flow: Flow, text: DefinitionText) -> None:
    """Adds to the problems of the text."""
    if not flow.steps:
        text.note("[source]", "", "add a step: a flow without [[steps]] does nothing")
    for number, step in enumerate(flow.steps, start=1):
        table = f"[[steps]] {number}"
        _check_name(step, flow.steps[: number - 1], table, text)
        _check_secrets(step, table, text)
        if isinstance(step, HttpStep):
            _check_http(step, table, text)
        if isinstance(step, RequestStep | CallbackStep) and step.frame.on_failure == "go on":
            text.note(table, "on_failure", f'{step.frame.kind} takes no on_failure = "go on"')
        if isinstance(step, FilterStep) and not step.frame.when:
            text.note(table, "", "a filter needs when: without it everything passes")
        if isinstance(step, CallbackStep):
            _check_callback(flow, table, text)


def _check_name(step: Step, before: tuple[Step, ...], table: str, text: DefinitionText) -> None:
    name = step.frame.name
    if not _STEP_NAME.fullmatch(name) or f"{name}." == SECRET:
        text.note(table, "name", f"name must be letters, digits, - and _, and not secret: {name}")
    if any(other.frame.name == name for other in before):
        text.note(table, "name", f"another step is called {name} already")


def _check_callback(flow: Flow, table: str, text: DefinitionText) -> None:
    """Our own callbacks come back as calls: they must not cause the next one."""
    if not isinstance(flow.source, LeadSource) or any(
        _excludes_callbacks(condition) for condition in flow.source.when
    ):
        return
    fix = "{field = 'is_callback', is = false}"
    text.note(table, "", f"callbacks come back as calls: add {fix} to when of [source]")


def _excludes_callbacks(condition: Condition) -> bool:
    if not isinstance(condition, FieldComparison) or condition.subject != "is_callback":
        return False
    return (condition.operator, condition.operand) in (("is", "false"), ("is_not", "true"))


def _check_http(step: HttpStep, table: str, text: DefinitionText) -> None:
    if _CREATE_REQUESTS in step.url:
        why = "status 200 with imported: false is a failure that success codes cannot see"
        text.note(table, "url", f"use kind = calltouch_request instead: {why}", "warning")
    if not step.repeat_unknown and not step.rules.conditions:
        why = (
            f"a {step.method} whose outcome is unknown waits for a person; where the service tells "
            "doubles apart (ORIGIN_ID, Idempotency-Key), set repeat_unknown = true"
        )
        text.note(table, "method", why, "note")
    if step.redirects and (step.method not in ("GET", "HEAD") or step.body is not None):
        text.note(table, "redirects", "redirects are followed for GET and HEAD without a body only")
    for name, value in step.headers:
        if name.lower() in _SECRET_HEADERS and not parse_template(value).placeholders:
            fix = f'{name} = "{{{{secret.name}}}}" and a line in [secrets] of calltouch.toml'
            text.note(table, "headers", f"a secret stands in the file: write {fix}", "warning")
    for pattern, what in _KEYS_OF_SERVICES:
        if pattern.search(step.url):
            text.note(table, "url", f"{what} stands in the file: use {{{{secret.…}}}}", "warning")


def _check_secrets(step: Step, table: str, text: DefinitionText) -> None:
    allowed = _WITH_SECRETS.get(type(step).__name__, ())
    for field in fields(step):
        if field.name in allowed:
            continue
        for template in _texts(getattr(step, field.name)):
            for name in _secrets_in(template):
                where = "url, query, headers and body of http, and in route_key"
                text.note(table, "", f"{name} may stand in {where} alone")


def _secrets_in(template: str) -> list[str]:
    try:
        placeholders = parse_template(template).placeholders
    except FlowRefusal:
        return []
    return [part.written for part in placeholders if part.name.startswith(SECRET)]


def _texts(value: Any) -> Iterator[str]:
    """All texts inside of a value of a definition."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Body):
        yield value.text
        yield from _texts(value.pairs)
    elif isinstance(value, Mapping):
        yield from _texts(tuple(value.values()))
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
