"""`/export/<page>.xlsx` and `.csv`: what a page shows, or one card of it, as a file for people.

The page's cards are made as for the screen; lists of which the screen shows the beginning are read
to their end. A workbook is on disk before its first byte is sent, so what fails is no half a file;
CSV is sent as it is read.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import product

import xlsxwriter
from duckdb import DuckDBPyConnection
from flask import Blueprint, Response, request, stream_with_context
from werkzeug.datastructures import MultiDict

from analytics.reports.asking import Answer, Question
from dashboards.access.gate import shown_to
from dashboards.access.notes import note_exported
from dashboards.access.roles import Audience, Reader
from dashboards.api.exports import FORMATS, pieces_of
from dashboards.api.rows import open_rows
from dashboards.files.about import about_page
from dashboards.files.csv_file import csv_pieces
from dashboards.files.spread import spread
from dashboards.files.workbook import PageWorkbook, rows_of_table
from dashboards.page.cards import Card, Page, RenderedCard
from dashboards.page.context import CardContext
from dashboards.page.freshness import Freshness
from dashboards.page.from_url import card_context
from dashboards.page.known import opened
from dashboards.page.render import freshness_of, make, refuse_unknown
from dashboards.page.tables import Batches, Table
from dashboards.slice.bad_query import BadQuery
from dashboards.web.reader_request import ReaderContext

_CARD, _TABLE = "card", "table"


def register_files(blueprint: Blueprint, pages: Sequence[Page]) -> None:
    for page in pages:
        views = {"xlsx": partial(show_xlsx, page), "csv": partial(show_csv, page)}
        for path, (ending, view) in product(page.file_paths, views.items()):
            shown = shown_to(_audience(page), view)
            blueprint.add_url_rule(f"/export{path}.{ending}", f"{page.name}_{ending}", shown)


def _audience(page: Page) -> Audience:
    """Managers take nothing away."""
    return Audience.WHOLE if page.audience is Audience.WHOLE else Audience.SITES


def show_xlsx(page: Page, **in_path: str | int) -> Response:
    """The view of a workbook. Raises `BadQuery`, `NoDeliveries`, `NotPublished`."""
    return workbook_answer(page, request.args, in_path, request.host_url.rstrip("/"))


def workbook_answer(
    page: Page, query: MultiDict[str, str], in_path: dict[str, str | int], origin: str | None
) -> Response:
    """`origin`: what links begin with, None for a file that has none. Raises `BadQuery`,
    `NoDeliveries`, `NotPublished`."""
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile())
        with opened(query, has_history=page.has_history) as (db, reader_context):
            context, freshness = _context(db, reader_context, page, query, in_path, origin)
            cards = [make(card, context) for card in _cards(page)]
            options = {"constant_memory": True, "strings_to_urls": False}
            with xlsxwriter.Workbook(file, options) as book:
                book.set_properties({"title": context.texts(f"{page.name}.title")})
                facts = about_page(page, context, freshness)
                PageWorkbook(book, context, _batches(db, context.reader)).write(cards, facts)
        held = stack.pop_all()
    response = Response(pieces_of(file), content_type=FORMATS["xlsx"].content_type)
    response.call_on_close(held.close)
    return _named(response, page, in_path, context, "xlsx")


def show_csv(page: Page, **in_path: str | int) -> Response:
    """The view of one table: the first, or that chosen by `card` and `table`. Raises `BadQuery`,
    `NoDeliveries`, `NotPublished`."""
    with ExitStack() as stack:
        db, reader_context = stack.enter_context(opened(request.args, has_history=page.has_history))
        context, _ = _context(db, reader_context, page, request.args, in_path, None)
        table = spread(_table([make(card, context) for card in _cards(page)]), context.texts)
        rows = rows_of_table(table, _batches(db, context.reader))
        pieces = csv_pieces(table.columns, rows, context.formats)
        held = stack.pop_all()
    response = Response(stream_with_context(pieces), content_type=FORMATS["csv"].content_type)
    response.call_on_close(held.close)
    return _named(response, page, in_path, context, "csv")


def _context(
    db: DuckDBPyConnection,
    reader_context: ReaderContext,
    page: Page,
    query: MultiDict[str, str],
    in_path: dict[str, str | int],
    origin: str | None,
) -> tuple[CardContext, Freshness | None]:
    refuse_unknown([name for name in query if name not in (_CARD, _TABLE)], page)
    freshness = freshness_of(db, page)
    context = card_context(db, reader_context, page, query, in_path, note_exported, origin)
    context = replace(context, is_file=True)
    if page.check is not None:
        page.check(context)
    return context, freshness


def _cards(page: Page) -> Sequence[Card]:
    """Raises `BadQuery`."""
    key = request.args.get(_CARD)
    if not key:
        return page.cards
    keys = [card.key for card in page.cards]
    if key not in keys:
        raise BadQuery("bad_query.value", keys, name=_CARD, value=key)
    return [card for card in page.cards if card.key == key]


def _table(cards: Sequence[RenderedCard]) -> Table:
    """Raises `BadQuery`."""
    tables = [table for shown in cards for table in shown.tables]
    failures = [shown.failure for shown in cards if shown.failure]
    if failures and not tables:
        raise BadQuery("card.failed_todo", incident=failures[0])
    if not tables:
        raise BadQuery("files.no_table")
    numbers = [f"{number}" for number in range(1, len(tables) + 1)]
    number = request.args.get(_TABLE) or numbers[0]
    if number not in numbers:
        raise BadQuery("bad_query.value", numbers, name=_TABLE, value=number)
    return tables[int(number) - 1]


def _batches(db: DuckDBPyConnection, reader: Reader) -> Batches:
    """Noted in the audit as exported."""

    def read(question: Question) -> Iterator[Answer]:
        with open_rows(db, question, reader, note_exported) as rows:
            columns = tuple(rows.columns)
            for batch in rows.batches:
                yield Answer(question, columns, list(batch))

    return read


def _named(
    response: Response, page: Page, in_path: dict[str, str | int], context: CardContext, ending: str
) -> Response:
    parts = [page.name, *map(str, in_path.values()), request.args.get(_CARD) or ""]
    name = "-".join(part for part in (*parts, f"{context.today}") if part)
    written = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
    response.headers["Content-Disposition"] = f'attachment; filename="{written}.{ending}"'
    return response
