import json
from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest

from receiver.decode import MAX_NAMES, MAX_PARAMETERS, MAX_TEXT, MAX_VALUE, DecodedBody, decode

FORM = "application/x-www-form-urlencoded"


def form(body: bytes | str, **rename: str) -> DecodedBody:
    return decode(b"", body.encode() if isinstance(body, str) else body, FORM, rename)


@pytest.mark.parametrize("name", ["call_start", "call_end", "request"])
def test_recorded_forms_give_what_was_recorded(name: str, sample: Callable[[str], bytes]) -> None:
    recorded = json.loads(sample(f"webhook_{name}.OBSERVED.json"))
    as_form = form(sample(f"webhook_{name}.DERIVED.urlencoded.txt"))
    assert as_form.params == recorded
    assert as_form.problems == ()
    assert not as_form.is_empty
    by_get = decode(sample(f"webhook_{name}.DERIVED.urlencoded.txt").strip(), b"", "", {})
    assert by_get.params == recorded
    as_json = decode(b"", sample(f"webhook_{name}.OBSERVED.json"), "application/json", {})
    assert as_json.params == recorded


def test_brackets_become_lists_of_objects(sample: Callable[[str], bytes]) -> None:
    params = form(sample("webhook_call_update_all_arrays.SYNTHETIC.urlencoded.txt")).params
    assert params["comment"] == [
        {"party": "user1", "comment": "Перезвонить & уточнить = завтра"},
        {"party": "user2", "comment": "ок"},
    ]
    assert params["text"][1] == {"channel": "client", "phrase": "Здравствуйте, 100% скидка?"}
    assert params["add_url_params"] == [{"name": "abtest", "value": "a"}]


def test_lists_follow_their_numbers_whatever_those_are() -> None:
    params = form("c[10][x]=ten&c[2][x]=two&c[999999999][x]=many&c[007][x]=seven").params
    assert params["c"] == [{"x": "two"}, {"x": "seven"}, {"x": "ten"}, {"x": "many"}]


def test_five_thousand_phrases_come_through() -> None:
    pairs = [
        (f"text[{n}][{key}]", f"{key} {n}") for n in range(5000) for key in ("channel", "phrase")
    ]
    text = form(urlencode(pairs)).params["text"]
    assert len(text) == 5000
    assert text[4999] == {"channel": "channel 4999", "phrase": "phrase 4999"}


def test_objects_and_empty_brackets_and_clashes() -> None:
    assert form("a[x]=1&a[y]=2").params == {"a": {"x": "1", "y": "2"}}
    assert form("a[]=1&a[]=2").params == {"a": ["1", "2"]}
    clash = form("a=1&a[0][x]=2")
    assert clash.params == {"a": [{"x": "2"}]}
    assert clash.problems == ("both a value and a list: a",)
    assert form("a[0][x]=2&a=1").params == {"a": "1"}
    assert form("a]=1&[b]=2&c[=3").params == {"a]": "1", "[b]": "2", "c[": "3"}


def test_the_last_of_equal_names_counts_and_the_body_beats_the_query() -> None:
    assert form("a=1&a=2").params == {"a": "2"}
    assert decode(b"a=1&b=1&c[0]=1", b"b=2&c[0]=2", FORM, {}).params == {
        "a": "1",
        "b": "2",
        "c": ["2"],
    }


def test_an_equals_sign_or_semicolon_in_a_value_stays() -> None:
    assert form("a=b=c&d=1;e=2&f=&g").params == {"a": "b=c", "d": "1;e=2", "f": "", "g": ""}


@pytest.mark.parametrize("body", [quote("fio=Иван", encoding="cp1251", safe="="), "fio=Иван"])
def test_bytes_that_are_not_utf8_are_read_as_cp1251(body: str) -> None:
    raw = body.encode("cp1251")
    found = form(raw + b"&id=1")
    assert found.params == {"fio": "Иван", "id": "1"}
    assert found.problems == ("not UTF-8, read as cp1251: fio",)


