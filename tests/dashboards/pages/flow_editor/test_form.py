"""A definition as a form and back: what nobody touches stays as it is, byte for byte."""

import tomllib
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.pages.flow_editor.definition_form import (
    DefinitionForm,
    FormField,
    FormPart,
    read_form,
    with_posted,
)
from dashboards.pages.flow_editor.desk import DefinitionFault
from dashboards.pages.flow_editor.layout import ANSWER, OPERATORS, SOURCES, STEPS, FieldLayout
from dashboards.pages.flow_editor.step_blocks import (
    NotInBlocks,
    with_step,
    with_step_moved,
    without_step,
)
from flows import conditions
from flows.definition import kinds, sources
from flows.definition.reading import read_flow
from flows.ready_made import template_names, template_text

HTTP = """# what it is for
[source]
kind = "http"   # by address

# the CRM
[[steps]]
kind = "http"
url = "https://crm.example/a"  # theirs
KEYS

# at the end
"""
LEAD = '[source]\nkind = "lead"\n[[steps]]\nkind = "filter"\nwhen = [{field = "a", is = "b"}]\n'


def http(keys: str) -> str:
    return HTTP.replace("KEYS\n", keys)


def parts_of(form: DefinitionForm | None) -> list[FormPart]:
    assert form is not None
    return [one for one in (form.top, form.source, form.answer, *form.steps) if one is not None]


def field(text: str, name: str) -> FormField:
    (found,) = (
        one for part in parts_of(read_form(text)) for one in part.fields if one.name == name
    )
    return found


def step(text: str, number: int = 0) -> dict[str, Any]:
    steps: list[dict[str, Any]] = tomllib.loads(text)["steps"]
    return steps[number]


def post(text: str, values: Mapping[str, str], kind: str = "http", number: int = 0) -> str:
    """`values`: of a step, by what stands behind its prefix; `__` for a dot."""
    prefix = f"steps.{number}"
    posted = {f"{prefix}.{name.replace('__', '.')}": value for name, value in values.items()}
    return with_posted(text, {f"{prefix}.kind": kind, **posted})


def keys(layout: tuple[FieldLayout, ...]) -> set[str]:
    return {one.key for one in layout}


def test_every_key_of_a_definition_has_its_field() -> None:
    for kind, (own, _) in kinds.KINDS.items():
        expected = {*own, *kinds._FRAME_KEYS} - {"kind"} - ({"as"} if kind == "compose" else set())
        assert keys(STEPS[kind]) == expected, kind
    assert keys(SOURCES["http"]) == {*sources._HTTP_KEYS} - {"kind", "answer"}
    assert keys(SOURCES["lead"]) == {*sources._LEAD_KEYS} - {"kind"}
    assert keys(ANSWER) == {*sources._ANSWER_KEYS}
    assert sorted(OPERATORS) == sorted(conditions.OPERATORS)


@pytest.mark.parametrize("name", template_names())
def test_a_template_needs_no_toml_in_its_form(name: str) -> None:
    fields = [one for part in parts_of(read_form(template_text(name))) for one in part.fields]
    assert [one.name for one in fields if one.value.is_toml] == []


