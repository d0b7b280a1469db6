"""The reports that compare the attribution models, against pandas."""

from collections import Counter, defaultdict
from typing import Any

from analytics.reports.filters import Filters
from tests.analytics.reports.filter_sets import leads_of
from tests.analytics.reports.rows import by_nulls_last, rate, same
from tests.analytics.reports.world import World

Lead = dict[str, Any]
Pair = tuple[Any, Any]
DIRECT = ("(direct)", "(none)")


def told(world: World, filters: Filters) -> list[tuple[Lead, Pair | None, Pair | None]]:
    """Each lead with its source and medium in model 0 and 1, None where it was not received."""
    of_model: dict[tuple[Any, ...], Pair] = {
        (row["lead_type"], row["lead_id"], row["attribution_model"]): (row["source"], row["medium"])
        for row in world.rows("lead_attributions")
    }
    return [
        (
            lead,
            of_model.get((lead["lead_type"], lead["lead_id"], 0)),
            of_model.get((lead["lead_type"], lead["lead_id"], 1)),
        )
        for lead in leads_of(world, filters)
    ]


def compared(world: World, filters: Filters) -> list[tuple[Lead, Pair, Pair]]:
    return [(lead, old, new) for lead, old, new in told(world, filters) if old and new]


def test_models_counts_each_lead_once_in_each_model(
    world: World, ten_filters: list[Filters]
) -> None:
    columns = "source medium leads_0 leads_1 both difference"
    columns += " target_leads_0 target_leads_1 target_known_0 target_known_1"
    for filters in ten_filters:
        leads = compared(world, filters)
        rows = []
        for pair in {pair for _, *pairs in leads for pair in pairs}:
            sides = [[lead for lead, *pairs in leads if pairs[m] == pair] for m in (0, 1)]
            size = [len(side) for side in sides]
            flags = [[lead["is_target"] for lead in side] for side in sides]
            both = sum(old == new == pair for _, old, new in leads)
            target = [flag.count(True) for flag in flags]
            known = [len(flag) - flag.count(None) for flag in flags]
            rows.append((*pair, *size, both, size[1] - size[0], *target, *known))
        rows.sort(key=lambda row: (-max(row[2:4]), by_nulls_last(*row[:2])))
        assert same(world.ask("models", filters), columns, rows)


def test_model_summary_tells_moved_and_rescued(world: World, ten_filters: list[Filters]) -> None:
    columns = "leads both_models only_model_0 only_model_1 moved moved_share rescued_from_direct"
    for filters in ten_filters:
        leads, both = told(world, filters), compared(world, filters)
        moved = [(old, new) for _, old, new in both if old != new]
        rescued = sum(old == DIRECT for old, _ in moved)
        lone = [sum(one[1 + m] is None for one in leads) for m in (1, 0)]
        row = (len(leads), len(both), *lone, len(moved), rate(len(moved), len(both)), rescued)
        assert same(world.ask("model_summary", filters), columns, [row])
    (everything,) = world.ask("model_summary", ten_filters[0]).records()
    assert min(everything.values()) > 0


def test_model_transitions_pair_the_sources(world: World, ten_filters: list[Filters]) -> None:
    for filters in ten_filters:
        leads = compared(world, filters)
        size = Counter(pair[0] for _, *pairs in leads for pair in pairs)
        ranked = sorted(size, key=lambda one: (-size[one], by_nulls_last(one)))
        place = {source: min(number, 3) for number, source in enumerate(ranked)}
        pairs = Counter((place[old[0]], place[new[0]]) for _, old, new in leads)
        rows = [
            (*side(ranked, old), *side(ranked, new), count)
            for (old, new), count in sorted(pairs.items())
        ]
        answer = world.ask("model_transitions", filters, top=3)
        assert same(answer, "is_rest_0 source_0 is_rest_1 source_1 leads", rows)


def side(ranked: list[Any], place: int) -> tuple[bool, Any]:
    return (True, None) if place == 3 else (False, ranked[place])


def test_moved_leads_are_the_newest_ones(world: World, ten_filters: list[Filters]) -> None:
    columns = "lead_type lead_id happened_local source_0 medium_0 source_1 medium_1 is_target"
    for filters in ten_filters:
        moments = defaultdict(list)
        for lead, old, new in compared(world, filters):
            if old != new:
                shown = [lead[name] for name in ("lead_type", "lead_id", "happened_local")]
                moment = lead["happened_at"] or lead["first_received_at"]
                moments[moment].append([*shown, *old, *new, lead["is_target"]])
        rows = [
            row
            for moment in sorted(moments, reverse=True)
            for row in sorted(moments[moment], key=lambda row: (row[0], -row[1]))
        ]
        assert same(world.ask("moved_leads", filters, top=20), columns, rows[:20])
        assert same(world.ask("moved_leads", filters, top=0), columns, rows)