def test_one_bad_value_leaves_the_others_alone() -> None:
    found = form("name=%D0%98%D0%B2%D0%B0%D0%BD&city=%CF%E5%F0%EC%FC")
    assert found.params == {"name": "Иван", "city": "Пермь"}
    assert found.problems == ("not UTF-8, read as cp1251: city",)


@pytest.mark.parametrize("body", ["a=%zz", "a=100%", "a=%u0410"])
def test_broken_escapes_stay_as_they_are_and_are_noted(body: str) -> None:
    found = form(body)
    assert found.params["a"] == body[2:]
    assert found.problems == ("broken percent-encoding: a",)


@pytest.mark.parametrize("body", [b"a=x%00y", b"a=x\x00y"])
def test_nul_bytes_are_replaced(body: bytes) -> None:
    found = form(body)
    assert found.params == {"a": "x\ufffdy"}
    assert found.problems == ("NUL byte, replaced: a",)


@pytest.mark.parametrize("escaped", ["%ED%A0%80", "%C0%AF", "%FF"])
def test_what_no_text_can_hold_never_gets_through(escaped: str) -> None:
    found = form(f"a={escaped}")
    found.params["a"].encode()
    assert found.problems


def test_too_many_names_are_cut_and_said() -> None:
    found = form("&".join(f"k{n}=v" for n in range(100_000)))
    assert len(found.params) == MAX_NAMES
    assert found.problems == (f"more than {MAX_NAMES} names, the rest not decoded",)


def test_too_many_parameters_are_cut_and_said() -> None:
    found = form("&".join(f"t[{n}]=v" for n in range(MAX_PARAMETERS + 10)))
    assert len(found.params["t"]) == MAX_PARAMETERS
    assert found.problems == (f"more than {MAX_PARAMETERS} parameters, the rest not decoded",)


def test_deep_brackets_stay_shallow() -> None:
    found = form("a" + "[0]" * 60 + "=1")
    assert found.problems == ("brackets deeper than 8: a",)
    json.dumps(found.params)
    assert form("a" + "[0]" * 100_000 + "=1").problems == ("name empty or too long, not decoded",)


def test_json_values_become_the_texts_of_a_form() -> None:
    body = b'{"id": 9007199254740993, "x": 1.50, "spam": false, "m": null, "l": [{"a": 1}]}'
    found = decode(b"", body, "application/json; charset=utf-8", {})
    assert found.params == {
        "id": "9007199254740993",
        "x": "1.50",
        "spam": "false",
        "m": "null",
        "l": [{"a": "1"}],
    }


def test_json_without_its_content_type_is_seen() -> None:
    assert decode(b"", b' {"id": "1"}\n', FORM, {}).params == {"id": "1"}


@pytest.mark.parametrize(
    ("body", "kind", "problem"),
    [
        (b"hello", FORM, "body is not a form"),
        (b"[1, 2]", "application/json", "body is not a JSON object"),
        (b'{"a": ', "application/json", "body is not a JSON object"),
        (b'{"a":' * 100_000, "application/json", "body is not a JSON object"),
        (b"--x\r\n", "multipart/form-data; boundary=x", "multipart body, not read"),
        (b"\x00\x01\x02", "application/octet-stream", "body is not a form"),
    ],
)
def test_what_is_no_form_is_said_and_is_no_probe(body: bytes, kind: str, problem: str) -> None:
    found = decode(b"", body, kind, {})
    assert found.params == {}
    assert problem in found.problems
    assert not found.is_empty


def test_raw_line_ends_in_json_are_part_of_its_texts() -> None:
    found = decode(b"", b'{"id": 1, "comment": "a\nb\tc\0"}', "application/json", {})
    assert found.params == {"id": "1", "comment": "a\nb\tc\ufffd"}
    assert found.problems == ()