@pytest.mark.parametrize(
    ("keys", "posted", "expected"),
    [
        ("", {"method": "PUT"}, {"method": "PUT"}),
        ("tries = 3\n", {"tries": "5"}, {"tries": 5}),
        ("tries = 3\n", {"tries": ""}, {}),
        ("", {"tries": "many"}, {"tries": "many"}),
        ("", {"drop_empty": "true", "drop_empty__is": "1"}, {"drop_empty": True}),
        ("drop_empty = true\n", {"drop_empty__is": "1"}, {"drop_empty": False}),
        ("", {"repeat_unknown": "true"}, {"repeat_unknown": True}),
        ("", {"not_done": "409, 500"}, {"not_done": [409, 500]}),
        ('success = "2**"\n', {"success": "200\r\n204"}, {"success": ["200", "204"]}),
        ("", {"body__as": "json", "body": '{"a": 1}'}, {"body": {"json": '{"a": 1}'}}),
        ("body.text = 'x'\n", {"body__as": "xml", "body": "<a/>"}, {"body": {"xml": "<a/>"}}),
        ("body.text = 'x'\n", {"body__as": "", "body": "x"}, {}),
        (
            "",
            {"body__as": "form", "body": "a: {{b}}\r\nc: d: e"},
            {"body": {"form": [["a", "{{b}}"], ["c", "d: e"]]}},
        ),
        (
            "",
            {"headers__0__0": "X-Key", "headers__0__1": "{{secret.crm}}", "headers__1__0": ""},
            {"headers": {"X-Key": "{{secret.crm}}"}},
        ),
        (
            'headers = ["A: 1"]\n',
            {"headers__0__0": "A", "headers__0__1": "1", "headers__1__0": "B", "headers__1__1": ""},
            {"headers": ["A: 1", "B: "]},
        ),
        (
            "",
            {"query__0__0": "a", "query__0__1": "1", "query__1__0": "a", "query__1__1": "2"},
            {"query": [["a", "1"], ["a", "2"]]},
        ),
        (
            "",
            {
                "success_when__0__0": '["ok"]',
                "success_when__0__1": "is",
                "success_when__0__2": "true",
            },
            {"success_when": [{"path": '["ok"]', "is": True}]},
        ),
        (
            "",
            {"when__0__0": "a", "when__0__1": "not_in", "when__0__2": "1, b"},
            {"when": [{"field": "a", "not_in": ["1", "b"]}]},
        ),
        (
            "",
            {"when__0__0": "a", "when__0__1": "present", "when__0__2": ""},
            {"when": [{"field": "a", "present": True}]},
        ),
        (
            'when = [{any = [{field = "a", is = "b"}]}]\n',
            {"when__toml": '[{any = [{field = "a", is = "c"}]}]'},
            {"when": [{"any": [{"field": "a", "is": "c"}]}]},
        ),
        ("when = [{any = []}]\n", {"when__toml": "[{any"}, {"when": "[{any"}),
    ],
)
def test_a_field_is_written_as_toml(
    keys: str, posted: dict[str, str], expected: dict[str, Any]
) -> None:
    """Whatever is wrong with a value is written all the same: the check tells it in its place."""
    text = post(http(keys), posted)
    assert step(text) == {"kind": "http", "url": "https://crm.example/a", **expected}
    for comment in ("# what it is for", "# by address", "# the CRM", "# theirs", "# at the end"):
        assert comment in text


def test_what_is_shown_is_what_is_kept() -> None:
    """A form that is sent back as it came changes nothing, not even blanks."""
    text = http('headers = ["A:1"]\nquery   = {a="b"}\ntries=1_000\n')
    fields = {"url": "https://crm.example/a", "tries": "1000", "method": ""}
    rows = {"headers__0__0": "A", "headers__0__1": "1", "query__0__0": "a", "query__0__1": "b"}
    assert post(text, fields | rows) == text


def test_a_condition_that_is_not_touched_keeps_its_value() -> None:
    text = http('when = [{field = "a", is = 1}, {field = "b", is = "x"}]\n')
    posted = {"when__0__0": "a", "when__0__1": "is", "when__0__2": "1"}
    more = {"when__1__0": "b", "when__1__1": "is", "when__1__2": "y"}
    assert step(post(text, posted | more))["when"] == [
        {"field": "a", "is": 1},
        {"field": "b", "is": "y"},
    ]


def test_fields_of_json_keep_the_comments_beside_them() -> None:
    text = http("").replace('kind = "http"\nurl', 'kind = "json"\n[steps.fields]\na = "x" # c\nurl')
    rows = {"fields__0__0": "a", "fields__0__1": "y", "fields__0__2": "", "fields__0__3": ""}
    more = {
        "fields__1__0": "b",
        "fields__1__1": "z",
        "fields__1__2": "skip",
        "fields__1__3": "list",
    }
    written = post(text, rows | more, "json")
    assert step(written)["fields"] == {
        "a": "y",
        "b": {"path": "z", "if_absent": "skip", "many": "list"},
    }
    assert "# c" in written


