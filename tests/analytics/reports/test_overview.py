"""The reports of the overview against pandas."""

import dataclasses
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from analytics.reports.filters import Filters
from tests.analytics.reports.calls import is_ended, is_missed
from tests.analytics.reports.filter_sets import KEY, leads_of, picked
from tests.analytics.reports.people import person
from tests.analytics.reports.rows import same
from tests.analytics.reports.world import NOW, ZONE, World


def test_overview_counts_leads_flags_and_people(world: World, ten_filters: list[Filters]) -> None:
    for filters in ten_filters:
        leads = leads_of(world, filters)
        calls = [lead for lead in leads if lead["lead_type"] == "call"]
        ended = list(filter(is_ended, calls))
        flags = [[lead[f"is_{name}"] for lead in leads] for name in ("unique", "target")]
        flags.append([lead["is_unique_target"] for lead in leads])
        known = [[flag.count(True), len(flag) - flag.count(None)] for flag in flags]
        people = {person(lead) for lead in leads}
        expected = [
            *(len(leads), len(calls), len(leads) - len(calls)),
            sum(call["call_phase"] == "callconnected" for call in calls),
            *(count for pair in known for count in pair),
            sum(map(is_missed, calls)),
            *(len(ended), len(people - {None})),
            sum(person(lead) is None for lead in leads),
        ]
        columns = "leads calls requests unfinished_calls unique_leads uniqueness_known"
        columns += " target_leads target_known unique_target_leads unique_target_known"
        columns += " missed_calls ended_calls people leads_of_nobody"
        assert same(world.ask("overview", filters), columns, [expected])


def test_people_are_told_apart_however_their_phones_are_written(
    world: World, ten_filters: list[Filters]
) -> None:
    leads = world.frame("leads")
    (row,) = world.ask("overview", ten_filters[0]).records()
    assert leads["caller_phone"].nunique() > leads["canonical_phone"].nunique() + 20
    assert row["people"] < leads["caller_phone"].nunique()


def test_a_caller_who_also_writes_is_one_person(world: World, ten_filters: list[Filters]) -> None:
    leads = world.frame("leads")
    by_type = leads.groupby("lead_type")["canonical_phone"].nunique()
    (row,) = world.ask("overview", ten_filters[0]).records()
    assert row["leads_of_nobody"] > 3
    assert row["people"] < by_type.sum() + leads["canonical_email"].nunique() - 10


def usual_days(world: World, latest: date, first: date) -> list[date]:
    """The newest first."""
    known = {row["day"]: row for row in world.rows("calendar")}
    about = known[latest]
    before = [latest - timedelta(number) for number in range(1, 57)]
    if about["kind"] in ("working", "day_off"):
        fitting = [
            day
            for day in before
            if known[day]["kind"] == about["kind"] and day.weekday() == latest.weekday()
        ]
    else:
        fitting = [day for day in before if known[day]["is_working"] == about["is_working"]]
    return [day for day in fitting if day >= first][:8]


@pytest.mark.parametrize(
    ("latest", "usual"),
    [
        # A Friday; the 13th was a day off of their own.
        ("2026-11-20", "11-06 10-30 10-23 10-16 10-09 10-02 09-25"),
        # A holiday, on a Wednesday: against Sundays, as Saturdays are worked.
        ("2026-11-04", "11-01 10-25 10-11 10-04 09-27 09-20 09-13"),
        # A working Sunday of their own: against the last working days, Saturdays among them.
        ("2026-10-18", "10-17 10-16 10-15 10-14 10-13 10-12 10-10 10-09"),
        # The Wednesday after: the holiday is none of the eight.
        ("2026-11-11", "10-28 10-21 10-14 10-07 09-30 09-23 09-16"),
    ],
)
def test_a_day_is_held_against_days_of_its_kind(world: World, latest: str, usual: str) -> None:
    day = date.fromisoformat(latest)
    answer = world.ask("usual_day", Filters(day - timedelta(56), day))
    days = ", ".join(f"2026-{name}" for name in usual.split())
    assert set(answer.column("usual_days")) == {days}
    assert set(answer.column("days")) == {len(usual.split())}


