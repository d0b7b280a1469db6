"""`/data`: how do I get at the data? Snippets to copy, tables and columns, the API's reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from analytics.reports.registry import REPORTS
from analytics.reports.report import Report
from dashboards.api.exports import FORMATS
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part, TemplatePart
from dashboards.page.context import CardContext
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table

_A_MEGABYTE = 1_000_000
_FIRST = ("leads", "calls", "requests", "lead_attributions", "deliveries")
"""The tables that one asks for most; the others follow as they are defined."""

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table or view of the published file, with its columns."""

    name: str
    is_view: bool
    comment: str
    columns: Table


def freshness(context: CardContext) -> Sequence[Part]:
    texts, formats = context.texts, context.formats
    (now,) = context.ask("published_file").records()
    cells = CellMaker(formats)
    size = texts("data.megabytes", size=formats.number(now["bytes"] / _A_MEGABYTE, 1))
    shown: list[tuple[str, Cell]] = [
        (texts("data.last_received"), cells.moment(now["last_received_at"])),
        (texts("data.published"), cells.moment(now["published_at"])),
        (texts("data.leads"), cells.number(now["leads"])),
        (texts("data.deliveries"), cells.number(now["deliveries"])),
        (texts("data.file"), cells.text(now["path"])),
        (texts("data.size"), cells.own(size)),
        (texts("data.app_version"), cells.text(now["app_version"])),
        (texts("data.schema_version"), cells.number(now["schema_version"])),
        (texts("data.duckdb_version"), cells.text(now["duckdb_version"])),
    ]
    columns = [Column(texts("data.what"), "text"), Column(texts("data.value"), "text")]
    rows = [Row([cells.own(name), cell]) for name, cell in shown]
    table = Table(texts("data.freshness"), columns, rows, is_sortable=False)
    return (table, Paragraph(texts("data.freshness_note")))


def connect(context: CardContext) -> Sequence[Part]:
    """The snippets are in the template: what has to be told apart are the path and the address."""
    (now,) = context.ask("published_file").records()
    texts = context.texts
    files = [
        (
            texts(f"data.{name}"),
            context.url("/api/reports/journal", f"{context.slice.query}&format={name}"),
        )
        for name in ("excel_csv", "xlsx", "parquet")
    ]
    return (
        Paragraph(texts("data.whole_file"), "notice"),
        TemplatePart("parts/snippets.html", {"path": now["path"], "files": files}),
    )


def catalogue(context: CardContext) -> Sequence[Part]:
    rows = context.ask("catalogue").records()
    by_table = [list(found) for _, found in groupby(rows, itemgetter("table_name"))]
    described = [_described(one, context) for one in by_table]
    described.sort(key=lambda one: _FIRST.index(one.name) if one.name in _FIRST else len(_FIRST))
    return (TemplatePart("parts/catalogue.html", {"tables": described}),)


def reports(context: CardContext) -> Sequence[Part]:
    texts, cells = context.texts, CellMaker(context.formats)
    table = Table(
        texts("data.reports"),
        [
            Column(texts("data.report"), "text"),
            Column(texts("data.page"), "text"),
            Column(texts("data.parameters"), "text"),
        ],
        [
            Row(
                [
                    cells.own(
                        one.name, context.url(f"/api/reports/{one.name}", context.slice.query)
                    ),
                    cells.own(texts(f"{one.page}.title")),
                    cells.own(", ".join(_parameters(one)) or texts("site.not_available")),
                ]
            )
            for one in REPORTS
        ],
    )
    note = texts("data.reports_note", formats=", ".join(FORMATS))
    return (Paragraph(note), Collapsible(texts("data.all_reports", count=len(REPORTS)), table))


PAGE = Page(
    "data",
    "/data",
    (
        Card("data.connect", connect),
        Card("data.catalogue", catalogue),
        Card("data.freshness", freshness, "half"),
        Card("data.reports", reports, "half"),
    ),
    sliced="no",
)


def _described(rows: Sequence[Record], context: CardContext) -> TableDescription:
    """The first row is the table's own, the others are its columns'."""
    texts, cells = context.texts, CellMaker(context.formats)
    own, *columns = rows
    comment = f"comment_{texts.language}"
    table = Table(
        own["table_name"],
        [
            Column(texts("data.column"), "text"),
            Column(texts("data.type"), "text"),
            Column(texts("data.meaning"), "text"),
        ],
        [
            Row(
                [
                    cells.own(one["column_name"]),
                    cells.own(one["data_type"]),
                    cells.own(one[comment] or ""),
                ]
            )
            for one in columns
        ],
    )
    return TableDescription(own["table_name"], own["is_view"], own[comment] or "", table)


def _parameters(report: Report) -> list[str]:
    own = [f"{one.name}={one.default}" for one in report.parameters if one.default is not None]
    unset = [one.name for one in report.parameters if one.default is None]
    return [*own, *unset, *(("group_by",) if report.groups else ())]
