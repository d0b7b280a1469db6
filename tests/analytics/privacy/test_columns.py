"""Of every column that can be shown somebody has said what it holds of a person."""

from collections.abc import Iterator

import pytest
from duckdb import DuckDBPyConnection

from analytics.privacy.columns import held_by_column, held_by_field
from analytics.privacy.holds import Content, ContentOf, Privacy, is_personal, plain
from analytics.published_file import Published, PublishedFile
from analytics.reports.asking import Question
from analytics.reports.filters import FILTERS, Filters
from analytics.reports.groups import GROUPS
from analytics.reports.registry import REPORTS
from analytics.reports.report import Report
from tests.dashboards.conftest import ZONE, Place
from tests.dashboards.leads import NOW, Delivered, call

TABLES = ("leads", "lead_attributions", "lead_tags", "lead_comments", "deliveries")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    place = Place(tmp_path_factory.mktemp("columns"))
    place.add([Delivered(NOW, call(1, NOW))])
    with Published(PublishedFile(place.published)).reading() as db:
        yield db


def columns_of(
    db: DuckDBPyConnection, sql: str, bound: dict[str, object] | None = None
) -> list[str]:
    described = db.execute(f"select * from ({sql}) limit 0", bound).description or ()
    return [column[0] for column in described]


def contents_of(db: DuckDBPyConnection, report: Report) -> dict[str, Content | None]:
    groups = tuple(GROUPS) if report.groups else ("source",)
    question = Question(report, Filters(NOW.date(), NOW.date()), ZONE, NOW, groups)
    return question.contents(columns_of(db, question.sql, question.parameters))


def test_a_field_holds_what_its_row_says_under_both_its_names() -> None:
    assert held_by_field("callerphone") is held_by_column("caller_phone") is Privacy.PHONE
    assert held_by_column("ct_caller_id") is Privacy.IDENTIFIER
    assert held_by_column("callerphone") is None
    assert held_by_column("anything") is held_by_field("anything") is None


def test_every_column_of_the_store_is_declared(published: DuckDBPyConnection) -> None:
    for table in TABLES:
        columns = columns_of(published, f"from {table}")
        undeclared = {one for one in columns if held_by_column(one) is None}
        # Reports say it of these: a report may give the name to something else as well.
        assert undeclared <= {"position", "kind"}, table


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_every_column_of_a_report_is_declared(
    published: DuckDBPyConnection, report: Report
) -> None:
    """A column that nobody declares is hidden from everyone but admins: say in the register what
    it holds."""
    contents = contents_of(published, report)
    assert [name for name, content in contents.items() if content is None] == []
    assert [name for name in report.columns if name not in contents and name not in _SHARED] == []
    for content in contents.values():
        assert not isinstance(content, ContentOf) or content.column in contents
    assert Privacy.RECORDING not in contents.values()


_SHARED = {
    name
    for shared in [
        plain("leads calls requests unique_leads uniqueness_known spam previous_lead_type")
    ]
    for name in (*shared, "target_leads", "target_known", "unique_target_leads", "target_rate")
} | {"medium_0", "medium_1", "seconds"}
"""Of lists of columns that several reports share; not each of them has all."""


def test_groups_and_filters_are_too() -> None:
    assert [name for name, group in GROUPS.items() if group.holds is None] == []
    columns = [one.column for one in FILTERS if one.column]
    assert [one for one in columns if held_by_column(one) is None] == []
    # Their values are offered to everybody who opens a page, and not noted.
    assert [one for one in columns if is_personal(held_by_column(one))] == []
