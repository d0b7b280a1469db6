"""The report of the managers, against plain Python over the leads that pandas leaves."""

from collections import defaultdict

from analytics.reports.filters import Filters
from tests.analytics.reports.calls import (
    Lead,
    is_answered,
    is_ended,
    is_missed,
    mean,
    percentile,
    wilson,
)
from tests.analytics.reports.filter_sets import leads_of
from tests.analytics.reports.rows import by_nulls_last, rate, same
from tests.analytics.reports.world import World


def test_managers_have_their_calls_and_leads(world: World, ten_filters: list[Filters]) -> None:
    columns = """manager leads calls requests ended_calls answered missed answer_rate
        answer_rate_low answer_rate_high talk_p5 talk_p25 talk_p50 talk_p75 talk_p95 waiting_p50
        target_leads target_known target_rate rating_avg rating_n waiting_p25 waiting_p75
        waiting_known talk_known"""
    for filters in ten_filters:
        by_manager: dict[str | None, list[Lead]] = defaultdict(list)
        for lead in leads_of(world, filters):
            by_manager[lead["manager"]].append(lead)
        order = sorted(by_manager, key=lambda one: (-len(by_manager[one]), by_nulls_last(one)))
        rows = []
        for manager in order:
            leads = by_manager[manager]
            calls = sum(lead["lead_type"] == "call" for lead in leads)
            answered = list(filter(is_answered, leads))
            ended, missed = sum(map(is_ended, leads)), sum(map(is_missed, leads))
            talks = [call["duration"] for call in answered]
            flags = [lead["is_target"] for lead in leads if lead["is_target"] is not None]
            ratings = [lead["rating"] for lead in leads if lead["rating"]]
            row = [manager, len(leads), calls, len(leads) - calls, ended, len(answered), missed]
            row += [rate(len(answered), ended), *wilson(len(answered), ended)]
            row += [percentile(talks, share) for share in (0.05, 0.25, 0.5, 0.75, 0.95)]
            waits = [call["waiting_time"] for call in answered]
            row += [percentile(waits, 0.5)]
            row += [sum(flags), len(flags), rate(sum(flags), len(flags))]
            row += [mean(ratings), len(ratings), percentile(waits, 0.25), percentile(waits, 0.75)]
            row += [sum(one is not None for one in seconds) for seconds in (waits, talks)]
            rows.append(row)
        assert same(world.ask("managers", filters), columns, rows)
    everything = world.ask("managers", ten_filters[0])
    assert None in everything.column("manager")
    assert sum(everything.column("rating_n")) > 0
