"""The reports of call quality, against plain Python over the leads that pandas leaves."""

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from analytics.reports.filters import Filters
from tests.analytics.reports.calls import (
    HOURS,
    Lead,
    is_answered,
    is_ended,
    is_missed,
    mean,
    percentile,
    recovered_at,
    state,
    wilson,
)
from tests.analytics.reports.filter_sets import in_own_hours, keys, leads_of
from tests.analytics.reports.people import person, phone
from tests.analytics.reports.rows import rate, same, start_of, starts
from tests.analytics.reports.world import NOW, World

STATES = ("recovered", "pending", "lost")


def test_quality_sums_up_how_calls_are_answered(world: World, ten_filters: list[Filters]) -> None:
    columns = """ended_calls answered missed missed_rate missed_callbacks missed_worktime
        ended_worktime worktime_known missed_worktime_rate missed_own_hours ended_own_hours
        own_hours_known waiting_known waiting_answered_p50
        waiting_answered_p90 waiting_answered_avg waiting_missed_p50 waiting_missed_p90
        waiting_missed_avg sla_10 sla_20 sla_30 sla_60 talk_p50 talk_avg recovered pending lost
         missed_undated open_worktime open_own_hours recover_p50 waiting_answered_p25
         waiting_answered_p75 waiting_answered_known talk_p25 talk_p75 talk_known"""
    later = recovered_at(world)
    for filters in ten_filters:
        ended = list(filter(is_ended, leads_of(world, filters)))
        answered, missed = list(filter(is_answered, ended)), list(filter(is_missed, ended))
        at_work = [call for call in ended if call["is_worktime"]]
        missed_at_work = sum(map(is_missed, at_work))
        waited = [[call["waiting_time"] for call in calls] for calls in (answered, missed)]
        known = sum(call["waiting_time"] is not None for call in ended)
        quick = [sum(n is not None and n <= limit for n in waited[0]) for limit in (10, 20, 30, 60)]
        talks = [call["duration"] for call in answered]
        states = Counter(state(call, later[call["lead_id"]]) for call in missed)
        spans = [
            (later[call["lead_id"]] - call["happened_at"]).total_seconds()
            for call in missed
            if state(call, later[call["lead_id"]]) == "recovered"
        ]
        row = [len(ended), len(answered), len(missed), rate(len(missed), len(ended))]
        row.append(sum(call["is_callback"] is True for call in missed))
        row += [missed_at_work, len(at_work), sum(c["is_worktime"] is not None for c in ended)]
        row.append(rate(missed_at_work, len(at_work)))
        own = [call for call in ended if in_own_hours(call, world)]
        timed = sum(call["happened_local"] is not None for call in ended)
        row += [sum(map(is_missed, own)), len(own), timed, known]
        for seconds in waited:
            row += [percentile(seconds, 0.5), percentile(seconds, 0.9), mean(seconds)]
        row += [rate(number, known) for number in quick]
        row += [percentile(talks, 0.5), mean(talks)]
        row += [states["recovered"], states["pending"], states["lost"], 0]
        unanswered = [c for c in missed if state(c, later[c["lead_id"]]) in ("pending", "lost")]
        row.append(sum(call["is_worktime"] is True for call in unanswered))
        row += [sum(bool(in_own_hours(call, world)) for call in unanswered), percentile(spans, 0.5)]
        for seconds in (waited[0], talks):
            count = sum(one is not None for one in seconds)
            row += [percentile(seconds, 0.25), percentile(seconds, 0.75), count]
        assert same(world.ask("quality", filters), columns, [row])
    (everything,) = world.ask("quality", ten_filters[0]).records()
    assert min(everything["recovered"], everything["pending"], everything["lost"]) > 0
    assert 0 < everything["missed_callbacks"] < everything["missed"]
    assert everything["ended_calls"] > everything["waiting_known"] > everything["answered"]


def test_own_hours_stand_beside_the_flag_of_calltouch(
    world: World, ten_filters: list[Filters]
) -> None:
    def place(flag: bool | None) -> int:
        return {True: 0, False: 1, None: 2}[flag]

    for filters in ten_filters:
        calls = [lead for lead in leads_of(world, filters) if lead["lead_type"] == "call"]
        pairs = [(call["is_worktime"], in_own_hours(call, world)) for call in calls]
        missed = Counter(pair for pair, call in zip(pairs, calls, strict=True) if is_missed(call))
        rows = [(*pair, count, missed[pair]) for pair, count in Counter(pairs).items()]
        rows.sort(key=lambda row: (place(row[0]), place(row[1])))
        answer = world.ask("own_hours", filters)
        assert same(answer, "is_worktime in_own_hours calls missed", rows)
    both = {(row[0], row[1]) for row in world.ask("own_hours", ten_filters[0]).rows}
    assert both >= {(True, True), (True, False), (False, True), (False, False)}


def test_the_horizon_is_that_of_the_question(world: World, ten_filters: list[Filters]) -> None:
    day, week = (
        world.ask("quality", ten_filters[0], recovery_hours=hours).records()[0]
        for hours in (24, 168)
    )
    assert week["recovered"] > day["recovered"]
    later = recovered_at(world)
    for name in STATES:
        filters = Filters(ten_filters[0].first, ten_filters[0].last, None, {"only": (name,)})
        missed = filter(is_missed, leads_of(world, ten_filters[0]))
        expected = sorted(c["lead_id"] for c in missed if state(c, later[c["lead_id"]]) == name)
        assert sorted(world.ask("journal", filters).column("lead_id")) == expected


