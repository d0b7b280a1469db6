"""Tables of declared columns: headings, cells, links, and what is not to be shown."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import duckdb
import pytest

from analytics.reports.asking import Answer, Question
from dashboards.access.roles import Reader, Role
from dashboards.page import column
from dashboards.page.column import Column, Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.tables import Cell
from dashboards.slice.slice import Slice
from dashboards.web.reader_request import ReaderContext
from dashboards.wording.formats import Formats
from dashboards.wording.texts import Texts

DAY = date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class Source:
    source: str | None
    medium: str | None
    starts_on: date
    leads: int
    target_leads: int
    target_known: int


YANDEX = Source("yandex", "cpc", DAY, 1234, 5, 20)
UNKNOWN = Source(None, None, DAY, 0, 5, 19)


def only_of_leads(row: Source, context: CardContext) -> str | None:
    return context.leads(source=row.source) if row.leads else None


COLUMNS: Columns[Source] = (
    column.source("overview.source"),
    column.number("site.leads", lambda row: row.leads, only_of_leads, most=1234),
    column.TARGET_RATE,
    column.unit("month", lambda row: row.starts_on),
    column.words(lambda texts: f"{texts('site.leads')}!", lambda row, _: f"{row.leads}!"),
    Column("rescue.source", lambda row, _: Cell("as it is"), why="tags.quantiles_why"),
)


def _no_answer(question: Question) -> Answer:
    raise AssertionError("nothing is asked here")


@pytest.fixture
def context() -> CardContext:
    texts = Texts("en")
    formats = Formats(texts, ZoneInfo("Europe/Moscow"))
    reader_context = ReaderContext(formats, datetime(2026, 11, 20, tzinfo=UTC))
    return CardContext(
        duckdb.connect(),
        reader_context,
        Reader("somebody", Role.VIEWER),
        Slice(DAY, DAY),
        _no_answer,
        lambda: None,
    )


def test_headings_say_what_a_column_is_and_why(context: CardContext) -> None:
    headings = table_of(context, "Sources", COLUMNS, []).columns
    keys = ("overview.source", "site.leads")
    assert [heading.title for heading in headings][:2] == [context.texts(key) for key in keys]
    assert headings[4].title == f"{context.texts('site.leads')}!"
    assert [heading.kind for heading in headings[:4]] == ["text", "number", "number", "text"]
    assert headings[0].why == ""
    assert headings[2].why == context.texts("overview.target_rate_why")
    assert headings[5].why == context.texts("tags.quantiles_why")


def test_cells_read_sort_and_lead_as_their_column_says(context: CardContext) -> None:
    (row,) = table_of(context, "Sources", COLUMNS, [YANDEX]).rows
    name, leads, rate, month, words, own = row.cells
    assert (name.text, name.is_foreign) == ("yandex / cpc", True)
    assert (leads.text, leads.sorts_by, leads.bar) == ("1,234", 1234, 1)
    assert leads.href == "/journal?from=2026-11-20&to=2026-11-20&f.source.exact=yandex"
    assert (rate.text, rate.sorts_by, rate.why) == ("25.0%", 0.25, "5 of 20")
    # By its first day: by its name, April would come before March.
    assert (month.text, month.sorts_by) == ("November\N{NO-BREAK SPACE}2026", "2026-11-20")
    assert (words.text, own.text) == ("1234!", "as it is")


def test_no_link_to_no_leads_and_numbers_for_a_rate_of_fewer_than_twenty(
    context: CardContext,
) -> None:
    (row,) = table_of(context, "Sources", COLUMNS, [UNKNOWN]).rows
    name, leads, rate, *_ = row.cells
    assert name.text == context.texts("site.not_given")
    assert leads.href is None
    assert (rate.text, rate.sorts_by) == ("5 of 19", 5 / 19)


def test_rows_can_be_the_rest_faint_or_deeper(context: CardContext) -> None:
    rows = table_of(
        context,
        "Sources",
        COLUMNS,
        [YANDEX, UNKNOWN],
        is_rest=lambda row: row.source is None,
        is_faint=lambda row: row.target_known < 20,
        level=lambda row: row.target_known,
    ).rows
    assert [(row.is_rest, row.is_faint, row.level) for row in rows] == [
        (False, False, 20),
        (True, True, 19),
    ]
