"""What the attribution page says of labels and of rates, and its leads by model, against pandas."""

import math
from collections import Counter, defaultdict
from typing import Any

import pytest

from analytics.reports.filters import Filters, read_values
from tests.analytics.reports.filter_sets import leads_of, picked
from tests.analytics.reports.rows import by_nulls_last, same
from tests.analytics.reports.test_models import DIRECT, compared
from tests.analytics.reports.world import FIRST_DAY, LAST_DAY, World

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
LEAST = 10


def test_coverage_tells_who_has_the_model_and_who_has_no_label(
    world: World, ten_filters: list[Filters]
) -> None:
    columns = "leads by_model_0 by_model_1 without_model without_utm"
    received = {
        (row["lead_type"], row["lead_id"], row["attribution_model"])
        for row in world.rows("lead_attributions")
    }
    for filters in ten_filters:
        leads = leads_of(world, filters)
        models: Counter[int | None] = Counter()
        for lead in leads:
            key = (lead["lead_type"], lead["lead_id"])
            wanted = (1, 0) if filters.model is None else (filters.model,)
            models[next((m for m in wanted if (*key, m) in received), None)] += 1
        without = sum(all(lead[name] is None for name in UTM) for lead in leads)
        expected = (len(leads), models[0], models[1], models[None], without)
        assert same(world.ask("attribution_coverage", filters), columns, [expected])


def wilson(part: int, whole: int) -> tuple[float, float]:
    """https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval"""
    z, share = 1.96, part / whole
    half = z * math.sqrt(share * (1 - share) / whole + z**2 / (4 * whole**2))
    low, high = (share + z**2 / (2 * whole) + sign * half for sign in (-1, 1))
    return low / (1 + z**2 / whole), high / (1 + z**2 / whole)


def test_rates_have_their_interval_and_a_verdict(world: World, ten_filters: list[Filters]) -> None:
    columns = "source medium leads target_leads target_known unique_target_leads target_rate"
    columns += " target_rate_low target_rate_high overall_rate verdict large_groups groups"
    verdicts = set()
    for filters in ten_filters:
        groups: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        for lead in leads_of(world, filters):
            groups[lead["source"], lead["medium"]].append(lead)
        flags = [lead["is_target"] for leads in groups.values() for lead in leads]
        overall = flags.count(True) / (len(flags) - flags.count(None))
        rows = []
        for names, leads in groups.items():
            found = [lead["is_target"] for lead in leads if lead["is_target"] is not None]
            if len(found) < LEAST:
                continue
            part, whole = found.count(True), len(found)
            low, high = wilson(part, whole)
            above, below = low > overall + 1e-9, high < overall - 1e-9
            verdict = "above" if above else "below" if below else "usual"
            verdicts.add(verdict)
            unique = sum(lead["is_unique_target"] is True for lead in leads)
            numbers = (len(leads), part, whole, unique, part / whole, low, high, overall)
            rows.append((*names, *numbers, verdict, len(groups)))
        rows.sort(key=lambda row: (-row[2], by_nulls_last(*row[:2])))
        rows = [(*row[:-1], len(rows), row[-1]) for row in rows]
        answer = world.ask("attribution_rates", filters, ("source", "medium"), least=LEAST)
        assert same(answer, columns, rows)
    assert len(verdicts) > 1


def test_rescued_are_by_their_last_non_direct_source(
    world: World, ten_filters: list[Filters]
) -> None:
    for filters in ten_filters:
        flags: dict[Any, list[bool | None]] = defaultdict(list)
        for lead, old, new in compared(world, filters):
            if old == DIRECT and new != DIRECT:
                flags[new].append(lead["is_target"])
        rows = [
            (*pair, len(found), found.count(True), len(found) - found.count(None))
            for pair, found in flags.items()
        ]
        rows.sort(key=lambda row: (-row[2], by_nulls_last(*row[:2])))
        columns = "source medium leads target_leads target_known"
        assert same(world.ask("rescued", filters), columns, rows)


@pytest.mark.parametrize("name", ["source_0", "medium_0", "source_1", "medium_1"])
@pytest.mark.parametrize("value", ["(direct)", "cpc", "yandex", "null"])
def test_a_source_of_one_model_can_be_asked_for_whatever_the_other(
    world: World, name: str, value: str
) -> None:
    filters = Filters(FIRST_DAY, LAST_DAY, None, {name: read_values(name, [value])})
    answer = world.ask("journal_count", filters)
    assert answer.column("leads") == [len(picked(world, filters))]
