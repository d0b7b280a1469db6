"""The reports about deliveries, against plain Python over those received in the period."""

import math
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from tests.analytics.fold.folding import fold_into, new_store
from tests.analytics.fold.plain_fold import Sent
from tests.analytics.reports.rows import by_nulls_last, rate, same
from tests.analytics.reports.world import FIRST_DAY, LAST_DAY, NOW, ZONE, World

Row = dict[str, Any]
PERIODS = (
    Filters(FIRST_DAY, LAST_DAY),
    Filters(LAST_DAY - timedelta(20), LAST_DAY - timedelta(3)),
)


def day_of(delivery: Row) -> date:
    found: date = delivery["received_at"].tz_convert(ZONE).date()
    return found


def received(world: World, filters: Filters) -> list[Row]:
    rows = world.rows("deliveries")
    return [row for row in rows if filters.first <= day_of(row) <= filters.last]


def is_stamped(delivery: Row) -> bool:
    same_instant: bool = delivery["sent_at"] == delivery["received_at"]
    return delivery["origin"] == "webhook" and not same_instant


def lags(deliveries: list[Row]) -> list[int]:
    spans = (row["received_at"] - row["sent_at"] for row in deliveries if is_stamped(row))
    return sorted(math.floor(span.total_seconds()) for span in spans)


def discrete(values: list[int], share: float) -> int | None:
    """The least value that so many are not above."""
    return values[math.ceil(len(values) * share) - 1] if values else None


def days(filters: Filters) -> list[date]:
    return [filters.first + timedelta(n) for n in range((filters.last - filters.first).days + 1)]


def test_deliveries_of_each_day_by_outcome_and_lag(world: World) -> None:
    columns = """day received created updated unchanged probes others quarantined late from_api
        lag_known lag_p50 lag_p95"""
    for filters in PERIODS:
        by_day: dict[date, list[Row]] = defaultdict(list)
        for delivery in received(world, filters):
            by_day[day_of(delivery)].append(delivery)
        rows = []
        for day in days(filters):
            outcomes = Counter(row["outcome"] for row in by_day[day])
            names = ("created", "updated", "unchanged", "probe", "other", "quarantined")
            late = sum(row["is_late"] for row in by_day[day])
            seconds = lags(by_day[day])
            counts = (len(by_day[day]), *(outcomes[name] for name in names), late, 0, len(seconds))
            rows.append((day, *counts, discrete(seconds, 0.5), discrete(seconds, 0.95)))
        assert same(world.ask("deliveries", filters), columns, rows)
    everything = world.ask("deliveries", PERIODS[0])
    assert sum(everything.column("late")) > 0
    assert max(lag for lag in everything.column("lag_p95") if lag is not None) >= 900


def test_duplicates_are_seen_on_their_day(world: World) -> None:
    for filters in PERIODS:
        sendings: dict[date, list[object]] = defaultdict(list)
        for row in filter(is_stamped, received(world, filters)):
            if row["lead_id"] is not None:
                key = (row["webhook"], row["lead_type"], row["lead_id"], row["sent_at"])
                sendings[day_of(row)].append(key)
        rows = [
            (day, len(sendings[day]), len(sendings[day]) - len(set(sendings[day])))
            for day in days(filters)
        ]
        assert same(world.ask("duplicates", filters), "day deliveries duplicates", rows)
    assert sum(world.ask("duplicates", PERIODS[0]).column("duplicates")) > 10


def test_webhooks_have_their_leads_methods_and_models(world: World) -> None:
    columns = """webhook deliveries leads calls requests others quarantined first_received_at
        last_received_at methods models get get_share lag_known lag_p50 lag_p95 lag_p25 lag_p75"""
    for filters in PERIODS:
        by_name: dict[str, list[Row]] = defaultdict(list)
        for row in received(world, filters):
            by_name[row["webhook"]].append(row)
        rows = []
        for name, sent in sorted(by_name.items(), key=lambda one: (-len(one[1]), one[0])):
            kinds = Counter(row["lead_type"] for row in sent)
            leads = {(r["lead_type"], r["lead_id"]) for r in sent if r["lead_id"] is not None}
            outcomes = Counter(row["outcome"] for row in sent)
            times = [row["received_at"] for row in sent]
            models = {
                int(r["attribution_model"]) for r in sent if r["attribution_model"] is not None
            }
            get = sum(row["method"] == "GET" for row in sent)
            seconds = lags(sent)
            told: list[Any] = [name, len(sent), len(leads), kinds["call"], kinds["request"]]
            told += [outcomes["other"], outcomes["quarantined"], min(times), max(times)]
            told += [", ".join(sorted({row["method"] for row in sent}))]
            told += [", ".join(map(str, sorted(models))), get, rate(get, len(sent)), len(seconds)]
            told += [discrete(seconds, part) for part in (0.5, 0.95, 0.25, 0.75)]
            rows.append(told)
        assert same(world.ask("webhooks", filters), columns, rows)


