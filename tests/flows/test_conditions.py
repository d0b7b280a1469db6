"""Conditions: which hold of a value, of its absence, and which are none."""

from typing import Any

import pytest

from flows.conditions import all_hold, is_like, read_conditions, subjects
from flows.filling.lookup import RepeatedText
from flows.json_documents import read_json
from flows.json_paths import ABSENT
from flows.refusal import FlowRefusal

FIELDS: dict[str, Any] = {
    "status": "Successful",
    "empty": "",
    "null": None,
    "yes": True,
    "price": read_json("1.10"),
    "text": "1 200",
    "code": "007",
    "tags": ["VIP", "Новый"],
    "twice": RepeatedText(("a", "b")),
}


def holds(**condition: Any) -> bool:
    return all_hold(read_conditions([condition], "field"), lambda name: FIELDS.get(name, ABSENT))


@pytest.mark.parametrize(
    ("field", "operator", "operand", "expected"),
    [
        ("status", "is", "Successful", True),
        ("status", "is", "successful", False),
        ("status", "is_not", "successful", True),
        ("status", "in", ["a", "Successful"], True),
        ("status", "not_in", ["a", "b"], True),
        ("status", "contains", "cess", True),
        ("status", "starts_with", "Succ", True),
        ("status", "ends_with", "Succ", False),
        ("status", "like", "S*f?l", True),
        ("status", "like", "S*x", False),
        ("yes", "is", True, True),
        ("yes", "is", "true", True),
        ("yes", "is", False, False),
        ("price", "is", "1.10", True),
        ("price", "at_least", 1.1, True),
        ("price", "at_most", 1, False),
        ("code", "at_least", 7, True),
        ("code", "is", 7, False),
        ("text", "at_least", 1, False),
        ("status", "at_most", 1, False),
        ("tags", "contains", "VIP", True),
        ("tags", "contains", "VI", False),
        ("twice", "is", "b", True),
        ("empty", "present", True, True),
        ("empty", "is", "", True),
        ("null", "present", True, True),
        ("null", "is", "", False),
        ("null", "is_not", "a", True),
        ("absent", "absent", True, True),
        ("absent", "present", True, False),
        ("absent", "is", False, False),
        ("absent", "is", "", False),
        ("absent", "is_not", "a", True),
        ("absent", "not_in", ["a"], True),
        ("absent", "in", [""], False),
        ("absent", "contains", "", False),
        ("absent", "at_most", 5, False),
    ],
)
def test_what_holds(field: str, operator: str, operand: object, expected: bool) -> None:
    assert holds(field=field, **{operator: operand}) is expected


@pytest.mark.parametrize("text", ["1_000", "NaN", "Infinity", "", "0x10", "1e", "1 000"])
def test_what_is_no_number_is_neither_large_nor_small(text: str) -> None:
    for operator in ("at_least", "at_most"):
        condition = read_conditions([{"field": "a", operator: 0}], "field")
        assert not all_hold(condition, lambda name: text)


def test_case_can_be_ignored() -> None:
    assert holds(field="status", **{"is": "SUCCESSFUL"}, ignore_case=True)
    assert holds(field="tags", contains="новый", ignore_case=True)
    assert holds(field="status", **{"in": ["successful"]}, ignore_case=True)


def test_all_any_and_not() -> None:
    yes, no = {"field": "yes", "is": True}, {"field": "yes", "is": False}
    for raw, expected in (
        ([yes, yes], True),
        ([yes, no], False),
        ([], True),
        ([{"any": [no, yes]}], True),
        ([{"any": [no, no]}], False),
        ([{"any": []}], False),
        ([{"not": yes}], False),
        ([{"not": {"any": [no]}}], True),
    ):
        conditions = read_conditions(raw, "field")
        assert all_hold(conditions, lambda name: FIELDS.get(name, ABSENT)) is expected, raw
    assert subjects(read_conditions([{"any": [yes, {"not": no}]}], "field")) == ["yes", "yes"]


@pytest.mark.parametrize(
    "raw",
    [
        "status",
        ["status"],
        [{"field": "a"}],
        [{"field": "", "is": "b"}],
        [{"is": "b"}],
        [{"field": "a", "is": "b", "is_not": "c"}],
        [{"field": "a", "matches": "b"}],
        [{"field": "a", "is": ["b"]}],
        [{"field": "a", "in": "b"}],
        [{"field": "a", "present": False}],
        [{"field": "a", "at_least": "many"}],
        [{"field": "a", "is": "b", "ignore_case": "yes"}],
        [{"path": "a", "is": "b"}],
    ],
)
def test_what_is_no_condition(raw: object) -> None:
    with pytest.raises(FlowRefusal, match="bad-condition"):
        read_conditions(raw, "field")


def test_so_many_levels_and_no_more() -> None:
    def nested(levels: int) -> object:
        inner: object = [{"field": "a", "is": "b"}]
        for _ in range(levels):
            inner = [{"any": inner}]
        return inner

    assert read_conditions(nested(9), "field")
    with pytest.raises(FlowRefusal):
        read_conditions(nested(10), "field")


def test_a_pattern_of_stars_ends() -> None:
    """A stranger's value must not be able to stop a thread; a regular expression would be."""
    assert not is_like("a" * 20_000, "*a" * 50 + "b")
