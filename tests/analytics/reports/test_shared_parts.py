"""What is worked out once for several questions says the same as each question's own SQL."""

import pytest

from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from analytics.reports.parts import SharedPart
from analytics.reports.registry import REPORTS
from analytics.reports.report import Report
from analytics.reports.shared_parts import Tables, ask_keeping
from tests.analytics.reports.world import NOW, ZONE, World

SHARING = [report for report in REPORTS if report.keeps]
KEPT = list(dict.fromkeys(part for report in SHARING for part in report.keeps))


@pytest.mark.parametrize("part", KEPT, ids=lambda part: part.name)
def test_every_kept_part_is_shared(part: SharedPart) -> None:
    assert sum(part in report.keeps for report in SHARING) >= 2


@pytest.mark.parametrize("report", SHARING, ids=lambda report: report.name)
def test_a_report_reads_what_it_keeps_from_the_table(report: Report) -> None:
    chosen = {"lead_type": ("call",)}
    question = Question(report, Filters(NOW.date(), NOW.date(), chosen=chosen), ZONE, NOW)
    for part in report.keeps:
        assert f"{part.name} as (from temp.kept)" in question.reading({part.name: "kept"})


@pytest.mark.parametrize("report", SHARING, ids=lambda report: report.name)
def test_what_only_filters_make_necessary_is_not_kept_for_a_period(report: Report) -> None:
    question = Question(report, Filters(NOW.date(), NOW.date()), ZONE, NOW)
    for part in report.keeps:
        is_read = f"{part.name} as (from temp.kept)" in question.reading({part.name: "kept"})
        assert is_read == (part in question.kept_parts)


def test_reports_say_the_same_of_what_is_kept(world: World, ten_filters: list[Filters]) -> None:
    with world.published.reading() as db:
        tables: Tables = {}
        for report in SHARING:
            for filters in ten_filters:
                question = Question(report, filters, ZONE, NOW)
                assert ask_keeping(db, question, tables) == ask(db, question), (report, filters)
        # Suspected gaps are of deliveries, to which of the filters only the period matters.
        periods = {(one.first, one.last) for one in ten_filters}
        narrowed = sum(bool(filters.conditions()) for filters in ten_filters)
        assert 0 < narrowed < len(ten_filters)
        of_narrowed = sum(part.of_narrowed for part in KEPT)
        of_all = len(KEPT) - 1 - of_narrowed
        wanted = of_all * len(ten_filters) + of_narrowed * narrowed + len(periods)
        assert len(tables) == wanted


def test_what_other_questions_kept_is_not_taken(world: World) -> None:
    """Other filters are other tables."""
    asked = [
        Question.about("models", Filters(first, NOW.date(), chosen=chosen), ZONE, NOW)
        for first in (NOW.date().replace(month=month) for month in (9, 10))
        for chosen in ({}, {"lead_type": ("call",)})
    ]
    with world.published.reading() as db:
        tables: Tables = {}
        answers = [ask_keeping(db, question, tables).rows for question in asked]
        assert len(tables) == len(asked)
        assert answers == [ask(db, question).rows for question in asked]
        assert len({str(rows) for rows in answers}) == len(asked)