def test_quarantined_deliveries_say_why(world: World) -> None:
    for filters in PERIODS:
        rows = [row for row in received(world, filters) if row["outcome"] == "quarantined"]
        found = world.ask("quarantined", filters).records()
        assert [row["delivery_id"] for row in found] == sorted(
            (row["delivery_id"] for row in rows), reverse=True
        )
        problems = {row["delivery_id"]: list(row["problems"]) for row in rows}
        assert all(row["problems"] == problems[row["delivery_id"]] for row in found)
    assert found[0]["problems"] == ["leadtype is neither call nor request"]


def test_gaps_are_those_that_the_period_shows(world: World) -> None:
    for filters in PERIODS:
        known = {row["delivery_id"]: row for row in received(world, filters)}
        gaps = [row for row in world.rows("suspected_gaps") if row["delivery_id"] in known]
        gaps.sort(key=lambda row: (-row["delivery_id"], row["reason"]))
        names = ["lead_type", "lead_id", "webhook", "delivery_id", "reason", "explanation"]
        found = world.ask("gaps", filters, top=1000).records()
        assert [[r[n] for n in names] for r in found] == [[r[n] for n in names] for r in gaps]
        assert all(row["received_at"] == known[row["delivery_id"]]["received_at"] for row in found)
        assert all(bool(r["fields"]) is (r["reason"] == "undeclared change") for r in found)
        totals = Counter((row["reason"], row["explanation"]) for row in gaps)
        leads = {tuple(row[n] for n in ("reason", "explanation", *names[:2])) for row in gaps}
        of_leads = Counter(key[:2] for key in leads)
        rows = [(*key, count, of_leads[key]) for key, count in totals.items()]
        rows.sort(key=lambda row: (-row[2], row[0], by_nulls_last(row[1])))
        assert same(world.ask("gap_totals", filters), "reason explanation gaps leads", rows)
    assert len(world.ask("gaps", PERIODS[0], top=2).rows) == 2


@pytest.fixture
def compared(tmp_path: Path) -> Any:
    """A store with days that were compared with the API."""
    with new_store(tmp_path) as db:
        db.execute(
            """insert into reconciliation values
            ('2026-11-18', 1, 'call', 10, 8, 1, 1, 1, 2, '2026-11-19 09:00:00+00'),
            ('2026-11-18', 1, 'request', 6, 5, 0, 1, 0, 0, '2026-11-19 08:00:00+00'),
            ('2026-11-19', 2, 'call', 0, 0, 0, 0, 0, 0, '2026-11-20 08:00:00+00'),
            ('2026-11-12', 1, 'call', 5, 5, 0, 0, 0, 0, '2026-11-20 08:00:00+00')"""
        )
        yield db


def test_reconciliation_days_sum_sites_and_types(compared: DuckDBPyConnection) -> None:
    filters = Filters(date(2026, 11, 17), date(2026, 11, 20))
    answer = ask(compared, Question.about("reconciliation_days", filters, ZONE, NOW))
    assert [tuple(map(str, row)) for row in answer.rows] == [
        ("2026-11-18", "16", "13", "1", "2", "1", "2", "3", "0.1875", "2026-11-19 08:00:00+00:00"),
        ("2026-11-19", "0", "0", "0", "0", "0", "0", "0", "None", "2026-11-20 08:00:00+00:00"),
    ]


def test_the_summary_is_of_the_deliveries_of_the_period(world: World) -> None:
    columns = """deliveries sent from_api quarantined late lag_known lag_p50 lag_p95 compared_days
        in_api missing lost last_compared_at lag_p25 lag_p75"""
    for filters in PERIODS:
        deliveries = received(world, filters)
        seconds = lags(deliveries)
        told = [len(deliveries), sum(row["origin"] == "webhook" for row in deliveries)]
        told += [sum(row["origin"] == "api" for row in deliveries)]
        told += [sum(row["outcome"] == "quarantined" for row in deliveries)]
        told += [sum(row["is_late"] for row in deliveries), len(seconds)]
        p50, p95, p25, p75 = (discrete(seconds, part) for part in (0.5, 0.95, 0.25, 0.75))
        rows = [(*told, p50, p95, 0, None, None, None, None, p25, p75)]
        assert same(world.ask("delivery_summary", filters), columns, rows)


