"""Bytes that are not UTF-8 are read as what fits the text as a whole."""

import codecs
import time

import pytest

from receiver.decode import decode
from receiver.decode.charset import CESU_8, CP1251, REPLACED, best_text

FORM = "application/x-www-form-urlencoded"
LONG = "купить слона 😀 недорого: №5 — «Ромашка», Её Пётр, Київ"


def as_utf8(text: str) -> bytes:
    return text.encode()


@pytest.mark.parametrize(
    ("body", "params", "problem"),
    [
        (
            b"leadtype=call&id=1001&utm_term=%D0%BA%D1%83%D0%BF%D0%B8%D1",
            {"leadtype": "call", "id": "1001", "utm_term": "купи\ufffd"},
            f"{REPLACED}: utm_term",
        ),
        (
            b"leadtype=call&id=1005&fio=%D0%98%D0%B2%D0%B0%D0%BD+%ED%A0%BD%ED%B8%80",
            {"leadtype": "call", "id": "1005", "fio": "Иван 😀"},
            f"{CESU_8}: fio",
        ),
        (
            '{"id": "7", "fio": "Пётр", "subject": "За'.encode() + b"\xff" + 'явка"}'.encode(),
            {"id": "7", "fio": "Пётр", "subject": "За\ufffdявка"},
            f"{REPLACED}: subject",
        ),
    ],
)
def test_one_bad_byte_spoils_nothing_else(
    body: bytes, params: dict[str, str], problem: str
) -> None:
    found = decode(b"", body, FORM, {})
    assert found.params == params
    assert found.problems == (problem,)


@pytest.mark.parametrize(
    "text",
    [
        *("Да", "Я", "ё", "её", "Её мама", "Ещё", "Пётр", "Пёс", "МЁД", "США", "Київ", "Її"),
        *("10 р", "№ 5", "«Alfa»", "iPhone 15 купить", "что-то…", "ООО «Ёлка» №5 – опт"),
    ],
)
def test_words_in_cp1251_are_read_as_such(text: str) -> None:
    assert best_text(text.encode("cp1251")) == (text, CP1251)


def test_wherever_utf8_is_cut_or_damaged_it_stays_utf8() -> None:
    raw = as_utf8(LONG)
    for end in range(1, len(raw)):
        text, flaw = best_text(raw[:end])
        assert flaw in ("", REPLACED)
        assert LONG.startswith(text.removesuffix("\ufffd"))
    for place in range(len(raw)):
        damaged = raw[:place] + bytes([raw[place] ^ 0x80]) + raw[place + 1 :]
        assert best_text(damaged)[1] in ("", REPLACED)
    assert best_text(as_utf8("купить")[1:]) == ("\ufffdупить", REPLACED)
    assert best_text(b"Hi \xf0\x9f\x98") == ("Hi \ufffd", REPLACED)
    assert best_text(b"\xd0") == ("\ufffd", REPLACED)
    assert best_text(as_utf8("αβγ")[:-1]) == ("αβ\ufffd", REPLACED)


@pytest.mark.parametrize("text", ["Café", "Müller Straße", "Jürgen Åström", "naïve"])
def test_other_alphabets_do_not_become_russian(text: str) -> None:
    found, flaw = best_text(text.encode("latin-1"))
    assert flaw == REPLACED
    assert not any("а" <= letter.lower() <= "я" for letter in found)


def test_texts_in_one_json_body_are_read_one_by_one() -> None:
    body = b'{"fio": "%s", "city": "%s", "text": [{"phrase": "%s"}], "x": "\\ud83d\\ude00"}' % (
        "Иван".encode("cp1251"),
        as_utf8("Пермь"),
        as_utf8("Алло")[:-1],
    )
    found = decode(b"", body, "application/json", {})
    assert found.params == {
        "fio": "Иван",
        "city": "Пермь",
        "text": [{"phrase": "Алл\ufffd"}],
        "x": "😀",
    }
    assert found.problems == (f"{CP1251}: fio", f"{REPLACED}: text")


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"%EF%BB%BF", b"%ef%bb%bf"])
@pytest.mark.parametrize("body", [b"id=1007&leadtype=call", b"leadtype=call&id=1007&a[0][b]=1"])
def test_a_byte_order_mark_before_a_name_is_no_part_of_it(mark: bytes, body: bytes) -> None:
    plain = decode(b"", body, FORM, {})
    assert decode(b"", mark + body, FORM, {}) == plain
    assert decode(mark + body, b"", "", {}) == plain
    assert decode(b"", body.replace(b"&", b"&" + mark), FORM, {}) == plain
    assert decode(b"", body.replace(b"id=", b"id=" + mark), FORM, {}) == plain
    assert decode(b"", body.replace(b"call", b"call" + mark), FORM, {}) == plain
    assert decode(b"", body.replace(b"=", mark + b"=", 1) + mark, FORM, {}) == plain
    assert decode(b"", mark * 2 + body, FORM, {}) == plain