def test_composed_data_has_its_kind_in_a_key_of_its_own() -> None:
    text = with_step(LEAD, "compose")
    text = post(text, {"value__as": "json", "value": '{"a": "{{b}}"}'}, "compose", 1)
    assert step(text, 1) == {"kind": "compose", "as": "json", "value": '{"a": "{{b}}"}'}
    assert field(text, "steps.1.value").value.place == "json"
    text = post(text, {"value__as": "form", "value": "a: {{b}}"}, "compose", 1)
    assert step(text, 1) == {"kind": "compose", "as": "form", "value": [["a", "{{b}}"]]}


def test_the_answer_gets_its_table_with_its_first_key() -> None:
    text = with_posted(http(""), {"answer.kind": "answer", "answer.status": "204"})
    assert tomllib.loads(text)["source"]["answer"] == {"status": 204}
    assert read_form(LEAD) is not None
    assert [part.kind for part in parts_of(read_form(LEAD))] == ["file", "lead", "filter"]


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1))
def test_any_text_arrives_as_it_was_typed(text: str) -> None:
    written = post(http(""), {"url": text, "body__as": "text", "body": text})
    assert step(written)["url"] == text
    assert step(written)["body"] == {"text": text}
    assert step(post(written, {"url": "x", "body__as": ""}))["url"] == "x"


@pytest.mark.parametrize("text", ["not TOML", "", "[source]\nkind = 'mail'\n", "source = 1\n"])
def test_what_is_no_definition_has_no_form(text: str) -> None:
    assert read_form(text) is None


def test_faults_stand_at_their_fields() -> None:
    text = http('tries = "many"\n').replace('kind = "http"   # by', 'kind = "http"\nkez = 1 # by')
    faults = [
        DefinitionFault(one.table, one.key, one.line, one.text, one.kind)
        for one in read_flow("one", text).problems
    ]
    form = read_form(text, faults)
    assert form is not None
    assert [fault.key for fault in form.source.faults] == ["kez"]
    shown = {one.name: [fault.kind for fault in one.faults] for one in form.steps[0].fields}
    assert shown["steps.0.tries"] == ["error"]


def test_what_is_missing_is_said_where_it_would_stand() -> None:
    text = with_step(LEAD, "mail")
    problems = [one for one in read_flow("one", text).problems if one.table == "[[steps]] 2"]
    assert [(one.key, one.line) for one in problems] == [("to", 8), ("subject", 8)]


STEPS_OF_TWO = http("") + '# the second\n[[steps]]\nkind = "json"\n[steps.fields]\na = "b"\n'


def test_steps_move_with_the_comments_above_them() -> None:
    moved = with_step_moved(STEPS_OF_TWO, 1, -1)
    assert [one["kind"] for one in tomllib.loads(moved)["steps"]] == ["json", "http"]
    assert moved.index("# the second") < moved.index('a = "b"') < moved.index("# the CRM")
    assert with_step_moved(moved, 0, 1).split() == STEPS_OF_TWO.split()


def test_a_step_goes_with_the_comments_above_it() -> None:
    left = without_step(STEPS_OF_TWO, 0)
    assert "# the CRM" not in left
    assert "# the second" in left
    assert tomllib.loads(without_step(left, 0)).get("steps") is None


def test_tables_behind_the_steps_stay_behind_them() -> None:
    text = '[[steps]]\nkind = "filter"\n# theirs\n[source]\nkind = "http"\n'
    added = with_step(text, "mail")
    assert [one["kind"] for one in tomllib.loads(added)["steps"]] == ["filter", "mail"]
    assert added.index("mail") < added.index("# theirs")


@pytest.mark.parametrize("index", [-1, 2, 99])
def test_there_is_no_such_step(index: int) -> None:
    with pytest.raises(NotInBlocks):
        without_step(STEPS_OF_TWO, index)


def test_a_text_that_looks_like_a_step_is_not_cut() -> None:
    """Rather nothing is moved than half a text."""
    text = http("body.text = '''\n[[steps]]\nkind = \"x\"\n'''\n")
    with pytest.raises(NotInBlocks):
        without_step(text, 0)
    with pytest.raises(NotInBlocks):
        with_step('steps = []\n[source]\nkind = "http"\n', "http")
