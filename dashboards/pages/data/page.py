"""`/data`: how do I get at the data? Snippets to copy, tables and columns, the API's reports."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from analytics.examples import EXAMPLES
from analytics.relations import JOINS, TableJoin
from analytics.reports.reach import read_by
from analytics.reports.registry import REPORTS, report_named
from analytics.reports.report import Report
from dashboards.api.exports import FORMATS
from dashboards.page import column
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part, TemplatePart
from dashboards.page.column import Column, Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.rows import ask_row, ask_rows
from dashboards.page.tables import Cell, CellMaker, Table
from dashboards.pages.data.diagram import diagram

_A_MEGABYTE = 1_000_000
_EXAMPLE_DAYS = 30
_FIRST = ("leads", "calls", "requests", "lead_attributions", "deliveries")
"""The tables that one asks for most; the others follow as they are defined."""


@dataclass(frozen=True, slots=True)
class FileDescription:
    """The published file. `path`, `bytes`: None where a lake is read."""

    path: str | None
    bytes: int | None
    leads: int
    deliveries: int
    last_received_at: datetime | None
    published_at: datetime
    app_version: str
    schema_version: int
    duckdb_version: str


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """A column of a table, or the table itself."""

    table_name: str
    is_view: bool
    column_name: str | None
    data_type: str | None
    comment_ru: str | None
    comment_en: str | None

    def comment(self, context: CardContext) -> str:
        is_russian = context.texts.language == "ru"
        return (self.comment_ru if is_russian else self.comment_en) or ""


@dataclass(frozen=True, slots=True)
class ExampleShown:
    """A worked query in the reader's language."""

    name: str
    title: str
    note: str
    sql: str
    needs_persons: bool


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table or view of the published file, with its columns."""

    name: str
    is_view: bool
    comment: str
    columns: Table


def freshness(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    now, cells = ask_row(context, "published_file", FileDescription), CellMaker(context.formats)
    facts: list[tuple[str, Cell]] = [
        (texts("data.last_received"), cells.moment(now.last_received_at)),
        (texts("data.published"), cells.moment(now.published_at)),
        (texts("data.leads"), cells.number(now.leads)),
        (texts("data.deliveries"), cells.number(now.deliveries)),
        *_of_the_file(now, context),
        (texts("data.app_version"), cells.text(now.app_version)),
        (texts("data.schema_version"), cells.number(now.schema_version)),
        (texts("data.duckdb_version"), cells.text(now.duckdb_version)),
    ]
    columns: Columns[tuple[str, Cell]] = (
        column.words("data.what", lambda fact, _: fact[0]),
        Column("data.value", lambda fact, _: fact[1]),
    )
    table = table_of(context, texts("data.freshness"), columns, facts, is_sortable=False)
    return (table, Paragraph(texts("data.freshness_note")))


def _of_the_file(now: FileDescription, context: CardContext) -> Iterator[tuple[str, Cell]]:
    if now.path is None or now.bytes is None:
        return
    texts, cells = context.texts, CellMaker(context.formats)
    size = texts("data.megabytes", size=context.formats.number(now.bytes / _A_MEGABYTE, 1))
    yield texts("data.file"), cells.text(now.path)
    yield texts("data.size"), cells.words(size)


def connect(context: CardContext) -> Sequence[Part]:
    """The snippets are in the template: what has to be told apart are the path and the address."""
    # Of a lake there is a file where `calltouch snapshot` has made one.
    path = context.ask("published_file").column("path")[0] or "calltouch.duckdb"
    texts, query = context.texts, read_by(report_named("journal"), context.slice)
    files = [
        (texts(f"data.{name}"), context.url("/api/reports/journal", f"{query}&format={name}"))
        for name in ("excel_csv", "xlsx", "parquet")
    ]
    return (
        Paragraph(texts("data.whole_file"), "notice"),
        TemplatePart("parts/snippets.html", {"path": path, "files": files}),
    )


def catalogue(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "catalogue", CatalogueRow)
    by_table = groupby(rows, lambda row: row.table_name)
    tables = [_described(list(of_table), context) for _, of_table in by_table]
    tables.sort(key=lambda table: (*_FIRST, table.name).index(table.name))
    label, of_columns = context.texts("data.catalogue"), [row for row in rows if row.column_name]
    in_files = table_of(context, label, _FILE_COLUMNS, of_columns)
    return (TemplatePart("parts/catalogue.html", {"tables": tables}, in_files),)


def examples(context: CardContext) -> Sequence[Part]:
    """Worked queries, of the last days that the file has."""
    language, last = context.texts.language, context.slice.last
    first, zone = last - timedelta(_EXAMPLE_DAYS - 1), context.timezone
    shown = [
        ExampleShown(
            example.name,
            example.title.written_in(language),
            example.note.written_in(language),
            example.over_days(first, last, zone),
            example.needs_persons,
        )
        for example in EXAMPLES
    ]
    return (TemplatePart("parts/examples.html", {"examples": shown}),)


def relations(context: CardContext) -> Sequence[Part]:
    in_files = table_of(context, context.texts("data.relations"), _JOIN_COLUMNS, JOINS)
    return (TemplatePart("parts/diagram.html", {"diagram": diagram()}, in_files),)


def reports(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    table = table_of(context, texts("data.reports"), _REPORT_COLUMNS, REPORTS)
    note = texts("data.reports_note", formats=", ".join(FORMATS))
    document = context.url("/api/openapi.json")
    return (
        Paragraph(note),
        Paragraph(texts("data.openapi_note"), "note", document, texts("data.openapi")),
        Paragraph(
            texts("documents.link_note"), "note", context.url("/docs"), texts("documents.link")
        ),
        Collapsible(texts("data.all_reports", count=len(REPORTS)), table),
    )


PAGE = Page(
    "data",
    "/data",
    (
        Card("data.freshness", freshness, "half"),
        Card("data.reports", reports, "half"),
        Card("data.connect", connect),
        Card("data.examples", examples),
        Card("data.relations", relations),
        Card("data.catalogue", catalogue),
    ),
    sliced="no",
    has_history=False,
)


def _described(rows: Sequence[CatalogueRow], context: CardContext) -> TableDescription:
    """The first row is the table's own, the others are its columns'."""
    own, *columns = rows
    table = table_of(context, own.table_name, _CATALOGUE_COLUMNS, columns)
    return TableDescription(own.table_name, own.is_view, own.comment(context), table)


def _parameters(report: Report, context: CardContext) -> str:
    parameters = report.parameters
    given = [f"{own.name}={own.default}" for own in parameters if own.default is not None]
    unset = [own.name for own in parameters if own.default is None]
    named = [*given, *unset, *(("group_by",) if report.groups else ())]
    return ", ".join(named) or context.texts("site.not_available")


_CATALOGUE_COLUMNS: Columns[CatalogueRow] = (
    column.words("data.column", lambda row, _: row.column_name or ""),
    column.words("data.type", lambda row, _: row.data_type or ""),
    column.words("data.meaning", CatalogueRow.comment),
)
_FILE_COLUMNS: Columns[CatalogueRow] = (
    column.words("data.table", lambda row, _: row.table_name),
    *_CATALOGUE_COLUMNS,
)
_JOIN_COLUMNS: Columns[TableJoin] = (
    column.words("data.many", lambda join, _: join.many),
    column.words("data.one", lambda join, _: join.one),
    column.words("data.joined_by", lambda join, _: ", ".join(join.columns)),
)
_REPORT_COLUMNS: Columns[Report] = (
    column.words(
        "data.report",
        lambda report, _: report.name,
        lambda report, context: context.url(
            f"/api/reports/{report.name}", read_by(report, context.slice)
        ),
    ),
    column.words("data.page", lambda report, context: context.texts(f"{report.page}.title")),
    column.words("data.parameters", _parameters),
)
