"""The reports of the uniqueness page against a plain reading of Calltouch's rule."""

from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from typing import Any

from analytics.reports.filters import Filters
from tests.analytics.reports.filter_sets import leads_of
from tests.analytics.reports.people import email, person, phone
from tests.analytics.reports.rows import rate, same, start_of, starts
from tests.analytics.reports.world import World

Lead = dict[str, Any]
DEPTHS = (7, 14, 30, 60, 90, 180, 365, 0)


def moment(lead: Lead) -> Any:
    return lead["happened_at"] or lead["first_received_at"]


def key(lead: Lead) -> tuple[str, int]:
    return (lead["lead_type"], lead["lead_id"])


def contacts(lead: Lead, across: str) -> set[Any]:
    """What tells the client, in the site and the types that are compared."""
    where = (lead["site_id"], lead["lead_type"] if across == "apart" else None)
    number = phone(lead) or lead["ct_caller_id"]
    return {(where, one) for one in (number, email(lead)) if one}


def previous_leads(world: World, across: str) -> dict[tuple[str, int], Lead | None]:
    """The client's previous lead of each lead whose client can be told."""
    last: dict[Any, Lead] = {}
    found: dict[tuple[str, int], Lead | None] = {}
    order = lambda lead: (moment(lead), key(lead))  # noqa: E731
    for lead in sorted(world.rows("leads"), key=order):
        told = contacts(lead, across)
        if told:
            found[key(lead)] = max(
                (last[one] for one in told if one in last), key=order, default=None
            )
        last |= dict.fromkeys(told, lead)
    return found


def seconds(lead: Lead, previous: Lead | None) -> float | None:
    return (moment(lead) - moment(previous)).total_seconds() if previous else None


def is_unique_at(gap: float | None, depth: int) -> bool:
    """At depth 0 a client is known for ever."""
    return gap is None or (depth > 0 and gap > depth * 86400)


def test_uniqueness_has_every_day_or_unit(world: World, ten_filters: list[Filters]) -> None:
    for number, filters in enumerate(ten_filters):
        unit = ("day", "day", "week", "month")[number % 4]
        flags = defaultdict(list)
        for lead in leads_of(world, filters):
            flags[start_of(unit, lead["day"])].append(lead["is_unique"])
        days = starts(unit, filters.first, filters.last)
        rows = [(d, len(flags[d]), flags[d].count(True), flags[d].count(False)) for d in days]
        answer = world.ask("uniqueness", filters, unit=unit)
        assert same(answer, "day leads unique_leads repeat_leads", rows)
        assert sum(answer.column("leads")) == len(leads_of(world, filters))


def test_uniqueness_depth_follows_calltouchs_rule(world: World, ten_filters: list[Filters]) -> None:
    columns = "depth lead_type leads unique_leads share"
    columns += " calltouch_unique calltouch_known calltouch_share agreeing agreeing_share"
    for number, filters in enumerate(ten_filters):
        across = ("apart", "crossed")[number % 2]
        previous = previous_leads(world, across)
        leads = [lead for lead in leads_of(world, filters) if key(lead) in previous]
        rows = []
        for depth in DEPTHS:
            for lead_type in ("call", "request", None):
                of_type = [one for one in leads if lead_type in (None, one["lead_type"])]
                gaps = [seconds(lead, previous[key(lead)]) for lead in of_type]
                ours = sum(is_unique_at(gap, depth) for gap in gaps)
                flags = [lead["is_unique"] for lead in of_type if lead["is_unique"] is not None]
                theirs = (flags.count(True), len(flags), rate(flags.count(True), len(flags)))
                judged = zip((lead["is_unique"] for lead in of_type), gaps, strict=True)
                same_ones = sum(flag == is_unique_at(gap, depth) for flag, gap in judged)
                agreed = (same_ones, rate(same_ones, len(flags)))
                if gaps:
                    rows.append(
                        (depth, lead_type, len(gaps), ours, ours / len(gaps), *theirs, *agreed)
                    )
        assert same(world.ask("uniqueness_depth", filters, across=across), columns, rows)


def test_the_simulated_flags_are_what_the_rule_gives(world: World) -> None:
    """Calltouch's simulation looks back 30 days too, but sees no lead that was lost on the way."""
    filters = Filters(date(2026, 11, 1), date(2026, 11, 20), None, {"site": ("10001", "10002")})
    (row,) = world.ask("uniqueness_disagreement_totals", filters, depth=30).records()
    assert row["agreeing_share"] > 0.9
    assert row["repeat_for_both"] > 10


