"""The reports of the attribution page against pandas."""

from collections import defaultdict
from typing import Any

from analytics.reports.filters import Filters
from tests.analytics.reports.calls import is_missed
from tests.analytics.reports.filter_sets import leads_of
from tests.analytics.reports.rows import by_nulls_last, rate, same, start_of, starts
from tests.analytics.reports.world import World

GROUPS = (("source",), ("source", "medium"), ("utm_source", "utm_campaign", "utm_term"))


def counts(rows: list[dict[str, Any]]) -> list[Any]:
    flags = [[row[name] for row in rows] for name in ("is_unique", "is_target", "is_unique_target")]
    unique, target, unique_target = flags
    known = len(target) - target.count(None)
    calls = sum(row["lead_type"] == "call" for row in rows)
    return [
        *(len(rows), calls, len(rows) - calls),
        *(unique.count(True), len(unique) - unique.count(None)),
        *(target.count(True), known, unique_target.count(True), rate(target.count(True), known)),
        sum(map(is_missed, rows)),
    ]


def test_attribution_counts_leads_by_group(world: World, ten_filters: list[Filters]) -> None:
    columns = " leads calls requests unique_leads uniqueness_known target_leads target_known"
    columns += " unique_target_leads target_rate missed_calls"
    for number, filters in enumerate(ten_filters):
        groups = GROUPS[number % 3]
        found = defaultdict(list)
        for lead in leads_of(world, filters):
            found[tuple(lead[name] for name in groups)].append(lead)
        rows = [[*names, *counts(leads)] for names, leads in found.items()]
        rows.sort(key=lambda row: (-row[len(groups)], by_nulls_last(*row[: len(groups)])))
        answer = world.ask("attribution", filters, groups)
        assert same(answer, " ".join(groups) + columns, rows)


def test_attribution_mix_has_every_source_in_every_unit(
    world: World, ten_filters: list[Filters]
) -> None:
    for number, filters in enumerate(ten_filters):
        unit = ("day", "week", "month")[number % 3]
        leads = leads_of(world, filters)
        sources = {lead["source"] for lead in leads}
        size = {one: sum(lead["source"] == one for lead in leads) for one in sources}
        ranked = sorted(sources, key=lambda one: (-size[one], by_nulls_last(one)))
        bands = [(False, [source]) for source in ranked[:4]]
        bands += [(True, ranked[4:])] if ranked[4:] else []
        rows = []
        for start in starts(unit, filters.first, filters.last):
            of_unit = [lead for lead in leads if start_of(unit, lead["day"]) == start]
            for is_rest, names in bands:
                flags = [lead["is_target"] for lead in of_unit if lead["source"] in names]
                known = [flag for flag in flags if flag is not None]
                name = None if is_rest else names[0]
                rows.append((start, is_rest, name, len(flags), known.count(True), len(known)))
        answer = world.ask("attribution_mix", filters, unit=unit, top=4)
        columns = "starts_on is_rest source leads target_leads target_known"
        assert same(answer, columns, rows)
        assert sum(answer.column("leads")) == len(leads)
