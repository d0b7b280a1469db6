"""JSON keeps the digits of its numbers, and what is no JSON is refused with its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.json_documents import read_json, text_of, written
from flows.refusal import FlowRefusal

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize("number", ["1.10", "12345678901234567890", "1e5", "-0", "0.1e-7", "1E+2"])
def test_a_number_keeps_the_digits_it_was_written_with(number: str) -> None:
    assert text_of(read_json(number)) == number
    assert written(read_json(f'{{"a":[{number}]}}')) == f'{{"a":[{number}]}}'


@given(JSON)
def test_what_is_written_reads_back_the_same(value: object) -> None:
    text = json.dumps(value)
    assert json.loads(written(read_json(text))) == json.loads(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (True, "true"), (False, "false"), (None, ""), ([1, "x"], '[1,"x"]'), ({}, "{}")],
)
def test_the_text_of_a_value(value: object, text: str) -> None:
    assert text_of(read_json(json.dumps(value))) == text


@pytest.mark.parametrize(
    ("document", "at"),
    [
        ("NaN", "NaN"),
        ("[1,]", "line 1, column 4"),
        ('{"a":1}\n{"b":2}', "line 2, column 1"),
        ("// comment\n1", "line 1, column 1"),
        ("", "line 1, column 1"),
        ('"\x01"', "line 1, column 2"),
        (b'{"a":"\xe0"}', "byte 7"),
        ("[" * 100_000, ""),
        ("[" * 101 + "]" * 101, ""),
        ('"' + "x" * (1 << 20) + '"', ""),
    ],
)
def test_what_is_no_json_is_refused(document: str | bytes, at: str) -> None:
    with pytest.raises(FlowRefusal) as refusal:
        read_json(document)
    assert (refusal.value.reason, refusal.value.at) == ("bad-json", at)


def test_what_is_read_all_the_same() -> None:
    assert read_json(b'\xef\xbb\xbf{"a":1,"a":2}') == {"a": 2}
    assert read_json("[" * 100 + "]" * 100)
    assert text_of(read_json('"\\ud800"')) == "\N{REPLACEMENT CHARACTER}"
    assert text_of(read_json("1" * 5_000)) == "1" * 5_000