def test_repeat_times_are_spans_of_all_repeats(world: World, ten_filters: list[Filters]) -> None:
    hours = (0, 1, 3, 12, 24, 48, 96, 168, 336, 720, 1440, 2160, 4320, 8760, 10**9)
    for number, filters in enumerate(ten_filters):
        across = ("apart", "crossed")[number % 2]
        previous = previous_leads(world, across)
        leads = [lead for lead in leads_of(world, filters) if previous.get(key(lead))]
        gaps = [seconds(lead, previous[key(lead)]) or 0.0 for lead in leads]
        rows = []
        for start, end in pairwise(hours):
            count = sum(start * 3600 < max(gap, 1e-9) <= end * 3600 for gap in gaps)
            to = None if end == 10**9 else end * 3600
            rows.append((start * 3600, to, count, rate(count, len(gaps))))
        answer = world.ask("repeat_times", filters, across=across)
        assert same(answer, "from_seconds to_seconds leads share", rows)


def test_cohorts_are_of_first_leads_of_all(world: World, ten_filters: list[Filters]) -> None:
    for filters in ten_filters:
        lives = defaultdict(list)
        for lead in world.rows("leads"):
            if person(lead) and lead["day"] <= filters.last:
                lives[person(lead)].append(lead)
        shown = {key(lead) for lead in leads_of(world, filters)}
        people: Counter[int] = Counter()
        returned: Counter[tuple[int, int]] = Counter()
        for leads in lives.values():
            leads.sort(key=moment)
            if key(leads[0]) in shown:
                months = [lead["day"].year * 12 + lead["day"].month - 1 for lead in leads]
                people[months[0]] += 1
                returned.update({(months[0], month - months[0]) for month in months[1:]})
        end = filters.last.year * 12 + filters.last.month - 1
        rows = []
        for month, size in sorted(people.items()):
            for since in range(end - month + 1):
                back = returned[month, since]
                cohort = date(month // 12, month % 12 + 1, 1)
                rows.append((cohort, since, size, back, back / size))
        answer = world.ask("cohorts", filters)
        assert same(answer, "cohort months_since people people_returned share", rows)


def test_disagreements_are_listed_and_counted(world: World, ten_filters: list[Filters]) -> None:
    columns = "lead_type lead_id happened_local caller_phone is_unique"
    columns += " previous_lead_type previous_lead_id previous_at"
    counted = "leads unique_for_both repeat_for_both only_calltouch_unique only_ours_unique"
    for number, filters in enumerate(ten_filters):
        across, depth = ("apart", "crossed")[number % 2], (7, 0, 200)[number % 3]
        previous = previous_leads(world, across)
        pairs: Counter[tuple[bool, bool]] = Counter()
        rows, recounted = [], []
        for lead in leads_of(world, filters):
            if key(lead) not in previous:
                continue
            before = previous[key(lead)]
            ours = is_unique_at(seconds(lead, before), depth)
            recounted.append(ours)
            if lead["is_unique"] is None:
                continue
            pairs[lead["is_unique"], ours] += 1
            if lead["is_unique"] != ours:
                rows.append((lead, before))
        rows.sort(key=lambda row: row[0]["lead_id"], reverse=True)
        rows.sort(key=lambda row: row[0]["lead_type"])
        rows.sort(key=lambda row: moment(row[0]), reverse=True)
        expected = [
            [
                *(lead[name] for name in columns.split()[:5]),
                *((*key(before), moment(before)) if before else (None, None, None)),
            ]
            for lead, before in rows
        ]
        options: dict[str, Any] = {"across": across, "depth": depth}
        answer = world.ask("uniqueness_disagreements", filters, top=15, **options)
        assert same(answer, columns, expected[:15])
        assert same(world.ask("uniqueness_disagreements", filters, **options), columns, expected)
        totals = [pairs[True, True], pairs[False, False], pairs[True, False], pairs[False, True]]
        share = rate(sum(totals[:2]), sum(totals))
        answer = world.ask("uniqueness_disagreement_totals", filters, **options)
        counts = [sum(totals), *totals, share, len(recounted), sum(recounted)]
        assert same(answer, f"{counted} agreeing_share recounted recounted_unique", [counts])