def test_surrogates_and_nul_in_json_are_replaced() -> None:
    found = decode(b"", b'{"a": "\\ud800x\\u0000"}', "application/json", {})
    assert found.params == {"a": "\ufffdx\ufffd"}


def test_renames_are_undone_lists_and_changed_fields_too() -> None:
    found = form(
        "my_phone=7999&note[0][comment]=a&changedFields=my_phone%2Cstatus",
        my_phone="callerphone",
        note="comment",
    )
    assert found.params == {
        "callerphone": "7999",
        "comment": [{"comment": "a"}],
        "changedFields": "callerphone,status",
    }


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("changedFields=status, my_phone", "status,callerphone"),
        ("changedFields=my_phone ,%09note", "callerphone,comment"),
        ("changedFields[]=my_phone&changedFields[]= note", ["callerphone", "comment"]),
        ("changedFields[0][0]=status, my_phone", [["status,callerphone"]]),
        ("changedFields[a]=my_phone", {"a": "my_phone"}),
    ],
)
def test_renames_are_undone_in_changed_fields_with_blanks_and_in_lists(
    sent: str, expected: object
) -> None:
    found = form(sent, my_phone="callerphone", note="comment")
    assert found.params == {"changedFields": expected}


@pytest.mark.parametrize(
    "body", ["", "&&", "id={id}&callerphone={callerphone}", "callerphone={{ callerphone }}"]
)
def test_nothing_or_macros_that_were_not_expanded_are_empty(body: str) -> None:
    assert form(body).is_empty


@pytest.mark.parametrize("body", ["id=1&attrs={}", "attrs={a}", "fio={}", "a=1"])
def test_anything_else_is_not(body: str) -> None:
    assert not form(body).is_empty


def test_what_is_wrong_with_the_query_is_said_too() -> None:
    found = decode(b"a=%zz&b=1", b"c=2", FORM, {})
    assert found.params == {"a": "%zz", "b": "1", "c": "2"}
    assert found.problems == ("broken percent-encoding: a",)


def test_as_much_text_as_is_allowed_is_read_whole() -> None:
    texts = {f"t{n}": "x" * MAX_VALUE for n in range(MAX_TEXT // MAX_VALUE)}
    assert form(urlencode(texts)).params == texts
    assert form(urlencode(texts)).problems == ()
    assert decode(b"", json.dumps(texts).encode(), "application/json", {}).params == texts
    more = form(urlencode(texts | {"u": "x"}))
    assert more.params == texts
    assert more.problems == (f"more than {MAX_TEXT} characters, the rest not decoded",)


def test_a_value_of_any_length_is_cut_and_the_rest_read() -> None:
    found = form("fio=" + "я" * (MAX_VALUE + 5) + "&id=1")
    assert len(found.params["fio"]) == MAX_VALUE
    assert found.params["id"] == "1"
    assert found.problems == (f"longer than {MAX_VALUE} characters, cut: fio",)


@pytest.mark.parametrize("kind", ["form", "json"])
def test_so_much_text_that_folding_it_again_and_again_would_not_do(kind: str) -> None:
    phrases = ["слово " * 1000] * (MAX_TEXT // 5000)
    if kind == "form":
        found = form("id=1&" + "&".join(f"text[{n}]={p}" for n, p in enumerate(phrases)))
        assert 100 < len(found.params["text"]) < len(phrases)
    else:
        body = json.dumps({"id": "1", "text": phrases}).encode()
        found = decode(b"", body, "application/json", {})
        assert "text" not in found.params
    assert found.params["id"] == "1"
    assert found.problems == (f"more than {MAX_TEXT} characters, the rest not decoded",)


def test_renames_reach_a_list_of_changed_fields() -> None:
    found = form("changedFields[]=my_phone&changedFields[]=duration", my_phone="callerphone")
    assert found.params == {"changedFields": ["callerphone", "duration"]}
