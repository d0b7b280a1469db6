"""Which value a name means, and what filters make of it."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flows.filling.filler import Filler
from flows.filling.filters import FilterSettings
from flows.filling.lookup import Fields, RepeatedText
from flows.filling.places import PLACES
from flows.json_documents import read_json
from flows.refusal import FlowRefusal

FIELDS = read_json(
    """{
    "appointment.time": "10:00", "appointment": {"time": "11:00", "date": "21.11.2026"},
    "data[FIELDS][ID]": "7", "Имя клиента": "Пётр",
    "crm": {"json": {"result": [1, 2]}, "status": 200}, "text": "{\\"a\\": [1]}",
    "price": 1.10, "phone": "8 (999) 000-11-22", "empty": "", "null": null, "list": ["a", "b"],
    "cookies": "a=1; _ct_session_id=42", "date": "21.11.2026 14:05", "yes": "Да",
    "seconds": "1764576000", "blank": " x "
    }"""
)


def text(template: str, **more: Any) -> str:
    PLACES["text"].check(template)
    filler = Filler(Fields({**FIELDS, **more}, {}), FilterSettings(ZoneInfo("Europe/Moscow")))
    return PLACES["text"].fill(template, filler, "utf-8")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{appointment.time}}", "10:00"),
        ("{{appointment.date}}", "21.11.2026"),
        ("{{data[FIELDS][ID]}}", "7"),
        ("{{ Имя клиента }}", "Пётр"),
        ('{{crm.json["result"][1]}}', "2"),
        ("{{crm.json.result[*] | join}}", "1,2"),
        ("{{crm.status}}", "200"),
        ("{{crm}}", '{"json":{"result":[1,2]},"status":200}'),
        ("{{text[0]}}|{{text.a}}", "|"),
        ("{{text | parse}}", '{"a":[1]}'),
        ("{{price}} {{null}} {{nothing}}.", "1.10  ."),
        ('{{"{{"}}x}}', "{{x}}"),
        ("a } b }} {c", "a } b }} {c"),
        ('{{nothing | default("a|b }}")}}', "a|b }}"),
        ('{{empty | default("e")}}{{null | default("n")}}{{price | default("p")}}', "en1.10"),
        ("{{blank | trim | upper}}{{price | cut(2)}}", "X1."),
        ("{{phone | digits}} {{phone | phone}}", "89990001122 79990001122"),
        ('{{cookies | cookie("_ct_session_id")}}{{cookies | cookie("b")}}', "42"),
        ('{{date | date("calltouch")}}', "21-11-2026 14:05:00"),
        ('{{date | date("callback")}}', "2026-11-21 14:05:00"),
        ('{{date | date("iso")}}', "2026-11-21T14:05:00+03:00"),
        ('{{date | date("unix")}}', "1795259100"),
        ('{{seconds | date("dd.mm.yyyy hh:mm")}}', "01.12.2025 11:00"),
        ('{{"1764576000123" | date("%d.%m.%Y")}}', "01.12.2025"),
        ('{{"2026-11-21T11:05:00Z" | date("calltouch")}}', "21-11-2026 14:05:00"),
        ('{{"03/04/2026" | date("iso", "dd/mm/yyyy")}}', "2026-04-03T00:00:00+03:00"),
        ('{{date | replace(".", "-")}}', "21-11-2026 14:05"),
        (
            '{{date | split(".", 1)}}{{date | split(".", -1)}}{{date | split(".", 9)}}',
            "112026 14:05",
        ),
        ('{{list | join("; ")}} {{list | first}} {{list | last}}', "a; b a b"),
        ('{{yes | map({"Да": "yes"})}}{{yes | map({}, "no")}}{{yes | map({})}}', "yesnoДа"),
        ("{{yes | bool}} {{price | number}} {{yes | json}}", 'true 1.10 "Да"'),
        ("{{yes | urlencode}} {{yes | base64}}", "%D0%94%D0%B0 0JTQsA=="),
        ('{{"<&>" | html}}', "&lt;&amp;&gt;"),
        ('{{"a" | md5}}', "0cc175b9c0f1b6a831c399e269772661"),
        ("{{twice}} {{twice | join}} {{twice | first}}", "b a,b a"),
    ],
)
def test_filled(template: str, expected: str) -> None:
    assert text(template, twice=RepeatedText(("a", "b"))) == expected


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{nothing | required}}", "missing-field"),
        ("{{empty | required}}", "missing-field"),
        ("{{yes | phone}}", "bad-phone"),
        ("{{yes | email}}", "bad-email"),
        ("{{yes | number}}", "not-a-number"),
        ('{{"007" | number}}', "not-a-number"),
        ('{{"1,200.50" | number}}', "not-a-number"),
        ('{{"NaN" | number}}', "not-a-number"),
        ("{{price | bool}}", "not-a-boolean"),
        ('{{yes | date("iso")}}', "bad-date"),
        ('{{"03/04/2026" | date("iso")}}', "bad-date"),
        ("{{yes | parse}}", "bad-json"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_at_its_placeholder(
    template: str, reason: str
) -> None:
    with pytest.raises(FlowRefusal) as refusal:
        text(template)
    assert (refusal.value.reason, refusal.value.at) == (reason, template)


@pytest.mark.parametrize(
    "template",
    [
        "{{x",
        "{{{x}}}",
        "{{}}",
        "{{x | nope}}",
        "{{x | cut}}",
        '{{x | cut("a")}}',
        "{{x | cut(true)}}",
        "{{x | trim(1)}}",
        "{{x | default(a)}}",
        '{{x | date("iso",)}}',
        '{{x | split("")}}',
        "{{x | cut(1) y}}",
    ],
)
def test_a_template_that_is_wrong_whatever_the_values_are(template: str) -> None:
    with pytest.raises(FlowRefusal, match="bad-template"):
        PLACES["text"].check(template)


def test_what_is_absent_is_noted_once() -> None:
    filler = Filler(Fields({}, {}), FilterSettings(ZoneInfo("UTC")))
    assert PLACES["text"].fill("{{a}}{{a}}{{b}}", filler, "utf-8") == ""
    assert filler.notes == ["absent: a", "absent: b"]
