"""A lead of the person's in every form that a body has: what is personal ends, the rest stays."""

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.fold import fold_whole
from analytics.parameters import PARAMETERS
from analytics.privacy.holds import Privacy
from receiver.decode import decode
from receiver.digest.workers.raw_delivery import RawDelivery, WebhookDialect, decoded_and_read
from receiver.erasing.eraser import Eraser
from receiver.inbox.delivery import Delivery
from tests.byte_search import search_bytes
from tests.faults.rounds import rounds
from tests.receiver.erasing.spellings import (
    CALLER_ID,
    EMAILS,
    KEY,
    NAMES,
    PERSON,
    PHONES,
    RECORDING,
    TEXTS,
    WRITTEN,
)
from tests.receiver.erasing.test_byte_search import SOUGHT

ERASER = Eraser(KEY, PERSON)
FORM = "application/x-www-form-urlencoded"
Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """Bytes, and the Content-Type they come with. `is_query`: they are of a GET."""

    raw: bytes
    content_type: str = FORM
    is_query: bool = False

    def delivery(self) -> Delivery:
        query, body = (self.raw, b"") if self.is_query else (b"", self.raw)
        method = "GET" if self.is_query else "POST"
        return Delivery(
            "default", method, "/webhook", query, body, self.content_type, "92.118.66.7"
        )


def _pairs(params: Params) -> list[tuple[str, str]]:
    found = []
    for name, value in params.items():
        if isinstance(value, list):
            for place, item in enumerate(value):
                found += [(f"{name}[{place}][{key}]", text) for key, text in item.items()]
        else:
            found.append((name, value))
    return found


def _form(params: Params) -> bytes:
    return urlencode(_pairs(params)).encode()


def _careless(params: Params) -> bytes:
    """Nothing is encoded but what would end a value."""
    return "&".join(
        f"{name}={value.replace('%', '%25').replace('&', '%26').replace('+', '%2B')}"
        for name, value in _pairs(params)
    ).encode()


def _in_cp1251(params: Params) -> bytes:
    return "&".join(
        f"{quote(name)}={quote(value.encode('cp1251', 'xmlcharrefreplace'))}"
        for name, value in _pairs(params)
    ).encode()


def _json(params: Params) -> str:
    return json.dumps(params, ensure_ascii=False, indent=1)


def _multipart(params: Params) -> bytes:
    parts = [
        f'--b0\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in _pairs(params)
    ]
    return ("".join(parts) + "--b0--\r\n").encode()


def _deflated(raw: bytes) -> bytes:
    return zlib.compress(raw, wbits=-15)


FORMS: dict[str, Callable[[Params], Sent]] = {
    "form": lambda params: Sent(_form(params)),
    "query": lambda params: Sent(_form(params), is_query=True),
    "form, not encoded": lambda params: Sent(_careless(params)),
    "form in cp1251": lambda params: Sent(_in_cp1251(params)),
    "form with a mark": lambda params: Sent(b"\xef\xbb\xbf?" + _form(params) + b"\r\n"),
    "form, packed": lambda params: Sent(gzip.compress(_form(params))),
    "form, deflated": lambda params: Sent(zlib.compress(_form(params))),
    "form, bare deflate": lambda params: Sent(_deflated(_form(params))),
    "JSON": lambda params: Sent(_json(params).encode(), "application/json"),
    "JSON, escaped": lambda params: Sent(json.dumps(params).encode(), "application/json"),
    "JSON in UTF-16": lambda params: Sent(_json(params).encode("utf-16"), "text/plain"),
    "JSON in UTF-16, big": lambda params: Sent(b"\xfe\xff" + _json(params).encode("utf-16-be")),
    "JSON with a mark": lambda params: Sent(_json(params).encode("utf-8-sig"), "application/json"),
    "multipart": lambda params: Sent(_multipart(params), "multipart/form-data; boundary=b0"),
}

WORDS = ("vip", "Москва", "перезвонить завтра", "null", "<не указано>", "", "12")


