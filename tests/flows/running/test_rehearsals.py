"""Old inputs through an edited definition: what would be different, and nothing is sent."""

from contextlib import closing
from zoneinfo import ZoneInfo

import pytest

from flows.definition.flow import Flow
from flows.definition.reading import read_flow
from flows.filling.filters import FilterSettings
from flows.rehearsal import RehearsalResult, Span, rehearse
from flows.store.writer import StoreWriter
from tests.flows.running.conftest import Flows

DEFINITION = """
[source]
kind = "http"
when = [{field = "test", is_not = "1"}]
[[steps]]
kind = "http"
name = "crm"
url = "{url}/200?id={{id}}"
headers = {Token = "{{secret.crm}}"}
body.json = '{"phone": "{{phone}}", "sum": "{{sum | number}}"}'
[[steps]]
kind = "http"
name = "second"
url = "{url}/200"
body.json = '{"status": "{{crm.status}}"}'
"""
BODIES = ("id=1&phone=8 999&sum=1", "id=2&phone=7999&sum=abc", "id=3&test=1", "id=4&sum=5")


def flow(text: str) -> Flow:
    read = read_flow("one", text.replace("{url}", "https://crm.example"))
    assert read.flow is not None, read.problems
    return read.flow


@pytest.fixture
def delivered(flows: Flows) -> Flows:
    """Two are done, one is refused, one skipped."""
    flows.secrets["crm"] = "TOP-SECRET"
    flows.apply("one", DEFINITION)
    flows.deliver("one", *BODIES)
    flows.run()
    assert [state for state, _ in flows.states()] == ["done", "failed", "skipped", "done"]
    flows.target.seen.clear()
    return flows


def rehearsed(flows: Flows, edited: str, span: Span | None = None) -> RehearsalResult:
    store = StoreWriter(flows.place.flows_store)
    settings = FilterSettings(ZoneInfo("Europe/Moscow"))
    with closing(store), closing(store.reader()) as db:
        result = rehearse(db, flow(DEFINITION), flow(edited), span or Span(), settings)
    assert flows.target.seen == {}
    return result


def test_the_same_definition_is_equal(delivered: Flows) -> None:
    result = rehearsed(delivered, DEFINITION)
    assert dict(result.counts) == {"equal": 4}
    assert not result.has_differences


@pytest.mark.parametrize(
    ("old", "new", "counts", "part"),
    [
        ("{{phone}}", "{{phone | digits}}", {"different": 1, "equal": 3}, "phone"),
        ("?id={{id}}", "?id=n{{id}}", {"different": 2, "equal": 2}, "query id"),
        ("secret.crm", "secret.other", {"different": 2, "equal": 2}, "header token"),
        ("{{sum | number}}", "{{sum}}", {"no longer refused": 1, "different": 2}, None),
        ("{{phone}}", "{{phone | required}}", {"newly refused": 1, "equal": 3}, None),
        ('is_not = "1"', 'is_not = "2"', {"no longer skipped": 1, "equal": 3}, None),
        ('"test", is_not = "1"', '"id", is_not = "4"', {"newly skipped": 1}, None),
    ],
)
def test_what_an_edit_changes(
    delivered: Flows, old: str, new: str, counts: dict[str, int], part: str | None
) -> None:
    assert old in DEFINITION
    result = rehearsed(delivered, DEFINITION.replace(old, new))
    assert result.has_differences
    assert counts.items() <= dict(result.counts).items()
    if part is not None:
        found = result.parts["crm", part]
        assert found.times == counts["different"]
        assert found.before != found.after


def test_an_example_shows_both(delivered: Flows) -> None:
    result = rehearsed(delivered, DEFINITION.replace("{{phone}}", "{{phone | digits}}"))
    found = result.parts["crm", "phone"]
    assert (found.before, found.after) == ("8 999", "8999")


def test_a_new_step_is_a_difference_and_a_recorded_answer_is_used(delivered: Flows) -> None:
    result = rehearsed(delivered, DEFINITION.replace('"{{crm.status}}"', '"{{crm.status}}!"'))
    assert result.parts["second", "status"].after == "200!"
    without = DEFINITION.rpartition("[[steps]]")[0]
    assert rehearsed(delivered, without).parts["second", "(the step)"].times == 2


def test_only_the_last_ones_and_what_is_kept(delivered: Flows) -> None:
    assert rehearsed(delivered, DEFINITION, Span(last=2)).inputs == 2
    assert rehearsed(delivered, DEFINITION, Span(since="2999")).inputs == 0
    store = StoreWriter(delivered.place.flows_store)
    store.write(lambda db: db.execute("delete from bodies where operation_id = 1"))
    store.close()
    assert rehearsed(delivered, DEFINITION).counts["not comparable"] == 1


def test_examples_take_bounded_room(delivered: Flows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.rehearsal.MOST_PARTS", 1)
    edited = DEFINITION.replace("{{phone}}", "{{phone}}" * 2_000).replace("?id=", "?id=new")
    result = rehearsed(delivered, edited)
    assert set(result.parts) <= {("crm", "query id"), ("crm", "phone"), ("crm", "(other parts)")}
    assert len(result.parts) == 2
    assert all(len(found.after or "") <= 60 for found in result.parts.values())
