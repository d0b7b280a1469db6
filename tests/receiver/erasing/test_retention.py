"""What is kept no longer than needed ends by its class, and leads are folded the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiver.decode import decode
from receiver.erasing.retention import Retention, RetentionClass, ValueEnding
from receiver.erasing.told import person_in
from receiver.inbox.delivery import Delivery
from receiver.settings.settings import Settings
from tests.byte_search import search_bytes
from tests.faults.rounds import rounds
from tests.receiver.erasing.spellings import EMAILS, KEY, NAMES, PHONES
from tests.receiver.erasing.test_byte_search import SOUGHT
from tests.receiver.erasing.test_own_deliveries import FORMS, PARAMS, Params, Sent, facts_of

ENDING = ValueEnding(KEY, {"renamed": {"tel": "callerphone"}})
NOW = datetime(2026, 12, 2, 4, 10, tzinfo=UTC)
EVERY = frozenset(RetentionClass)
LEAD: Params = {
    "leadtype": "call",
    "id": "5",
    "callerphone": PHONES[4],
    "fio": NAMES[0],
    "email": EMAILS[0],
    "text": [{"channel": "client", "phrase": "алло"}],
    "comment": [{"party": "Иван", "comment": "перезвонить"}],
    "reclink": "https://rec.calltouch.ru/1",
    "ip": "92.118.1.77",
    "userAgent": "Mozilla/5.0",
    "city": "moscow",
    "tags_manual": "vip",
    "свой": "да, конечно",
}
OF_CLASS = {
    RetentionClass.PERSONS: {"callerphone", "fio", "email", "comment", "свой"},
    RetentionClass.TRANSCRIPTS: {"text"},
    RetentionClass.RECORDINGS: {"reclink"},
    RetentionClass.ADDRESSES: {"ip", "userAgent"},
    RetentionClass.RAW: set[str](),
}


def params_of(one: Delivery) -> Params:
    return decode(one.query, one.body, one.content_type, {}).params


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("of", RetentionClass)
def test_the_values_of_a_class_end_and_no_others(form: str, of: RetentionClass) -> None:
    sent = FORMS[form](LEAD).delivery()
    before, after = params_of(sent), params_of(ENDING.ended(sent, frozenset({of})))
    assert {name for name in before if before[name] != after[name]} == OF_CLASS[of]


@pytest.mark.parametrize("form", FORMS)
def test_a_raw_body_that_has_ended_reads_the_same(form: str) -> None:
    sent = FORMS[form](LEAD).delivery()
    ended = ENDING.ended(sent, frozenset({RetentionClass.RAW}))
    assert params_of(ended) == params_of(sent)
    assert (ended.query, ended.content_type) == (b"", "application/json")
    assert ENDING.ended(ended, frozenset({RetentionClass.RAW})) is ended


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        (Sent(b"\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82", "text/plain"), b"ended"),
        (Sent(b""), b"{}"),
        (Sent(b"a={leadtype}"), b'{"a":"{leadtype}"}'),
    ],
)
def test_what_was_no_lead_stays_what_it_was(sent: Sent, left: bytes) -> None:
    before = sent.delivery()
    after = ENDING.ended(before, frozenset({RetentionClass.RAW}))
    assert after.body == left
    outcomes = [facts_of([one])[0][0][0] for one in (before, after)]
    assert outcomes[0] == outcomes[1]


def test_renames_are_undone_once() -> None:
    sent = replace(Sent(b"leadtype=call&id=5&tel=79161234567").delivery(), webhook="renamed")
    ended = ENDING.ended(sent, frozenset({RetentionClass.RAW}))
    assert b'"callerphone":"79161234567"' in ended.body


@settings(max_examples=rounds(25, 3000), deadline=None)
@given(
    st.lists(PARAMS, min_size=1, max_size=4),
    st.sets(st.sampled_from(RetentionClass), min_size=1).map(frozenset),
    st.data(),
)
def test_what_is_counted_stays(
    lives: list[Params], classes: frozenset[RetentionClass], data: st.DataObject
) -> None:
    forms = [data.draw(st.sampled_from(["form", "query", "JSON, escaped"])) for _ in lives]
    sent = [FORMS[form](one).delivery() for form, one in zip(forms, lives, strict=True)]
    told = (person_in(params_of(one)) for one in sent)
    person = replace(reduce(or_, told), values=frozenset())
    ended = [ENDING.ended(one, classes, person) for one in sent]
    assert facts_of(sent) == facts_of(ended)


@settings(max_examples=rounds(25, 3000), deadline=None)
@given(PARAMS, st.sampled_from(sorted(FORMS)))
def test_when_all_has_ended_nothing_of_the_person_is_left(params: Params, form: str) -> None:
    told: dict[str, Any] = {**LEAD, **params, "callerphone": PHONES[0], "email": EMAILS[0]}
    told |= {"fio": NAMES[0], "ctCallerId": "5f0c3a9d1b7e42868f0c3a9d1b7e4286"}
    ended = ENDING.ended(FORMS[form](told).delivery(), EVERY)
    found = search_bytes(ended.body, replace(SOUGHT, exact=(), emails=(EMAILS[0],)))
    assert found == set()
    assert ENDING.ended(ended, EVERY) is ended


def test_all_of_a_lead_ends_at_once_so_many_days_after_its_last_delivery() -> None:
    loaded = Settings.load({"CALLTOUCH_KEEP_RAW_DAYS": "30", "CALLTOUCH_KEEP_PERSONS_DAYS": "90"})
    retention = Retention.of(loaded)
    days = (29, 31, 91)
    assert [retention.due(NOW - timedelta(days=one), NOW) for one in days] == [
        frozenset(),
        {RetentionClass.RAW},
        {RetentionClass.RAW, RetentionClass.PERSONS},
    ]
    assert Retention.of(Settings.load({})).fewest_days is None