def mentioning() -> st.SearchStrategy[str]:
    """Words, with somebody's contact among them or not."""
    return st.one_of(
        st.sampled_from([*WORDS, *WRITTEN]),
        st.builds(
            lambda way, written: f"звонить: {TEXTS[way](written)} до 5",
            st.sampled_from(sorted(TEXTS)),
            st.sampled_from(WRITTEN),
        ),
    )


FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "callerphone": st.sampled_from([*PHONES, "anonymous", "null", "79990001122"]),
    "ctCallerId": st.sampled_from([CALLER_ID, "", "0a1b2c3d4e5f0a1b2c3d4e5f0a1b2c3d"]),
    "fio": st.sampled_from([*NAMES, "<не указано>"]),
    "email": st.sampled_from([*EMAILS, "нет"]),
    "reclink": st.sampled_from([RECORDING, "null"]),
    "ip": st.sampled_from(["92.118.1.77", "undefined"]),
    "tags_manual": mentioning(),
    "subject": mentioning(),
    "manager": st.sampled_from(["Иван", "undefined"]),
    "city": st.just("moscow"),
    "duration": st.sampled_from(["15", "79161234567", "x"]),
    "sessionId": st.sampled_from(["10266000", "79161234567"]),
    "status": st.just("successful"),
    "url": st.builds(
        lambda name, written: f"https://okna.example/zakaz?utm_source=ya&{name}={quote(written)}#x",
        st.sampled_from(["phone", "a", "yclid"]),
        st.sampled_from(WRITTEN),
    ),
    "utm_content": mentioning(),
    "comment": st.lists(
        st.fixed_dictionaries({"party": st.just("Иван"), "comment": mentioning()}),
        min_size=1,
        max_size=2,
    ),
    "text": st.lists(
        st.fixed_dictionaries({"channel": st.just("client"), "phrase": mentioning()}),
        min_size=1,
        max_size=2,
    ),
    "add_url_params": st.lists(
        st.fixed_dictionaries(
            {"name": st.sampled_from(["phone", "product"]), "value": mentioning()}
        ),
        min_size=1,
        max_size=2,
    ),
    "мой_параметр": mentioning(),
}
PARAMS = st.builds(
    lambda fields, stamp: {
        "leadtype": "call",
        "id": "250500013",
        "sendingTimestamp": str(1793872800 + stamp),
        **fields,
    },
    st.fixed_dictionaries({}, optional=FIELDS),
    st.integers(0, 3),
)


def _params(sent: Delivery) -> Params:
    return decode(sent.query, sent.body, sent.content_type, {}).params


@settings(max_examples=rounds(25, 3000), deadline=None)
@given(PARAMS, st.sampled_from(sorted(FORMS)))
def test_nothing_personal_is_left_and_all_else_stays(params: Params, form: str) -> None:
    sent = FORMS[form](params).delivery()
    erased = ERASER.own(sent)
    before, after = _params(sent), _params(erased)
    assert search_bytes(erased.query + b"\n" + erased.body, SOUGHT) == set()
    assert search_bytes(json.dumps(after, ensure_ascii=False).encode(), SOUGHT) == set()
    assert [*after] == [*before]
    kept = [
        name
        for name, listed in PARAMETERS.items()
        if listed.holds in (Privacy.NOTHING, Privacy.WORDS) and name in before
    ]
    assert {one: after[one] for one in kept if before[one] not in WRITTEN} == {
        one: before[one] for one in kept if before[one] not in WRITTEN
    }
    assert ERASER.own(erased) is erased


@settings(max_examples=rounds(25, 3000), deadline=None)
@given(st.lists(PARAMS, min_size=1, max_size=4), st.data())
def test_what_is_counted_stays(lives: list[Params], data: st.DataObject) -> None:
    """Each delivery may have come in another form: equal values are equal all the same."""
    forms = [
        data.draw(st.sampled_from(["form", "query", "JSON, escaped", "multipart"])) for _ in lives
    ]
    sent = [FORMS[form](one).delivery() for form, one in zip(forms, lives, strict=True)]
    assert facts_of(sent) == facts_of([ERASER.own(one) for one in sent])