def test_heatmap_has_every_hour_of_the_week(world: World, ten_filters: list[Filters]) -> None:
    columns = """weekday hour leads calls ended_calls missed missed_rate waiting_p50 waiting_p25
        waiting_p75 waiting_known"""
    for filters in ten_filters:
        cells: dict[tuple[int, int], list[Lead]] = defaultdict(list)
        for lead in leads_of(world, filters):
            if at := lead["happened_local"]:
                cells[at.isoweekday(), at.hour].append(lead)
        rows = []
        for cell in [(weekday, hour) for weekday in range(1, 8) for hour in range(24)]:
            leads = cells[cell]
            calls = sum(lead["lead_type"] == "call" for lead in leads)
            ended, missed = sum(map(is_ended, leads)), sum(map(is_missed, leads))
            waited = [lead["waiting_time"] for lead in filter(is_answered, leads)]
            counts = (len(leads), calls, ended, missed, rate(missed, ended))
            times = [percentile(waited, part) for part in (0.5, 0.25, 0.75)]
            known = sum(seconds is not None for seconds in waited)
            rows.append((*cell, *counts, *times, known))
        assert same(world.ask("heatmap", filters), columns, rows)


def test_waiting_runs_up_second_by_second(world: World, ten_filters: list[Filters]) -> None:
    for filters in ten_filters:
        rows = []
        for answered, fits in ((True, is_answered), (False, is_missed)):
            calls = filter(fits, leads_of(world, filters))
            known = [c["waiting_time"] for c in calls if c["waiting_time"] is not None]
            for second in range(121) if known else ():
                within = sum(seconds <= second for seconds in known)
                rows.append((answered, second, within, len(known), within / len(known)))
        answer = world.ask("waiting", filters)
        assert same(answer, "is_answered seconds calls known share", rows)


def test_missed_calls_over_time_split_in_three(world: World, ten_filters: list[Filters]) -> None:
    later = recovered_at(world)
    for filters in ten_filters:
        for unit in ("day", "week", "month"):
            found: dict[object, Counter[str]] = defaultdict(Counter)
            for call in filter(is_missed, leads_of(world, filters)):
                found[start_of(unit, call["day"])][state(call, later[call["lead_id"]])] += 1
            rows = [
                (start, sum(counted.values()), *(counted[name] for name in STATES))
                for start in starts(unit, filters.first, filters.last)
                for counted in [found[start]]
            ]
            answer = world.ask("missed_calls_over_time", filters, unit=unit)
            assert same(answer, "starts_on missed recovered pending lost", rows)


def test_rescue_has_each_unanswered_person_once(world: World, ten_filters: list[Filters]) -> None:
    columns = """lead_id happened_local site_name caller_phone source medium attempts callbacks
        seconds_left source_target_known source_target_rate source_target_low in_all
        pending_in_all"""
    later = recovered_at(world)
    tags = world.frame("lead_tags")
    tagged = set(keys(tags[tags["tag_category"] == "auto_af"]))
    everyone = world.rows("leads")
    unanswered = [call for call in filter(is_missed, everyone) if later[call["lead_id"]] is None]
    attempts = Counter((call["site_id"], person(call)) for call in unanswered)
    callbacks = Counter(
        (call["site_id"], person(call)) for call in unanswered if call["is_callback"]
    )
    known, target = Counter[object](), Counter[object]()
    for lead in everyone:
        known[lead["source"], lead["medium"]] += lead["is_target"] is not None
        target[lead["source"], lead["medium"]] += lead["is_target"] is True
    found = 0
    for filters in ten_filters:
        latest: dict[tuple[Any, Any], Lead] = {}
        waiting = [
            call
            for call in filter(is_missed, leads_of(world, filters))
            if later[call["lead_id"]] is None and phone(call) and not call["is_spam"]
            if ("call", call["lead_id"]) not in tagged
        ]
        for call in sorted(waiting, key=lambda call: (call["happened_at"], call["lead_id"])):
            latest[call["site_id"], person(call)] = call
        ranked = []
        for who, call in latest.items():
            pair = (call["source"], call["medium"])
            left = (call["happened_at"] + timedelta(hours=HOURS) - NOW).total_seconds()
            low = wilson(target[pair], known[pair])[0] if known[pair] >= 20 else None
            share = target[pair] / known[pair] if known[pair] >= 20 else None
            head = [call[name] for name in columns.split()[:6]]
            head[3] = phone(call)
            tried = (attempts[who], callbacks[who])
            row = (*head, *tried, int(left // 1), known[pair], share, low)
            place = (left <= 0, -1 if low is None else -low, -call["happened_at"].timestamp())
            # The unknown comes after whatever is known.
            ranked.append(((place[0], low is None, *place[1:], -call["lead_id"]), row))
        ranked.sort()
        found += len(ranked)
        pending = sum(not is_over for (is_over, *_), _ in ranked)
        expected = [(*row, len(ranked), pending) for _, row in ranked]
        assert same(world.ask("rescue", filters), columns, expected)
        assert world.ask("rescue", filters, top=2).rows == world.ask("rescue", filters).rows[:2]
    assert found > 20
