"""JSON paths as the JSON step writes them."""

from typing import Any

import pytest

from flows.json_documents import Json, read_json, text_of
from flows.json_paths import ABSENT, Many, json_path
from flows.refusal import FlowRefusal

ONE = read_json(
    '{ "firstName": "Александр", "phone": "+79090000001", "appealType": '
    '{ "Code": "101", "Name": "Заказать звонок" }, "appealText": "target_fb" }'
)
TWO = read_json(
    '{ "raw": [ { "q": "ab6c5412-5c7f-489d-8d79-173ce632930e", "a": "3f0bb0ea" },'
    ' { "q": "d337ecb3-b903-4664-94c1-16acf2c2e3bb", "a": "f3d4933b" } ] }'
)
MIXED = read_json('{"text": "abc", "none": null, "list": [{"code": "PHONE", "v": 1.50}, {"v": 2}]}')


@pytest.mark.parametrize(
    ("document", "path", "text"),
    [
        (ONE, '["firstName"]', "Александр"),
        (ONE, '["phone"]', "+79090000001"),
        (ONE, '["appealType"]["Code"]', "101"),
        (ONE, '["appealType"]["Name"]', "Заказать звонок"),
        (ONE, '["appealText"]', "target_fb"),
        (ONE, "appealType.Code", "101"),
        (TWO, '["raw"][1]["q"]', "d337ecb3-b903-4664-94c1-16acf2c2e3bb"),
        (TWO, ' ["raw"][-2]["a"]\n', "3f0bb0ea"),
        (TWO, '$.raw[?@["a"]=="f3d4933b"].q', "d337ecb3-b903-4664-94c1-16acf2c2e3bb"),
        (MIXED, '["list"][?@["code"]=="PHONE"]["v"]', "1.50"),
        (MIXED, '["none"]', ""),
    ],
)
def test_a_path_finds_a_value(document: Json, path: str, text: str) -> None:
    assert text_of(json_path(path).find(document)) == text


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (TWO, '["raw"][2]["q"]'),
        (TWO, '["raw"]["1"]'),
        (ONE, '["firstName"][0]'),
        (MIXED, '["text"].length'),
        (MIXED, '["list"][?@["code"]=="EMAIL"]'),
    ],
)
def test_what_is_not_there_is_absent(document: Json, path: str) -> None:
    assert json_path(path).find(document) is ABSENT


@pytest.mark.parametrize(
    ("many", "found"), [("first", 1.5), ("list", [1.5, 2]), (None, "several-values")]
)
def test_more_than_one_value_needs_many(many: Many | None, found: Any) -> None:
    path = json_path('["list"][*]["v"]', many)
    if many is None:
        with pytest.raises(FlowRefusal, match=found):
            path.find(MIXED)
    else:
        assert path.find(MIXED) == found


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ('["raw"', "line 1, column 1"),
        ("[raw]", "line 1, column 2"),
        ('["raw"][01]', "line 1, column 9"),
        ("a b", "line 1, column 3"),
        ('["list"][?match(@["code"],"P.*")]', "line 1, column 11"),
        ('["list"][?search(@["code"],"P.*")]', "line 1, column 11"),
        ('[?isinstance(@.a,"string")]', "line 1, column 3"),
        ("", ""),
        ("[" * 2_000, ""),
    ],
)
def test_a_wrong_path_is_refused_with_its_place(path: str, at: str) -> None:
    with pytest.raises(FlowRefusal) as refusal:
        json_path(path)
    assert (refusal.value.reason, refusal.value.at) == ("bad-path", at)
