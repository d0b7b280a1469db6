"""Rows of a report beside those that they are compared with."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from analytics.reports.asking import Answer, Question
from analytics.reports.compared_rows import beside, keys_of
from analytics.reports.filters import Filters
from analytics.reports.registry import REPORTS, report_named
from analytics.reports.registry.comparisons import COMPARED_BY

DAY = date(2026, 11, 20)


def answer(columns: str, *rows: tuple[Any, ...]) -> Answer:
    question = Question.about("spam", Filters(DAY, DAY), "UTC", datetime(2026, 11, 20, tzinfo=UTC))
    return Answer(question, tuple(columns.split()), list(rows))


def test_each_number_has_what_it_was_its_change_and_whether_that_may_be_chance() -> None:
    now = answer("source medium leads share", ("vk", None, 100, 0.5), ("dzen", "cpc", 3, None))
    before = answer("source medium leads share", ("vk", None, 50, 0.25))
    shown = beside(now, before, ("source", "medium"), ("leads", "share"))
    assert shown.columns[4:] == (
        *("leads_before", "leads_change", "leads_is_chance"),
        *("share_before", "share_change", "share_is_chance"),
    )
    assert shown.rows == [
        ("vk", None, 100, 0.5, 50, 50, False, 0.25, 0.25, None),
        ("dzen", "cpc", 3, None, 0, 3, True, None, None, None),
    ]


def test_what_there_was_before_alone_comes_last() -> None:
    now = answer("manager leads talk_p50", ("Anna", 9, 60.0))
    before = answer("manager leads talk_p50", ("Boris", 40, 30.0), ("Anna", 9, 50.0))
    shown = beside(now, before, ("manager",), ("leads", "talk_p50"))
    assert [row[:5] for row in shown.rows] == [
        ("Anna", 9, 60.0, 9, 0),
        ("Boris", 0, None, 40, -40),
    ]


def test_units_of_time_stand_side_by_side_in_their_order() -> None:
    now = answer("starts_on leads", (date(2026, 11, 2), 5), (date(2026, 11, 3), 6))
    before = answer("starts_on leads", *((date(2026, 10, day), day) for day in (1, 2, 3)))
    shown = beside(now, before, ("starts_on",), ("leads",))
    assert [row[2] for row in shown.rows] == [1, 2]


def test_one_row_needs_no_key() -> None:
    shown = beside(answer("leads", (7,)), answer("leads", (7,)), (), ("leads",))
    assert shown.rows == [(7, 7, 0, True)]


@pytest.mark.parametrize("name", COMPARED_BY)
def test_what_is_compared_by_is_the_name_of_a_report(name: str) -> None:
    assert keys_of(report_named(name), ()) is not None


def test_lists_are_not_compared() -> None:
    lists = {report.name for report in REPORTS if report.pages_by or report.is_newest_first}
    assert not lists & COMPARED_BY.keys()
