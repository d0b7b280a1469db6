"""The views of days add up to what the reports say, whatever is chosen of them."""

import random
from collections.abc import Mapping
from typing import Any

import pytest

from analytics.reports.filters import Filters
from analytics.restricted.files import LeadFiles
from analytics.restricted.rights import LeadRights
from tests.analytics.reports.world import FIRST_DAY, LAST_DAY, World

TRAFFIC = ["source", "medium", "utm_source", "utm_medium", "utm_campaign", "utm_content"]
TRAFFIC += ["utm_term", "city", "device"]
DIMENSIONS = ["site_id", "site_name", "lead_type", *TRAFFIC]
FILTERS = {name: f"{name}.exact" for name in TRAFFIC}
FILTERS |= {"site_id": "site", "lead_type": "lead_type"}
"""By dimension, the condition of the pages for it."""
COUNTS = {
    "overview": {
        **{name: name for name in ("leads", "unique_leads", "uniqueness_known", "target_leads")},
        **{name: name for name in ("target_known", "unique_target_leads", "unfinished_calls")},
        **{name: name for name in ("unique_target_known", "missed_calls", "ended_calls")},
    },
    "quality": {
        **{"ended_calls": "ended_calls", "answered": "answered_calls", "missed": "missed_calls"},
        **{"talk_known": "talk_known", "waiting_answered_known": "waiting_known"},
    },
    "spam_totals": {"leads": "leads", "spam": "spam", "spam_known": "spam_known"},
}
"""By report, its columns and the counts that stand for them."""
MODELS = (None, 0, 1)


def view_of(model: int | None) -> str:
    return "leads_by_day" if model is None else "leads_by_day_and_model"


def rows_of(world: World, model: int | None) -> list[dict[str, Any]]:
    with world.published.reading() as db:
        table = db.execute(f"select * from {view_of(model)}").to_arrow_table()
    return [row for row in table.to_pylist() if row.get("attribution_model") == model]


def drawn(world: World, chance: random.Random) -> tuple[Filters, Mapping[str, object]]:
    """Filters, and what they choose of the dimensions: values of one row."""
    model = chance.choice(MODELS)
    row = chance.choice(rows_of(world, model))
    first = chance.choice((FIRST_DAY, row["day"]))
    told = [name for name in FILTERS if row[name]]
    chosen = {name: row[name] for name in chance.sample(told, chance.randrange(3))}
    conditions = {FILTERS[name]: (str(value),) for name, value in chosen.items()}
    return Filters(first, LAST_DAY, model, conditions), chosen


def sums(
    world: World, filters: Filters, chosen: Mapping[str, object], names: list[str]
) -> list[int]:
    rows = [
        row
        for row in rows_of(world, filters.model)
        if row["day"] >= filters.first and all(row[name] == chosen[name] for name in chosen)
    ]
    return [sum(row[name] for row in rows) for name in names]


@pytest.mark.parametrize("seed", range(12))
def test_sums_are_the_numbers_of_the_reports(world: World, seed: int) -> None:
    filters, chosen = drawn(world, random.Random(seed))
    for report, columns in COUNTS.items():
        answer = world.ask(report, filters)
        (row,) = (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
        told = [row[name] for name in columns]
        assert sums(world, filters, chosen, list(columns.values())) == told, report


@pytest.mark.parametrize("model", MODELS)
def test_groups_are_those_of_the_attribution_page(world: World, model: int | None) -> None:
    filters, groups = Filters(FIRST_DAY, LAST_DAY, model), ("source", "medium", "utm_campaign")
    counts = ("leads", "unique_leads", "target_leads", "target_known", "missed_calls")
    answer = world.ask("attribution", filters, groups)
    places = [answer.columns.index(name) for name in (*groups, *counts)]
    found: dict[Any, list[int]] = {}
    for row in rows_of(world, model):
        so_far = found.setdefault(tuple(row[name] for name in groups), [0] * len(counts))
        for place, name in enumerate(counts):
            so_far[place] += row[name]
    told = {tuple(row[i] for i in places[:3]): [row[i] for i in places[3:]] for row in answer.rows}
    assert len(told) > 5
    assert found == told


@pytest.mark.parametrize("model", MODELS)
def test_seconds_add_up_to_the_means_of_the_page(world: World, model: int | None) -> None:
    answer = world.ask("quality", Filters(FIRST_DAY, LAST_DAY, model))
    (row,) = (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
    rows = rows_of(world, model)
    for mean, seconds, known in (
        ("talk_avg", "talk_seconds", "talk_known"),
        ("waiting_answered_avg", "waiting_seconds", "waiting_known"),
    ):
        whole = sum(one[seconds] for one in rows) / sum(one[known] for one in rows)
        assert whole == pytest.approx(row[mean])


@pytest.mark.parametrize("model", MODELS)
def test_a_row_is_named_by_its_day_and_dimensions(world: World, model: int | None) -> None:
    rows = rows_of(world, model)
    assert len({tuple(row[name] for name in ("day", *DIMENSIONS)) for row in rows}) == len(rows)


def test_leads_without_the_model_are_counted_apart(world: World) -> None:
    for model in (0, 1):
        answer = world.ask("attribution_coverage", Filters(FIRST_DAY, LAST_DAY, model))
        (row,) = (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
        rows = rows_of(world, model)
        assert sum(one["attributed_leads"] for one in rows) == row[f"by_model_{model}"] > 0
        assert sum(one["leads"] for one in rows) == row["leads"] > row[f"by_model_{model}"]


@pytest.mark.parametrize("model", MODELS)
def test_readers_of_one_site_have_its_days_alone(world: World, model: int | None) -> None:
    own = LeadFiles(world.published).of(LeadRights(frozenset({1})))
    with own.reading() as db:
        table = db.execute(f"select * from {view_of(model)}").to_arrow_table()
    found = [row for row in table.to_pylist() if row.get("attribution_model") == model]
    expected = [row for row in rows_of(world, model) if row["site_id"] == 1]
    assert sorted(map(repr, found)) == sorted(map(repr, expected)) != []