def test_working_days_are_counted(world: World) -> None:
    filters = Filters(date(2026, 11, 2), date(2026, 11, 15))
    # Without the holiday on the 4th, the 13th, and two Sundays; two Saturdays are worked.
    answer = world.ask("working_days", filters)
    columns = "days working_days days_off working_hours is_official"
    assert same(answer, columns, [(14, 10, 4, 9.0 * 7 + 8 + 6 * 2, True)])
    early = world.ask("working_days", Filters(date(2014, 12, 29), date(2015, 1, 1)))
    assert same(early, columns, [(4, 3, 1, None, False)])


def test_usual_day_runs_up_and_is_beside_the_same_weekdays(
    world: World, ten_filters: list[Filters]
) -> None:
    first_day = world.frame("leads")["day"].min()
    early = Filters(first_day, first_day + timedelta(30))
    for filters in (*ten_filters, early):
        filters = dataclasses.replace(filters, first=filters.last - timedelta(56))
        leads = picked(world, filters)
        hours = leads["happened_local"].fillna(
            leads["first_received_at"].dt.tz_convert(ZONE).dt.tz_localize(None)
        )
        counted = Counter(zip(leads["day"], hours.dt.hour, strict=True))
        usual = usual_days(world, filters.last, first_day)
        expected = []
        names = ", ".join(map(str, usual)) or None
        for hour in range(24):
            until = [sum(counted[day, h] for h in range(hour + 1)) for day in usual]
            now = sum(counted[filters.last, h] for h in range(hour + 1))
            is_over = filters.last < NOW.date() or hour < NOW.hour
            band = np.quantile(until, (0.1, 0.5, 0.9)) if until else (None,) * 3
            expected.append((hour, now if is_over else None, *band, len(usual), names))
        answer = world.ask("usual_day", filters)
        columns = "hour leads usual_p10 usual_p50 usual_p90 days usual_days"
        assert same(answer, columns, expected)


def test_usual_day_counts_only_weekdays_of_the_period(world: World) -> None:
    filters = Filters(NOW.date() - timedelta(21), NOW.date())
    assert set(world.ask("usual_day", filters).column("usual_days")) == {"2026-11-06, 2026-10-30"}
    filters = Filters(NOW.date(), NOW.date())
    assert set(world.ask("usual_day", filters).column("usual_p50")) == {None}


def test_filter_values_are_those_of_the_period_whatever_the_filters(
    world: World, ten_filters: list[Filters]
) -> None:
    columns = {"site": "site_id", "number": "phone_number"}
    names = "site source medium utm_source utm_medium utm_campaign utm_content utm_term manager"
    names += " status city device browser os hostname subject pool number"
    for filters in ten_filters:
        leads = picked(world, Filters(filters.first, filters.last))
        rows: list[tuple[str, str, int]] = []
        for name in names.split():
            values = leads[columns.get(name, name)].dropna()
            texts = values.astype(int).astype(str) if name == "site" else values
            found = Counter(text for text in texts if text != "")
            ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:100]
            rows += [(name, value, count) for value, count in ordered]
        tags = world.frame("lead_tags").merge(leads[KEY]).drop_duplicates([*KEY, "tag"])
        found = Counter(tags["tag"])
        ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:100]
        rows += [("tags", value, count) for value, count in ordered]
        rows.sort(key=lambda row: (row[0], -row[2], row[1]))
        sites = leads.dropna(subset=["site_id", "site_name"])
        called = dict(zip(sites.site_id.astype(int).astype(str), sites.site_name, strict=True))
        named = [(*row, called.get(row[1]) if row[0] == "site" else None) for row in rows]
        assert same(world.ask("filter_values", filters), "filter value leads name", named)
