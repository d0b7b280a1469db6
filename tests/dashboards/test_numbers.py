"""Every number on the page against one computed in pandas from `select * from leads`."""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import pandas as pd
import pytest

from dashboards.period import Period
from tests.dashboards.conftest import ZONE, Get, Place
from tests.dashboards.leads import NOW
from tests.dashboards.page_text import figures, rows, tile

TODAY = NOW.date()
PERIODS = (
    Period(TODAY - timedelta(29), TODAY),
    Period(TODAY - timedelta(6), TODAY),
    Period(TODAY - timedelta(40), TODAY - timedelta(20)),
    Period(TODAY - timedelta(4), TODAY - timedelta(4)),
    Period(date(2026, 9, 1), TODAY),
)


@dataclass(frozen=True, slots=True)
class Tables:
    leads: pd.DataFrame
    deliveries: pd.DataFrame
    gaps: pd.DataFrame

    def leads_of(self, period: Period) -> pd.DataFrame:
        return self.leads[self.leads["day"].between(period.first, period.last)]


@pytest.fixture(scope="module")
def tables(busy_place: Place) -> Tables:
    with duckdb.connect(str(busy_place.published), read_only=True) as db:
        leads, deliveries, gaps = (
            db.execute(f"select * from {name}").to_arrow_table().to_pandas()
            for name in ("leads", "deliveries", "suspected_gaps")
        )
    received = leads["first_received_at"].dt.tz_convert(ZONE).dt.date
    leads["day"] = leads["happened_local"].dt.date.where(leads["happened_local"].notna(), received)
    deliveries["day"] = deliveries["received_at"].dt.tz_convert(ZONE).dt.date
    return Tables(leads, deliveries, gaps)


def english(period: Period) -> str:
    return f"/?lang=en&from={period.first}&to={period.last}"


def growth(now: int, before: int) -> str:
    if before < 20:
        return "—"
    percent = round((now - before) / before * 100)
    return f"{'+' if percent > 0 else ''}{percent}%".replace("-", "\N{MINUS SIGN}")


def rate(part: int, whole: int) -> str:
    return "—" if whole < 20 else f"{part / whole * 100:.1f}%"


def before_of(period: Period) -> Period:
    return Period(period.first - timedelta(period.days), period.first - timedelta(1))


def test_the_leads_are_worth_counting(tables: Tables) -> None:
    """Undated ones, and ones whose day in the zone is not their day in UTC."""
    leads = tables.leads
    assert leads["happened_local"].isna().sum() > 3
    assert (leads["day"] != leads["first_received_at"].dt.date).sum() > 10
    assert leads["is_target"].isna().sum() > 10


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_tile_of_leads_is_right(get: Get, tables: Tables, period: Period) -> None:
    leads, before = tables.leads_of(period), tables.leads_of(before_of(period))
    calls = leads[leads["lead_type"] == "call"]
    unfinished = (calls["call_phase"] == "callconnected").sum()
    shown = tile(get(english(period)), "leads")
    words = f"Leads {len(leads)} {growth(len(leads), len(before))} {len(calls)} call"
    assert shown.startswith(words)
    assert f"{len(leads) - len(calls)} request" in shown
    assert ("unfinished calls" in shown) == bool(unfinished)
    assert not unfinished or shown.endswith(f"unfinished calls: {unfinished}")


@pytest.mark.parametrize("period", PERIODS, ids=str)
@pytest.mark.parametrize(("name", "column"), [("unique", "is_unique"), ("target", "is_target")])
def test_tile_of_a_flag_is_right(
    get: Get, tables: Tables, period: Period, name: str, column: str
) -> None:
    leads, before = tables.leads_of(period), tables.leads_of(before_of(period))
    count, count_before = int((leads[column] == True).sum()), int((before[column] == True).sum())  # noqa: E712
    known = int(leads[column].notna().sum())
    shown = tile(get(english(period)), name)
    assert f"leads {count} {growth(count, count_before)} {rate(count, known)} of" in shown
    assert (f"of {known} lead" in shown) == (known != len(leads))


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_tile_of_deliveries_is_right(get: Get, tables: Tables, period: Period) -> None:
    days = tables.deliveries["day"]
    received = tables.deliveries[days.between(period.first, period.last)]
    before = before_of(period)
    received_before = days.between(before.first, before.last).sum()
    gaps = tables.gaps["delivery_id"].isin(received["delivery_id"]).sum()
    quarantined = (received["outcome"] == "quarantined").sum()
    assert tile(get(english(period)), "deliveries") == (
        f"Deliveries {len(received):,} {growth(len(received), received_before)} "
        f"quarantined: {quarantined} suspected gaps: {gaps}"
    )


@pytest.mark.parametrize("period", PERIODS[:4], ids=str)
def test_chart_and_table_of_days_are_right_and_leave_no_day_out(
    get: Get, tables: Tables, period: Period
) -> None:
    leads = tables.leads_of(period)
    days = [period.first + timedelta(number) for number in range(period.days)]
    counted = leads.groupby(["day", "lead_type"]).size()
    calls = [int(counted.get((day, "call"), 0)) for day in days]
    requests = [int(counted.get((day, "request"), 0)) for day in days]
    page = get(english(period))
    drawn = figures(page)["leads-over-time"]["data"]
    assert [trace["x"] for trace in drawn] == 3 * [[str(day) for day in days]]
    assert [trace["y"] for trace in drawn[:2]] == [calls, requests]
    assert drawn[2]["y"] == [sum(both) for both in zip(calls, requests, strict=True)]
    assert [[int(cell) for cell in row[1:3]] for row in rows(page, 0)] == [
        list(both) for both in zip(calls, requests, strict=True)
    ]
    assert sum(calls) + sum(requests) == len(leads)


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_table_and_chart_of_sources_are_right(get: Get, tables: Tables, period: Period) -> None:
    leads = tables.leads_of(period).assign(
        name=lambda table: (table["source"] + " / " + table["medium"]).fillna("not given")
    )
    groups = sorted(leads.groupby("name"), key=lambda group: (-len(group[1]), group[0]))
    by_name = dict(groups[:12])
    page = get(english(period))
    table = {row[0]: row[1:] for row in rows(page, 1)}
    rest = {name for name in table if name.startswith("other (")}
    # Which of two with as many leads comes first is the report's choice, so their numbers decide.
    assert [int(row[0]) for name, row in table.items() if name not in rest] == [
        len(group) for group in by_name.values()
    ]
    for name, row in table.items():
        if name not in rest:
            assert row == source_row(leads[leads["name"] == name])
    shown = leads[leads["name"].isin(list(table))]
    assert [table[name] for name in rest] == (
        [source_row(leads.drop(shown.index))] if len(groups) > 12 else []
    )
    calls, requests = figures(page)["leads-by-source"]["data"]
    sums = [sum(both) for both in zip(calls["x"], requests["x"], strict=True)]
    assert sums == [int(row[0]) for row in table.values()]
    assert sum(requests["x"]) == (leads["lead_type"] == "request").sum()


def source_row(group: pd.DataFrame) -> list[str]:
    target, known = (group["is_target"] == True).sum(), group["is_target"].notna().sum()  # noqa: E712
    unique = (group["is_unique"] == True).sum()  # noqa: E712
    return [str(len(group)), str(unique), str(target), rate(target, known)]
