"""The reports of callbacks, against plain Python over the leads that pandas leaves."""

from collections import defaultdict
from contextlib import closing
from datetime import date
from pathlib import Path

from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from analytics.store import open_store
from tests.analytics.fold.folding import FINGERPRINT
from tests.analytics.reports.calls import Lead, is_answered, is_ended
from tests.analytics.reports.filter_sets import leads_of
from tests.analytics.reports.rows import rate, same
from tests.analytics.reports.world import NOW, ZONE, World


def chains(world: World, filters: Filters) -> list[list[Lead]]:
    """Whole chains of calls of which the filters leave any."""
    found: dict[str, list[Lead]] = defaultdict(list)
    for lead in world.rows("leads"):
        found[lead["callback_request_id"]].append(lead)
    chosen = {lead["callback_request_id"] for lead in leads_of(world, filters)} - {None}
    return [found[name] for name in chosen]


def test_callback_narrows_from_request_to_target(world: World, ten_filters: list[Filters]) -> None:
    for filters in ten_filters:
        calls = chains(world, filters)
        attempted = sum(any(map(is_ended, chain)) for chain in calls)
        reached = [list(filter(is_answered, chain)) for chain in calls]
        reached = [chain for chain in reached if chain]
        flags = [{call["is_target"] for call in chain} - {None} for chain in reached]
        steps = [
            ("callback_requests", len(calls), len(calls)),
            ("attempted", attempted, len(calls)),
            ("reached", len(reached), attempted),
            ("target", sum(True in known for known in flags), sum(map(bool, flags))),
        ]
        rows = [(*step, rate(step[1], len(calls))) for step in steps]
        assert same(world.ask("callback", filters), "step chains known share", rows)
    everything = world.ask("callback", ten_filters[0]).column("chains")
    assert everything[0] > everything[2] > everything[3] > 0


def test_chains_are_looked_at_whole(world: World, ten_filters: list[Filters]) -> None:
    """An answered chain is reached also for who looks at its missed calls alone."""
    first, last = ten_filters[0].first, ten_filters[0].last
    missed = Filters(first, last, None, {"status": ("unsuccessful",)})
    assert world.ask("callback", missed).column("chains")[2] > 0


def test_callback_attempts_are_counted(world: World, ten_filters: list[Filters]) -> None:
    for filters in ten_filters:
        calls = chains(world, filters)
        rows = []
        for attempts in range(1, max(map(len, calls), default=0) + 1):
            those = [chain for chain in calls if len(chain) == attempts]
            reached = sum(any(map(is_answered, chain)) for chain in those)
            finals = [{call["callback_final_attempt"] for call in chain} for chain in those]
            closed = sum("true" in final for final in finals)
            rows.append((attempts, len(those), reached, closed))
        answer = world.ask("callback_attempts", filters)
        assert same(answer, "attempts chains reached closed", rows)
    assert len(world.ask("callback_attempts", ten_filters[0]).rows) > 1


def test_time_to_connect_runs_up_to_the_slowest(world: World, ten_filters: list[Filters]) -> None:
    for filters in ten_filters:
        spans = []
        for chain in chains(world, filters):
            answered = [call["happened_at"] for call in filter(is_answered, chain)]
            if answered:
                started = min(call["happened_at"] for call in chain)
                spans.append((min(answered) - started).total_seconds())
        spans.sort()
        rows = []
        for place, seconds in enumerate(spans, 1):
            percent, before = (number * 100 // len(spans) for number in (place, place - 1))
            if place == 1 or percent > before:
                rows.append((seconds, place / len(spans), len(spans)))
        assert same(world.ask("time_to_connect", filters), "seconds share reached", rows)


def test_very_many_attempts_are_one_row() -> None:
    with closing(open_store(Path(":memory:"), FINGERPRINT)) as db:
        db.execute(
            """insert into leads by name
            select 'call' as lead_type, range as lead_id, date '2026-11-20' as day,
                1 as attribution_model, if(range < 5_000, 'loop', 'twice') as callback_request_id,
                now() as first_received_at, now() as last_received_at, now() as last_sent_at,
                1 as delivery_count
            from range(5_002)"""
        )
        filters = Filters(date(2026, 11, 20), date(2026, 11, 20))
        rows = ask(db, Question.about("callback_attempts", filters, ZONE, NOW)).rows
    assert [row[:2] for row in rows if row[1]] == [(2, 1), (30, 1)]
    assert len(rows) == 30
