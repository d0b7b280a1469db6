"""The journal, against plain Python over the leads that pandas leaves."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest

from analytics.reports.asking import Question
from analytics.reports.filters import Filters
from analytics.reports.paging import ask_all
from analytics.reports.parameters import JOURNAL_SORTS
from tests.analytics.reports.filter_sets import leads_of
from tests.analytics.reports.rows import same
from tests.analytics.reports.world import NOW, ZONE, World

COLUMNS = """at day happened_local lead_type lead_id site_id site_name caller_phone email fio
    attribution_model source medium source_0 medium_0 source_1 medium_1 utm_source
    utm_medium utm_campaign utm_content utm_term status call_phase duration waiting_time is_unique
    is_target is_unique_target is_spam manager subject phone_number city device tags rating
    order_id delivery_count has_recording has_transcript"""


def journal(world: World, filters: Filters) -> list[tuple[Any, ...]]:
    tags: dict[object, set[str]] = defaultdict(set)
    for row in world.rows("lead_tags"):
        tags[row["lead_type"], row["lead_id"]].add(row["tag"])
    traffic = {
        (row["lead_type"], row["lead_id"], row["attribution_model"]): row
        for row in world.rows("lead_attributions")
    }
    spoken = {row["lead_id"] for row in world.rows("call_phrases")}
    rows = []
    for lead in leads_of(world, filters):
        key = (lead["lead_type"], lead["lead_id"])
        told = lead | {
            "attribution_model": (
                lead["attribution_model"] if filters.model is None else filters.model
            ),
            "at": lead["happened_at"] or lead["first_received_at"],
            **{
                f"{name}_{model}": traffic.get((*key, model), {}).get(name)
                for name in ("source", "medium")
                for model in (0, 1)
            },
            "tags": ", ".join(sorted(tags[key])) or None,
            "has_recording": lead["reclink"] is not None,
            "has_transcript": lead["lead_type"] == "call" and lead["lead_id"] in spoken,
        }
        place = (-told["at"].timestamp(), lead["lead_type"], -lead["lead_id"])
        rows.append((place, tuple(told[name] for name in COLUMNS.split())))
    return [row for _, row in sorted(rows, key=lambda one: one[0])]


def test_the_journal_has_all_leads_newest_first(world: World, ten_filters: list[Filters]) -> None:
    for filters in ten_filters:
        rows = journal(world, filters)
        assert same(world.ask("journal", filters, limit=0), COLUMNS, rows)
        assert world.ask("journal_count", filters).rows == [(len(rows),)]
    everything = world.ask("journal", ten_filters[0], limit=0)
    for name in ("tags", "has_recording", "has_transcript"):
        assert len(set(everything.column(name))) > 1


@pytest.mark.parametrize("length", [4, 6])
def test_a_search_of_five_digits_looks_inside_the_phone_and_of_fewer_at_its_end(
    world: World, ten_filters: list[Filters], length: int
) -> None:
    phone = next(row["canonical_phone"] for row in world.rows("leads") if row["caller_phone"])
    chosen = {"search": (phone[1 : 1 + length], phone[-4:])}
    filters = replace(ten_filters[0], chosen=chosen)
    assert world.ask("journal_count", filters).rows == [(len(leads_of(world, filters)),)]


@pytest.mark.parametrize(
    "chosen",
    [
        {"waiting_from": ("7",)},
        {"waiting_to": ("7",)},
        {"waiting_from": ("3",), "waiting_to": ("7", "5")},
        {"only": ("callback_calls",)},
        {"only": ("missed",)},
        {"only": ("unfinished",)},
    ],
)
def test_bounds_of_waiting_and_kinds_of_calls(
    world: World, ten_filters: list[Filters], chosen: dict[str, tuple[str, ...]]
) -> None:
    filters = replace(ten_filters[0], chosen=chosen)
    expected = len(leads_of(world, filters))
    assert 0 < expected < len(leads_of(world, ten_filters[0]))
    assert world.ask("journal_count", filters).rows == [(expected,)]


def test_pages_follow_one_another_without_gap_or_repeat(
    world: World, ten_filters: list[Filters]
) -> None:
    everything = world.ask("journal", ten_filters[0], limit=0)
    rows: list[tuple[Any, ...]] = []
    after: dict[str, Any] = {}
    # A seventh of the leads at a time; more than one lead begins within a second.
    while page := world.ask("journal", ten_filters[0], limit=97, **after).rows:
        rows += page
        assert len(rows) <= len(everything.rows)
        last = dict(zip(everything.columns, page[-1], strict=True))
        after = {
            "after_at": last["at"],
            "after_type": last["lead_type"],
            "after_id": last["lead_id"],
        }
    assert rows == everything.rows


def test_a_page_can_begin_between_leads_of_one_instant(world: World) -> None:
    """Calls come before requests, and higher ids before lower ones."""
    lead = world.rows("leads")[0]
    at = lead["happened_at"] or lead["first_received_at"]
    filters = Filters(lead["day"], lead["day"])
    for after_type, after_id, is_there in (
        (lead["lead_type"], lead["lead_id"] + 1, True),
        (lead["lead_type"], lead["lead_id"], False),
        ("aaa", 0, True),
        ("zzz", lead["lead_id"] + 1, False),
    ):
        after = {"after_at": at, "after_type": after_type, "after_id": after_id}
        found = world.ask("journal", filters, limit=0, **after)
        keys = zip(found.column("lead_type"), found.column("lead_id"), strict=True)
        assert ((lead["lead_type"], lead["lead_id"]) in keys) is is_there


@pytest.mark.parametrize("pages", [1, 6])
def test_all_of_it_is_read_in_pages(world: World, ten_filters: list[Filters], pages: int) -> None:
    """Also where the last page is as long as the others: then an empty one ends it."""
    question = Question.about("journal", ten_filters[0], ZONE, NOW)
    everything = world.ask("journal", ten_filters[0])
    page = len(everything.rows) // pages
    with world.published.reading() as db:
        schema, batches = ask_all(db, question, page)
        sizes = []
        keys: list[tuple[str, int]] = []
        for batch in batches:
            sizes.append(batch.num_rows)
            columns = batch.select(["lead_type", "lead_id"]).to_pydict()
            keys += zip(columns["lead_type"], columns["lead_id"], strict=True)
        assert max(sizes) == page
        _, other = ask_all(db, Question.about("journal_count", ten_filters[0], ZONE, NOW))
        assert [batch.to_pydict() for batch in other] == [{"leads": [len(keys)]}]
    assert tuple(schema.names) == everything.columns
    found = zip(everything.column("lead_type"), everything.column("lead_id"), strict=True)
    assert keys == list(found)


SORTED_BY = {
    "model": "attribution_model",
    "unique": "is_unique",
    "target": "is_target",
    "unique_target": "is_unique_target",
    "spam": "is_spam",
    "site": "site_name",
    "deliveries": "delivery_count",
}
"""Columns of the report that are not named as the order by them."""


@pytest.mark.parametrize("name", JOURNAL_SORTS)
def test_it_is_sorted_by_any_column_over_all_its_leads(
    world: World, ten_filters: list[Filters], name: str
) -> None:
    """The unknown last, and leads that are alike as usual; page by page."""
    usual = world.ask("journal", ten_filters[0], limit=0).records()
    column = SORTED_BY.get(name, name)
    known = [row for row in usual if row[column] is not None]
    assert known

    def value(row: dict[str, Any]) -> Any:
        is_text = isinstance(row[column], str) and name != "status"
        return row[column].lower().encode() if is_text else row[column]

    for sort, is_descending in ((name, False), (f"-{name}", True)):
        expected = sorted(known, key=value, reverse=is_descending)
        expected += [row for row in usual if row[column] is None]
        if not is_descending:
            assert world.ask("journal", ten_filters[0], sort=sort, limit=0).records() == expected
        page = world.ask("journal", ten_filters[0], sort=sort, limit=40, skip=30).records()
        assert page == expected[30:70]


def test_sorted_it_is_read_whole_page_by_page(world: World, ten_filters: list[Filters]) -> None:
    question = Question.about("journal", ten_filters[0], ZONE, NOW, sort="-duration")
    everything = world.ask("journal", ten_filters[0], sort="-duration")
    with world.published.reading() as db:
        _, batches = ask_all(db, question, page=50)
        ids = [lead_id for batch in batches for lead_id in batch.to_pydict()["lead_id"]]
    assert len(ids) > 100
    assert ids == everything.column("lead_id")