def test_json_with_a_byte_order_mark_is_json() -> None:
    text = '{"id": "1", "fio": "Иван", "x": "\ufeffy"}'
    expected = {"id": "1", "fio": "Иван", "x": "y"}
    assert decode(b"", text.encode("utf-8-sig"), FORM, {}).params == expected
    utf16 = decode(b"", text.encode("utf-16"), "application/json", {})
    assert (utf16.params, utf16.problems) == (expected, ("UTF-16 body, read as such",))
    twice = decode(b"", codecs.BOM_UTF8 * 2 + text.encode(), "application/json", {})
    assert (twice.params, twice.problems) == (expected, ())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize("body", ['{"id": "1", "fio": "Иван"}', "id=1&fio=Иван"])
def test_wide_characters_are_told_with_and_without_a_mark(encoding: str, body: str) -> None:
    found = decode(b"", body.encode(encoding), FORM, {})
    assert found.params == {"id": "1", "fio": "Иван"}
    assert found.problems == (f"{encoding[:6].upper()} body, read as such",)


@pytest.mark.parametrize("encoded", ["+79990000001", "+7+(999)+000-00-01", "+7%20999%20000+00+01"])
def test_a_raw_plus_before_a_telephone_number_is_a_plus(encoded: str) -> None:
    plus = encoded.replace("+", " ").replace("%20", " ").strip()
    for raw in (f"callerphone={encoded}&id=1", f"fio=%FF&a[0][b]={encoded}"):
        found = decode(b"", raw.encode(), FORM, {}).params
        assert f"+{plus}" in (found.get("callerphone"), found.get("a", [{}])[0].get("b"))


@pytest.mark.parametrize("value", ["+5", "+12+", "+a79990000001", "1+79990000001", "+2026"])
def test_any_other_raw_plus_is_a_blank(value: str) -> None:
    found = decode(b"", b"x=" + value.encode(), FORM, {})
    assert found.params == {"x": value.replace("+", " ")}


def test_a_second_question_mark_begins_the_parameters_again() -> None:
    for query in (b"a=1?leadtype=call&id=2", b"a=1/?leadtype=call&id=2", b"?leadtype=call&id=2"):
        found = decode(query, b"", "", {}).params
        assert (found["leadtype"], found["id"]) == ("call", "2")
    assert decode(b"", b"?leadtype=call&id=2", FORM, {}).params == {"leadtype": "call", "id": "2"}
    assert decode(b"", b"?", FORM, {}).problems == ("body is not a form",)
    for query in (b"url=https://a.example/?b=c&id=2", b"text=why?&id=2", b"text=why?+so"):
        assert not {"b", "why"} & set(decode(query, b"", "", {}).params)


def test_a_body_full_of_bad_bytes_takes_no_minutes() -> None:
    started = time.process_time()
    decode(b"", b"a=" + b"\xed\xa0\xbd\xed\xb8\x80" * 500_000, FORM, {})
    decode(b"", b"a=" + b"\xcf\xf0" * 2_000_000, FORM, {})
    assert time.process_time() - started < 20


def test_an_address_before_the_second_mark_is_that_of_its_own_parameter() -> None:
    found = decode(b"page=a/b&id=1?leadtype=call", b"", "", {})
    assert found.params == {"page": "a/b", "id": "1", "leadtype": "call"}


def test_a_letter_that_cp1251_does_not_have_is_replaced_far_behind_in_a_text() -> None:
    text = "Привет " * 10_000
    assert best_text(text.encode("cp1251") + b"\x98") == (text + "\ufffd", CP1251)


def test_what_would_be_no_russian_letters_is_not_read_as_such() -> None:
    assert best_text("ŠšŽž".encode("cp1252")) == ("\ufffd" * 4, REPLACED)


def test_half_a_character_beside_a_bad_byte_is_one_sign_of_its_own() -> None:
    found = decode(b"", b'{"a": "\\ud800, \xff"}', "application/json", {})
    assert found.params == {"a": "\ufffd, \ufffd"}


def test_the_first_of_several_marks_is_the_one_that_begins_again() -> None:
    found = decode(b"id=1?leadtype=call&subject=x?y=2", b"", "", {})
    assert found.params == {"id": "1", "leadtype": "call", "subject": "x?y=2"}