def facts_of(sent: list[Delivery]) -> Any:
    raw = [
        RawDelivery(
            *(number, 1793872810 * 10**9, one.webhook, one.method, one.query, one.body),
            *(one.content_type, one.source_ip, False, False),
        )
        for number, one in enumerate(sent, 1)
    ]
    read = decoded_and_read(raw, WebhookDialect({}, {}, {}))
    folded = fold_whole(read)
    leads = folded["write_leads"].to_pylist() if "write_leads" in folded else []
    return (
        [(one.outcome, one.is_late, sorted(one.problems)) for one in read],
        {name: table.num_rows for name, table in folded.items()},
        [(one["person"] is None, one["canonical_phone"] is None) for one in leads],
    )


@pytest.mark.parametrize("form", FORMS)
def test_nothing_else_changes_a_byte(form: str) -> None:
    """What stands around the one value that ends."""
    params = {"leadtype": "call", "id": "5", "fio": "Кто-то ещё", "status": "Успешный звонок"}
    sent = FORMS[form](params).delivery()
    erased = ERASER.own(sent)
    stand_in = _params(erased)["fio"]
    expected = FORMS[form]({**params, "fio": stand_in}).delivery()
    if "packed" in form:
        assert gzip.decompress(erased.body) == gzip.decompress(expected.body).replace(b"%3A", b":")
    elif "defl" in form:
        assert _params(erased) == _params(expected)
    else:
        assert (erased.query, erased.body) == (
            expected.query.replace(b"%3A", b":"),
            expected.body.replace(b"%3A", b":"),
        )


def test_renamed_parameters_are_understood() -> None:
    eraser = replace(ERASER, renames={"default": {"tel": "callerphone", "ts": "sendingTimestamp"}})
    sent = Sent(b"leadtype=call&id=5&tel=%2B79161234567&ts=1793872800").delivery()
    erased = eraser.own(sent)
    assert erased.body.startswith(b"leadtype=call&id=5&tel=erased:")
    assert erased.body.endswith(b"&ts=1793872800")


def test_a_lead_of_somebody_else_loses_the_mention_alone() -> None:
    sent = Sent(
        b"leadtype=call&id=6&callerphone=79990001122&fio=%D0%90%D0%BD%D0%BD%D0%B0"
        b"&comment[0][comment]=8+(916)+123-45-67,+%D0%90%D0%BD%D0%BD%D0%B0&manager="
        + quote("Анна Петрова").encode()
    ).delivery()
    erased = ERASER.mentions(sent)
    before, after = sent.body.split(b"&"), erased.body.split(b"&")
    assert [n for n, (one, two) in enumerate(zip(before, after, strict=True)) if one != two] == [4]
    assert after[4].startswith(b"comment[0][comment]=erased:")
    assert after[4].endswith(b",+%D0%90%D0%BD%D0%BD%D0%B0")


def test_what_mentions_nobody_is_the_same_object() -> None:
    sent = Sent(b"leadtype=call&id=6&callerphone=79990001122&comment=%D0%B4%D0%B0").delivery()
    assert ERASER.mentions(sent) is sent


def test_what_a_store_knew_of_a_delivery_ends_as_well() -> None:
    params = {"leadtype": "call", "id": "5", "callerphone": PHONES[4], "city": "moscow"}
    known = {"params": params, "problems": [f"not text: {PHONES[4]}"], "is_probe": False}
    erased = ERASER.own(Sent(json.dumps(known).encode()).delivery(), is_saved=True)
    left = json.loads(erased.body)
    assert [*left] == [*known]
    assert left["params"]["city"] == "moscow"
    assert (
        left["params"]["callerphone"]
        == _params(ERASER.own(FORMS["form"](params).delivery()))["callerphone"]
    )
    assert search_bytes(erased.body, SOUGHT) == set()