def test_the_summary_sums_the_days_compared(compared: DuckDBPyConnection) -> None:
    filters = Filters(date(2026, 11, 17), date(2026, 11, 20))
    (row,) = ask(compared, Question.about("delivery_summary", filters, ZONE, NOW)).records()
    assert [row[name] for name in ("compared_days", "in_api", "missing", "lost")] == [2, 16, 3, 1]
    assert str(row["last_compared_at"]) == "2026-11-20 08:00:00+00:00"


def test_percentiles_are_right_where_a_delivery_is_the_share_exactly(tmp_path: Path) -> None:
    """Of twenty that took 1 to 20 seconds, ten are a half, and nineteen are 95 of a hundred."""
    stamp = 1_795_000_000
    sent = [
        Sent(
            delivery_id=seconds,
            received_at=datetime.fromtimestamp(stamp + seconds, UTC),
            params={"leadtype": "call", "id": f"{seconds}", "sendingTimestamp": f"{stamp}"},
        )
        for seconds in range(1, 21)
    ]
    day = sent[0].received_at.date()
    with new_store(tmp_path) as db:
        fold_into(db, [sent])
        question = Question.about("delivery_summary", Filters(day, day), ZONE, NOW)
        (row,) = ask(db, question).records()
    found = [row[f"lag_{name}"] for name in ("known", "p25", "p50", "p75", "p95")]
    assert found == [20, 5, 10, 15, 19]


def test_lost_leads_are_those_of_the_days(compared: DuckDBPyConnection) -> None:
    compared.execute(
        """insert into reconciliation_differences
        (day, site_id, lead_type, lead_id, difference, field, remedy) values
        ('2026-11-18', 1, 'call', 7, 'lost', null, 'resend'),
        ('2026-11-18', 1, 'call', 9, 'lost', null, 'resend'),
        ('2026-11-18', 1, 'call', 8, 'field', 'city', null),
        ('2026-11-12', 1, 'call', 6, 'lost', null, 'api')"""
    )
    filters = Filters(date(2026, 11, 17), date(2026, 11, 20))
    lost = ask(compared, Question.about("lost_leads", filters, ZONE, NOW))
    assert [row[-2:] for row in lost.rows] == [(9, "resend"), (7, "resend")]


def test_their_remedy_is_one_word_of_two(compared: DuckDBPyConnection) -> None:
    """As reconcile writes it: `resend or api`, and `api` alone for what is too old to be sent."""
    compared.execute(
        """insert into reconciliation_differences
        (day, site_id, lead_type, lead_id, difference, field, remedy) values
        ('2026-11-18', 1, 'call', 7, 'lost', null, 'resend or api'),
        ('2026-11-18', 1, 'call', 9, 'lost', null, 'api')"""
    )
    filters = Filters(date(2026, 11, 17), date(2026, 11, 20))
    lost = ask(compared, Question.about("lost_leads", filters, ZONE, NOW))
    assert [row[-2:] for row in lost.rows] == [(9, "api"), (7, "resend")]


def test_unread_answers_are_those_of_the_days(compared: DuckDBPyConnection) -> None:
    filters = Filters(date(2026, 11, 17), date(2026, 11, 20))
    question = Question.about("unread_answers", filters, ZONE, NOW)
    assert ask(compared, question).rows == [(0, 0, 0)]
    compared.execute(
        """insert into reconciliation_unread values
        ('2026-11-18', 1, 'call', 'no id', '1/3', null),
        ('2026-11-18', 1, 'call', 'part', 'orders', 7),
        ('2026-11-19', 2, 'request', 'count', '3/5', null),
        ('2026-11-12', 1, 'call', 'no object', '1/1', null)"""
    )
    assert ask(compared, question).rows == [(3, 2, 2)]


@pytest.mark.parametrize("report", ["deliveries", "duplicates"])
def test_weeks_and_months_are_the_sums_of_their_days(world: World, report: str) -> None:
    names = {
        "deliveries": ("received", "created", "late", "from_api", "lag_known"),
        "duplicates": ("deliveries", "duplicates"),
    }[report]
    by_day = world.ask(report, PERIODS[1]).records()
    for unit in ("week", "month"):
        sums: dict[date, list[int]] = defaultdict(lambda: [0] * len(names))
        for row in by_day:
            into = date.weekday(row["day"]) if unit == "week" else row["day"].day - 1
            told = sums[row["day"] - timedelta(into)]
            told[:] = [before + row[name] for before, name in zip(told, names, strict=True)]
        found = world.ask(report, PERIODS[1], unit=unit).records()
        assert {row["day"]: [row[name] for name in names] for row in found} == sums
        assert len(found) == len(sums)
