"""The reports of the tags page against pandas."""

from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

import numpy as np

from analytics.reports.filters import Filters
from tests.analytics.reports.filter_sets import leads_of
from tests.analytics.reports.rows import same
from tests.analytics.reports.test_uniqueness import key, moment
from tests.analytics.reports.world import World

Tag = tuple[str, str]
Lead = dict[str, Any]


def leads_of_tags(world: World, filters: Filters) -> dict[Tag, list[Lead]]:
    leads = {key(lead): lead for lead in leads_of(world, filters)}
    found = defaultdict(list)
    for row in world.rows("lead_tags"):
        if key(row) in leads:
            found[row["tag_category"], row["tag"]].append(leads[key(row)])
    return found


def by_leads(tags: dict[Tag, list[Lead]]) -> list[Tag]:
    return sorted(tags, key=lambda tag: (-len(tags[tag]), tag))


def test_tags_are_counted(world: World, ten_filters: list[Filters]) -> None:
    for filters in ten_filters:
        tags, leads = leads_of_tags(world, filters), len(leads_of(world, filters))
        rows = []
        for tag in by_leads(tags):
            flags = [lead["is_target"] for lead in tags[tag]]
            known = len(flags) - flags.count(None)
            rows.append((*tag, len(flags), len(flags) / leads, flags.count(True), known))
        columns = "tag_category tag leads share target_leads target_known"
        assert same(world.ask("tags", filters), columns, rows)


def test_tag_pairs_meet_on_leads(world: World, ten_filters: list[Filters]) -> None:
    columns = "tag_category_a tag_a tag_category_b tag_b leads leads_a leads_b share lift"
    for filters in ten_filters:
        tags = {
            tag: {key(lead) for lead in of} for tag, of in leads_of_tags(world, filters).items()
        }
        frequent = sorted(tags, key=lambda tag: (-len(tags[tag]), tag))[:7]
        leads = len(leads_of(world, filters))
        rows = []
        for one, other in combinations(frequent, 2):
            both, a, b = len(tags[one] & tags[other]), len(tags[one]), len(tags[other])
            rows.append((*one, *other, both, a, b, both / (a + b - both), both * leads / (a * b)))
        assert same(world.ask("tag_pairs", filters, top=7), columns, rows)


def split(tags: str | None) -> set[str]:
    return {tag.strip() for tag in (tags or "").split(",")} - {""}


def delays(world: World, tags: dict[Tag, list[Lead]]) -> dict[Tag, list[float | None]]:
    """Seconds per lead of each tag; None: there from the start."""
    changes = defaultdict(list)
    for change in world.rows("lead_changes"):
        changes[*key(change), change["field"]].append(change)
    found = {}
    for (category, tag), leads in tags.items():
        found[category, tag] = [
            _delay(lead, tag, changes[*key(lead), f"tags_{category}"]) for lead in leads
        ]
    return found


def _delay(lead: Lead, tag: str, changes: list[Lead]) -> float | None:
    for change in sorted(changes, key=lambda one: (one["changed_at"], one["delivery_id"])):
        if tag in split(change["old_value"]):
            return None
        if tag in split(change["new_value"]):
            return max(0.0, float((change["changed_at"] - moment(lead)).total_seconds()))
    return None


def later(seconds: list[float | None]) -> list[float]:
    return sorted(one for one in seconds if one is not None)


def test_tag_delays_are_from_the_lead_to_the_tag(world: World, ten_filters: list[Filters]) -> None:
    columns = """tag_category tag leads from_the_start later delay_p50 delay_p90 delay_p25
        delay_p75"""
    for filters in ten_filters:
        tags = leads_of_tags(world, filters)
        found = delays(world, tags)
        shown: list[tuple[str, str | None]] = [*by_leads(tags)[:5], *((c, None) for c, _ in tags)]
        rows = []
        for category, tag in set(shown):
            of = [
                s
                for t, some in found.items()
                if t[0] == category and tag in (None, t[1])
                for s in some
            ]
            came = later(of)
            middle = np.quantile(came, (0.5, 0.9, 0.25, 0.75)) if came else [None] * 4
            rows.append((category, tag, len(of), len(of) - len(came), len(came), *middle))
        rows.sort(key=lambda row: (row[0], row[1] is not None, -row[2], row[1] or ""))
        assert same(world.ask("tag_delays", filters, top=5), columns, rows)
    everything = world.ask("tag_delays", ten_filters[0])
    assert sum(everything.column("from_the_start")) > 20
    assert sum(everything.column("later")) > 20


def test_tag_delay_points_lie_on_the_distribution(world: World, ten_filters: list[Filters]) -> None:
    for filters in ten_filters:
        found = delays(world, leads_of_tags(world, filters))
        answer = world.ask("tag_delay_points", filters)
        points: Counter[str] = Counter(answer.column("tag_category"))
        assert all(count <= 60 for count in points.values())
        for category in {category for category, _ in found}:
            came = later([s for tag, some in found.items() if tag[0] == category for s in some])
            drawn = [row[1:] for row in answer.rows if row[0] == category]
            if len(came) <= 60:
                assert [seconds for seconds, _ in drawn] == sorted(set(came))
            assert drawn == sorted(drawn)
            assert not came or drawn[-1] == (came[-1], 1)
            for seconds, share in drawn:
                assert share == sum(one <= seconds for one in came) / len(came)
