"""What becomes of a value, by where it stands."""

import json
import zlib
from typing import Any

import pytest

from receiver.digest.erasing.sqlite_files import StoredValue, Value
from receiver.digest.erasing.values import PersonValues
from receiver.erasing.eraser import Eraser
from receiver.erasing.person import Person
from tests.receiver.digest.erasing.world import EMAIL, NAME, PHONE, SPELT

VALUES = PersonValues(
    Eraser(bytes(32), Person(frozenset({PHONE}), frozenset({EMAIL}), names=frozenset({NAME}))),
    frozenset({("call", 501)}),
    frozenset({7}),
)


def changed(table: str, column: str, value: Value, **row: Any) -> Value:
    return VALUES.in_row(StoredValue(table, column, value, {column: value, **row}))


def body(document: object, **row: Any) -> Any:
    packed = zlib.compress(json.dumps(document).encode())
    new = changed("bodies", "body", packed, operation_id=row.get("operation_id", 1))
    assert isinstance(new, bytes)
    return json.loads(zlib.decompress(new))


def test_of_the_access_log_that_somebody_was_shown_stays_and_not_whom() -> None:
    assert changed("audit", "query", "lead_id=501&x=5010") == "lead_id=erased&x=5010"
    assert changed("audit", "action", "shown 501") == "shown 501"
    assert PHONE not in str(changed("audit", "query", f"q={PHONE}"))


def test_what_the_api_said_of_a_lead_goes() -> None:
    of_lead = {"lead_type": "call", "lead_id": 501}
    assert changed("reconciliation_differences", "api_value", "Анна", **of_lead) == ""
    other = {"lead_type": "request", "lead_id": 501}
    assert changed("reconciliation_differences", "api_value", "Анна", **other) == "Анна"


def test_bytes_of_a_delivery_are_searched_as_they_came() -> None:
    """UTF-8 read as Latin-1, as flows keep it."""
    raw = f"name={NAME}&to={SPELT}&n=1".encode()
    came = {"query": "", "body": raw.decode("latin-1"), "content_type": "text/plain", "n": 1}
    left = body(came)["body"].encode("latin-1").decode()
    assert NAME not in left
    assert SPELT not in left
    assert left.endswith("&n=1")
    assert body({**came, "body": "a=1"}) == {**came, "body": "a=1"}


@pytest.mark.parametrize(
    "document", [{"query": 1, "body": None}, {"query": "й", "body": "й"}, [], 7, "x", {"query": {}}]
)
def test_what_only_looks_like_a_delivery_is_left_alone(document: object) -> None:
    assert body(document) == document


def test_of_an_operation_of_the_persons_everything_goes_that_may_be_theirs() -> None:
    said = {"comment": "позвонить вечером", "fio": "Анна"}
    assert body(said) == said
    left = body(said, operation_id=7)
    assert all(value.startswith("erased:") for value in left.values())
