"""The callback service: a client asks Calltouch to call someone."""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from simulator.api.access import site_of_headers
from simulator.api.answers import api_error, data_answer, validation_error
from simulator.api.bodies import posted, text_of
from simulator.api.callback_desk import CallbackDeclined, Order
from simulator.api.state import state_here

callbacks = Blueprint("callbacks", __name__)

_MOST_FIELDS, _MOST_TAGS = 5, 10
_LONGEST_NAME, _LONGEST_TAG, _LONGEST_SESSION = 255, 100, 100
_TEXTS = ("utmSource", "utmMedium", "utmCampaign", "utmContent", "utmTerm", "callUrl")


@callbacks.post("/widget-service/v1/api/widget-request/user-form/create")
def create() -> Response:
    """The documentation names no SiteId header here, so it is optional."""
    site_id = site_of_headers(is_site_needed=False)
    body = posted()
    violations = tuple(_violations(body))
    if violations:
        return validation_error(*violations)
    state = state_here()

    def knows_session(session_id: str) -> bool:
        number = int(session_id) if session_id.isdecimal() else 0
        return state.account.visit(number, site_id) is not None

    order = Order(str(body["routeKey"]), str(body["phone"]), text_of(body, "sessionId"))
    try:
        number = state.callbacks.take(order, body, knows_session, time.monotonic())
    except CallbackDeclined as declined:
        return api_error(declined.code, str(declined))
    return data_answer({"widgetRequestId": number})


def _violations(body: Mapping[str, Any]) -> Iterator[str]:
    if not _is_name(body.get("routeKey")):
        yield "routeKey: обязателен, от 1 до 255 символов"
    if not isinstance(body.get("phone"), str):
        yield "phone: обязателен"
    yield from _of_fields(body.get("fields", []))
    tags = body.get("tags", [])
    if not isinstance(tags, list) or len(tags) > _MOST_TAGS:
        yield f"tags: массив, не больше {_MOST_TAGS}"
    elif not all(isinstance(tag, str) and len(tag) <= _LONGEST_TAG for tag in tags):
        yield f"tags: строки, не длиннее {_LONGEST_TAG} символов"
    if len(str(body.get("sessionId", ""))) > _LONGEST_SESSION:
        yield f"sessionId: не длиннее {_LONGEST_SESSION} символов"
    if "scheduleTime" in body and not _is_moment(body["scheduleTime"]):
        yield "scheduleTime: ожидается yyyy-mm-dd hh:mm:ss"
    if not isinstance(body.get("unitId", 0), int):
        yield "unitId: целое число"
    for name in _TEXTS:
        if not isinstance(body.get(name, ""), str):
            yield f"{name}: строка"


def _of_fields(fields: Any) -> Iterator[str]:
    if not isinstance(fields, list) or len(fields) > _MOST_FIELDS:
        yield f"fields: массив, не больше {_MOST_FIELDS}"
        return
    for field in fields:
        if not isinstance(field, dict) or not all(
            _is_name(field.get(key)) for key in ("name", "value")
        ):
            yield "fields: name и value от 1 до 255 символов"


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= _LONGEST_NAME


def _is_moment(value: Any) -> bool:
    try:
        datetime.strptime(str(value), "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return False
    return True
