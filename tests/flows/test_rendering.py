"""What a flow would send to Calltouch is shown as it would go, and compared by its JSON paths."""

import json
from zoneinfo import ZoneInfo

import pytest

from flows.definition.reading import read_flow
from flows.differences import different_parts
from flows.filling.filters import FilterSettings
from flows.rendering import Rendering, render

REQUEST = """
[source]
kind = "http"
[[steps]]
kind = "calltouch_request"
number = "{{id}}"
phone = "PHONE"
tags = ["Тег 1", "{{tag}}"]
"""
CALLBACK = """
[source]
kind = "http"
[[steps]]
kind = "calltouch_callback"
route_key = "{{secret.widget}}"
phone = "{{phone}}"
fields = {"Имя" = "{{name}}"}
[[steps]]
kind = "calltouch_comment"
lead = "call {{lead}}"
text = "Перезвонили"
"""


def rendered(definition: str, **values: str) -> Rendering:
    flow = read_flow("one", definition).flow
    assert flow is not None
    return render(flow, values, {}, FilterSettings(ZoneInfo("Europe/Moscow")))


def test_the_whole_request_is_shown() -> None:
    (step,) = rendered(REQUEST.replace("PHONE", "{{phone}}"), id="7", phone="8 999 000-11-22").steps
    head, _, body = step.shown.partition("\n\n")
    assert head.startswith("POST https://api.calltouch.ru/lead-service/v1/api/request/create\n")
    assert json.loads(body) == {
        "requests": [
            {"requestNumber": "7", "phoneNumber": "79990001122", "addTags": [{"tag": "Тег 1"}]}
        ]
    }


def test_secrets_stay_placeholders() -> None:
    callback, comment = rendered(CALLBACK, phone="79990001122", name="Анна", lead="5").steps
    assert json.loads(callback.shown.partition("\n\n")[2]) == {
        "routeKey": "{{secret.widget}}",
        "phone": "79990001122",
        "fields": [{"name": "Имя", "value": "Анна"}],
    }
    assert "/lead-service/v1/api/comment/lead/add" in comment.shown
    assert '"callId":5' in comment.shown


def test_what_an_edit_changes_is_named_by_its_path() -> None:
    before, after = (
        rendered(REQUEST.replace("PHONE", phone), id="7", phone="8 999 000-11-22").steps[0].parts
        for phone in ("{{phone}}", "7{{phone | cut(0)}}9990001123")
    )
    assert different_parts(before, after) == {
        "requests[0].phoneNumber": ("79990001122", "79990001123")
    }


@pytest.mark.parametrize(
    ("definition", "values", "reason"),
    [
        (REQUEST.replace("PHONE", "{{phone}}"), {"id": "7", "phone": "12"}, "bad-phone: phone"),
        (
            REQUEST.replace("PHONE", "{{phone}}"),
            {"id": "", "phone": "79990001122"},
            "missing-field: number",
        ),
        (CALLBACK, {"phone": "88001112233"}, "bad-phone: phone"),
        (CALLBACK, {"phone": "79990001122", "lead": "x"}, "bad-lead: lead"),
    ],
)
def test_what_calltouch_would_not_take_is_refused(
    definition: str, values: dict[str, str], reason: str
) -> None:
    rendering = rendered(definition, **values)
    assert (rendering.end, rendering.reason) == ("refused", reason)
