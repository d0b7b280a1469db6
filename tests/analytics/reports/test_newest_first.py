"""Lists of the newest leads: the end of the period gives the same rows as all of it."""

from collections.abc import Mapping
from datetime import date

import pytest
from duckdb import DuckDBPyConnection

from analytics.reports import newest_first
from analytics.reports.asking import Answer, Question, ask
from analytics.reports.filters import Filters
from analytics.reports.registry import REPORTS
from analytics.reports.shared_parts import Tables, ask_keeping
from tests.analytics.reports.world import FIRST_DAY, LAST_DAY, NOW, ZONE, World

ALL_DAYS = Filters(FIRST_DAY, LAST_DAY)


@pytest.mark.parametrize("report", [one.name for one in REPORTS if one.is_newest_first])
def test_the_newest_are_those_of_the_whole_period(
    world: World, ten_filters: list[Filters], report: str
) -> None:
    with world.published.reading() as db:
        tables: Tables = {}
        for filters in (ALL_DAYS, *ten_filters):
            for top in (0, 1, 7, 100):
                question = Question.about(report, filters, ZONE, NOW, top=top)
                assert ask_keeping(db, question, tables) == ask(db, question), (filters, top)


@pytest.mark.parametrize(("top", "whole"), [(1, False), (1000, True), (0, True)])
def test_the_whole_period_is_asked_when_its_end_is_not_enough(
    world: World, monkeypatch: pytest.MonkeyPatch, top: int, whole: bool
) -> None:
    begun: list[date] = []

    def noted(db: DuckDBPyConnection, question: Question, tables: Mapping[str, str]) -> Answer:
        begun.append(question.filters.first)
        return ask(db, question, tables)

    monkeypatch.setattr(newest_first, "ask", noted)
    with world.published.reading() as db:
        ask_keeping(db, Question.about("moved_leads", ALL_DAYS, ZONE, NOW, top=top), {})
    assert (FIRST_DAY in begun) is whole
