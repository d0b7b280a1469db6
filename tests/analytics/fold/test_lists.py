"""Texts that come as lists, and words that come with blanks: as forms and JSON bodies have them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from receiver.decode import decode
from tests.analytics.fold.folding import fold_into, new_store
from tests.analytics.fold.plain_fold import Sent
from tests.analytics.fold.test_fold import START

CALL = "leadtype=call&id=1"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[DuckDBPyConnection]:
    with new_store(tmp_path) as store:
        yield store


def take(db: DuckDBPyConnection, *bodies: str, **rename: str) -> None:
    """Each as a batch of its own, so that the later ones read the earlier ones from the store."""
    for number, body in enumerate(bodies, 1):
        params = decode(b"", body.encode(), "", rename).params
        fold_into(db, [[Sent(number, START, params)]])


def rows(db: DuckDBPyConnection, query: str) -> list[Any]:
    return [row[0] if len(row) == 1 else row for row in db.execute(query).fetchall()]


def test_changed_fields_in_a_list_are_its_names(db: DuckDBPyConnection) -> None:
    first = "leadtype=call&id=30&duration=40&comment[0][comment]=a"
    listed = "leadtype=call&id=30&changedFields[]=comment&changedFields[]=duration&duration=50"
    take(db, first, listed)
    query = "select changed_fields, problems from deliveries where delivery_id = 2"
    assert rows(db, query) == [(["comment", "duration"], [])]
    # Named and absent: cleared.
    assert rows(db, "select comment from lead_comments") == []
    changes = "select field, is_declared from lead_changes order by field"
    assert rows(db, changes) == [("comment", True), ("duration", True)]
    assert rows(db, "select reason from delivery_gaps") == []


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ("changedFields[0]=status&changedFields[1]=comment", ["status", "comment"]),
        ("changedFields[0][0]=status, comment", ["status", "comment"]),
        ("changedFields[]=null", None),
        ("changedFields[]=", None),
        ('{"changedFields": ["status", ["comment", null]]}', ["status", "comment"]),
        ('{"changedFields": []}', None),
    ],
)
def test_lists_of_names_may_be_nested_and_hold_markers(
    db: DuckDBPyConnection, changed: str, names: list[str] | None
) -> None:
    if changed.startswith("{"):
        take(db, json.dumps({"leadtype": "call", "id": "1", **json.loads(changed)}))
    else:
        take(db, f"{CALL}&{changed}")
    assert rows(db, "select changed_fields from deliveries") == [names]


def test_renamed_names_in_a_list_and_with_blanks_are_undone(db: DuckDBPyConnection) -> None:
    body = f"{CALL}&state=successful&changedFields[]=status, state&changedFields[]= remark"
    take(db, body, state="status", remark="comment")
    assert rows(db, "select changed_fields from deliveries") == [["status", "status", "comment"]]


@pytest.mark.parametrize(
    "sent",
    [
        "tags_manual[]=VIP&tags_manual[]=Замер",
        "tags_manual[0]=VIP,Замер&tags_manual[1]=VIP&tags_manual[2]=null",
        "tags_manual[0][0]=VIP&tags_manual[0][1]= Замер ",
        '{"tags_manual": ["VIP", "Замер", "VIP", null]}',
    ],
)
def test_tags_in_a_list_are_its_elements_each_once(db: DuckDBPyConnection, sent: str) -> None:
    identity = {"leadtype": "call", "id": "1"}
    body = json.dumps(identity | json.loads(sent)) if sent[0] == "{" else f"{CALL}&{sent}"
    take(db, body, f"{CALL}&tags_manual=VIP,Замер")
    assert rows(db, "select tag from lead_tags order by tag") == ["VIP", "Замер"]
    assert rows(db, "select distinct problems from deliveries") == [[]]
    # The same in a text is no change.
    assert rows(db, "select field from lead_changes") == []


def test_texts_numbers_and_words_in_a_list_are_its_elements(db: DuckDBPyConnection) -> None:
    take(
        db,
        "leadtype[]=call&id[]=7&sendingTimestamp[]=1793600000&manager[]=Анна&manager[]=Иван"
        "&utm_source[]=null&utm_term[]=<не заполнено>&duration[]=50&spam[0]=true&rating[]=4"
        "&rating[]=5&callphase[]=calldisconnected&city[a]=moscow",
    )
    query = """select lead_id, manager, utm_source, utm_term, duration, is_spam, rating, is_ended,
        city, epoch(last_sent_at) from leads"""
    told = (7, "Анна,Иван", None, "", 50, True, None, True, None, 1793600000)
    assert rows(db, query) == [told]
    problems = rows(db, "select problems from deliveries")
    assert problems == [["not text: city", "not smallint: rating"]]


def test_a_lead_type_is_trimmed_and_as_calltouch_documents_it(db: DuckDBPyConnection) -> None:
    take(db, "leadtype=%20call%20&id=1", "leadtype=request%0A&requestId=2", "leadtype=Call&id=3")
    assert rows(db, "select lead_type, lead_id from leads order by all") == [
        ("call", 1),
        ("request", 2),
    ]
    assert rows(db, "select outcome from deliveries where lead_id is null") == ["quarantined"]


@pytest.mark.parametrize(
    ("said", "is_ended"),
    [
        ("callphase=calldisconnected", True),
        ("callphase=calldisconnected&status=successful", True),
        ("status=unsuccessful", True),
        ("callphase=null&status=successful", True),
        ("callphase=callconnected", False),
        ("callphase=callconnected&status=successful", False),
        ("status=null", False),
        ("duration=5", False),
    ],
)
def test_a_call_has_ended_by_its_phase_or_without_one_by_its_status(
    db: DuckDBPyConnection, said: str, is_ended: bool
) -> None:
    take(db, f"{CALL}&{said}")
    assert rows(db, "select is_ended from leads") == [is_ended]


def test_a_request_neither_ends_nor_does_not(db: DuckDBPyConnection) -> None:
    take(db, "leadtype=request&requestId=1&status=successful")
    assert rows(db, "select is_ended from leads") == [None]


def test_leads_keep_what_was_sent_beside_its_one_form(db: DuckDBPyConnection) -> None:
    phones = ("+79990000001", "8 (999) 000-00-01")
    take(
        db,
        *(f"leadtype=call&id={n}&callerphone={phone}" for n, phone in enumerate(phones)),
        "leadtype=request&requestId=5&callerphone=79990000001&email=A%40b.RU",
        "leadtype=request&requestId=6&email=%20a%40B.ru",
        "leadtype=call&id=7",
    )
    columns = "caller_phone, canonical_phone, email, canonical_email"
    assert rows(db, f"select {columns} from leads order by lead_id") == [
        ("+79990000001", "79990000001", None, None),
        ("8 (999) 000-00-01", "79990000001", None, None),
        ("79990000001", "79990000001", "A@b.RU", "a@b.ru"),
        (None, None, " a@B.ru", "a@b.ru"),
        (None, None, None, None),
    ]
    query = "select count(*) from leads where person is not null group by person order by all"
    assert rows(db, query) == [1, 3]
