"""Definitions are read whole: a flow, or all that is wrong, each with its line and the fix."""

import pytest

from flows.definition.flow import Flow, HttpSource, LeadSource
from flows.definition.reading import read_flow
from flows.definition.steps import CallbackStep, HttpStep, JsonStep, RequestStep

TILDA = """
title = "Tilda → заявка в Calltouch"
[source]
kind = "http"
methods = ["POST"]
key = "{{tranid}}"
when = [{field = "test", is_not = "test"}]
[source.answer]
headers = ["Access-Control-Allow-Origin:*"]
[[steps]]
kind = "calltouch_request"
name = "import"
number = "tilda-{{tranid | required}}"
subject = "{{formname | default(\\"Форма на сайте\\")}}"
phone = "{{Phone}}"
session = "{{COOKIES | cookie(\\"_ct_session_id\\")}}"
tags = ["Tilda", "{{formid}}"]
source = {source = "{{utm_source}}", medium = "{{utm_medium}}"}
"""

BITRIX_AND_TELEGRAM = """
title = "Завершённый звонок → Битрикс24 и Telegram"
[source]
kind = "lead"
lead_type = "call"
when = [{field = "call_phase", is = "calldisconnected"}]
wait = "30s"
[[steps]]
kind = "http"
name = "crm"
method = "POST"
url = "https://portal.bitrix24.ru/rest/1/{{secret.bitrix}}/crm.lead.add.json"
body.json = '''{"fields": {"TITLE": "Звонок {{caller_phone}}", "ORIGIN_ID": "call-{{lead_id}}"}}'''
success_when = [{path = '["result"]', present = true}]
[[steps]]
kind = "http"
name = "telegram"
method = "POST"
url = "https://api.telegram.org/bot{{secret.telegram}}/sendMessage"
body.json = '''{"chat_id": "-100123", "parse_mode": "HTML",
  "text": "<b>{{caller_phone | html}}</b> ({{status | map({\\"successful\\":\\"принят\\"})}})"}'''
success_when = [{path = '["ok"]', is = true}]
retry_after = '["parameters"]["retry_after"]'
on_failure = "go on"
"""

CALLBACK = """
title = "Пропущенный → обратный звонок"
[source]
kind = "lead"
lead_type = "call"
when = [{field = "call_phase", is = "calldisconnected"}, {field = "is_callback", is = false},
        {field = "is_spam", is_not = true}]
wait = "2m"
recheck = true
unless = "reached"
hours = "mon-sun 09:00-21:00"
max_age = "14h"
[[steps]]
kind = "calltouch_callback"
route_key = "{{secret.widget}}"
phone = "{{caller_phone}}"
[[steps]]
kind = "calltouch_tag"
lead = "call {{lead_id}}"
tags = ["Перезвонили автоматически"]
"""

JSON_THEN_HTTP = """
[source]
kind = "http"
[[steps]]
kind = "json"
[steps.fields]
first_name = '["firstName"]'
code = { path = '["appealType"]["Code"]', if_absent = "empty" }
[[steps]]
kind = "http"
method = "PUT"
url = "https://online.example/api/v1/student/{{code}}"
query = [["name", "{{first_name}}"], ["name", "{{nick}}"]]
headers = { Access-Token = "{{secret.crm}}" }
body.form = [["fio", "{{first_name}}"]]
"""


def flow_of(content: str) -> Flow:
    read = read_flow("one", content)
    assert read.flow is not None, [str(problem) for problem in read.problems]
    return read.flow


def problems_of(content: str) -> list[str]:
    return [str(problem) for problem in read_flow("one", content).problems]


def test_a_form_becomes_a_request() -> None:
    flow = flow_of(TILDA)
    assert isinstance(flow.source, HttpSource)
    assert (flow.title, flow.source.methods) == ("Tilda → заявка в Calltouch", ("POST",))
    assert flow.source.answer.allowed_origin == "*"
    (step,) = flow.steps
    assert isinstance(step, RequestStep)
    assert step.frame.name == "import"
    assert step.texts["number"] == "tilda-{{tranid | required}}"
    assert step.source == {"source": "{{utm_source}}", "medium": "{{utm_medium}}"}


def test_an_ended_call_goes_to_two_services() -> None:
    flow = flow_of(BITRIX_AND_TELEGRAM)
    assert isinstance(flow.source, LeadSource)
    assert flow.source.wait == 30
    crm, telegram = flow.steps
    assert isinstance(crm, HttpStep)
    assert isinstance(telegram, HttpStep)
    assert (crm.tries, crm.timeout, crm.repeat_unknown) == (9, 15, False)
    assert telegram.frame.on_failure == "go on"


def test_a_missed_call_is_called_back() -> None:
    callback, tag = flow_of(CALLBACK).steps
    assert isinstance(callback, CallbackStep)
    assert (callback.hours, callback.give_up_after) == ("09:00-21:00", 1_800)
    assert tag.frame.name == "calltouch_tag2"


def test_json_is_read_and_sent_on() -> None:
    read, put = flow_of(JSON_THEN_HTTP).steps
    assert isinstance(read, JsonStep)
    assert read.fields["code"].if_absent == "empty"
    assert isinstance(put, HttpStep)
    assert put.repeat_unknown, "a PUT may be repeated"
    assert put.query == (("name", "{{first_name}}"), ("name", "{{nick}}"))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[source", "file: error: not TOML"),
        ("title = 1", "line 1, file: error: title must be text"),
        ("", "[source]: error: the table [source] is missing"),
        ('[source]\nkind = "mail"', 'line 2, [source]: error: kind must be "http" or "lead"'),
        (TILDA.replace("methods", "method"), "line 5, [source]: error: there is no key method: "),
        (TILDA.replace("methods", "latest_only = true\nmethods"), "needs order_by"),
        (TILDA.replace('["POST"]', '["TRACE"]'), "line 5, [source]: error: methods must be a list"),
        (
            TILDA.replace("is_not", "matches"),
            "line 7, [source]: error: when: bad-condition: matches",
        ),
        (TILDA.replace(":*", ":\\u044f"), "line 9, [source.answer]: error: headers: header-value"),
        (TILDA.replace("[source.answer]", "[source.answer]\nstatus = 302"), "status must be"),
        (TILDA.replace("[source.answer]", "[source.answer]\nstatus = 303"), "Location go together"),
        (
            TILDA.replace("required}}", "need}}"),
            "line 13, [[steps]] 1: error: number: bad-template",
        ),
        (TILDA.replace("calltouch_request", "calltouch"), "line 11, [[steps]] 1: error: kind must"),
        (TILDA.replace('name = "import"', 'on_failure = "go on"'), "takes no on_failure"),
        (TILDA.replace("[[steps]]", "[steps]"), "steps are written as tables"),
        (TILDA.split("[[steps]]")[0], "add a step"),
        (JSON_THEN_HTTP.replace('["firstName"]', "[firstName]"), "bad-path: first_name line 1"),
        (JSON_THEN_HTTP.replace("online.example", "{{host}}"), "[[steps]] 2: error: url:"),
        (JSON_THEN_HTTP.replace("https://online", "online"), "write the whole address"),
        (JSON_THEN_HTTP.replace("Access-Token", '"Access Token"'), "is no name of a header"),
        (JSON_THEN_HTTP.replace("body.form =", "body.text = 1 #"), "body must be text"),
        (JSON_THEN_HTTP + 'success = ["2x"]', "success must be codes"),
        (JSON_THEN_HTTP + 'timeout = "10m"', "timeout must be a time"),
        (
            JSON_THEN_HTTP.replace("PUT", "POST") + "redirects = 1",
            "for GET and HEAD without a body",
        ),
        (JSON_THEN_HTTP + "answer_byte = 1", "did you mean answer_bytes?"),
        (JSON_THEN_HTTP + 'name = "secret"', "and not secret"),
        (BITRIX_AND_TELEGRAM.replace('"telegram"', '"crm"'), "is called crm already"),
        (BITRIX_AND_TELEGRAM.replace("wait", "fields = ['a']\nwait"), 'are for fire = "changes"'),
        (CALLBACK.replace("is = false", "is = true"), "callbacks come back as calls"),
        (CALLBACK.replace("{{caller_phone}}", "{{secret.x}}") + "x=1", "there is no key x"),
        (CALLBACK.replace('"Перезвонили автоматически"', '"{{secret.x}}"'), "alone"),
        (CALLBACK.replace("mon-sun 09:00", "mon-sun 9"), "hours must be hours like"),
    ],
)
def test_what_is_wrong_is_named_with_the_fix(content: str, problem: str) -> None:
    assert read_flow("one", content).flow is None
    assert any(problem in found for found in problems_of(content)), problems_of(content)


def test_all_problems_are_found_at_once() -> None:
    wrong = TILDA.replace('"POST"', '"TRACE"').replace("required}}", "need}}")
    assert len(problems_of(wrong)) == 2


def test_warnings_and_notes_keep_no_flow_from_running() -> None:
    content = """
[source]
kind = "http"
[[steps]]
kind = "http"
url = "https://api.calltouch.ru/lead-service/v1/api/request/create"
headers = { Access-Token = ".tIVR9Z4L5L9" }
"""
    assert flow_of(content)
    kinds = [problem.kind for problem in read_flow("one", content).problems]
    assert sorted(kinds) == ["note", "warning", "warning"]


@pytest.mark.parametrize("name", ["One", "a b", "-a", "", "a" * 65, "я"])
def test_names_are_small_letters_digits_and_hyphens(name: str) -> None:
    assert read_flow(name, TILDA).flow is None
