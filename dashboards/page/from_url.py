"""From a URL to what a page's cards are given."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from duckdb import DuckDBPyConnection
from flask import request
from werkzeug.datastructures import MultiDict

from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from analytics.reports.parameter import BadParameter, ReportParameter
from dashboards.access.disclosure import Note
from dashboards.access.gate import current_reader
from dashboards.access.notes import note_shown
from dashboards.access.roles import Reader
from dashboards.page.answers import PageAnswers
from dashboards.page.cards import Page
from dashboards.page.context import CardContext
from dashboards.page.slice_bar import option_pairs
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.period import Period
from dashboards.slice.restricted import restrict_search
from dashboards.slice.slice import Slice
from dashboards.web.reader_request import ReaderContext

IN_PATH = re.compile(r"<(?:[^<>]*:)?(\w+)>")


def card_context(
    db: DuckDBPyConnection,
    reader_context: ReaderContext,
    page: Page,
    query: MultiDict[str, str],
    in_path: Mapping[str, str | int],
    note: Note = note_shown,
    origin: str | None = "",
) -> CardContext:
    """What the reader of this web request asks with a page's URL. Raises `BadQuery`."""
    reader = current_reader()
    context = CardContext(
        db=db,
        reader_context=reader_context,
        reader=reader,
        slice=read_slice(db, reader_context, reader, query),
        answer=PageAnswers(db, reader, note).to,
        everything=partial(everything, db, reader_context),
        options={**read_options(page.options, query), **in_path},
        origin=origin,
        base_path=request.script_root,
    )
    pairs = [*context.slice.pairs, *option_pairs(page, context)]
    file_path = _file_path(page, in_path) if reader.takes_files else ""
    return replace(context, file_path=file_path, file_query=urlencode(pairs))


def _file_path(page: Page, in_path: Mapping[str, str | int]) -> str:
    """The page's path, below that of files."""
    if not page.has_files:
        return ""
    values = {name: quote(f"{value}", safe="") for name, value in in_path.items()}
    return f"/export{IN_PATH.sub(lambda found: values[found[1]], page.file_path)}"


def read_slice(
    db: DuckDBPyConnection,
    reader_context: ReaderContext,
    reader: Reader,
    query: MultiDict[str, str],
) -> Slice:
    """Raises `BadQuery`."""
    allowed = query if reader.sees_personal else restrict_search(query)
    return Slice.from_query(allowed, reader_context.today, partial(everything, db, reader_context))


def everything(db: DuckDBPyConnection, reader_context: ReaderContext) -> Period | None:
    """From the first day with leads to the last one, today included; None without leads."""
    today, all_days = reader_context.today, Filters(date.min, date.max)
    span = Question.about("lead_span", all_days, reader_context.timezone, reader_context.now)
    _, first, last = ask(db, span).rows[0]
    return None if first is None else Period(min(first, today), max(last, today))


def read_options(
    options: tuple[ReportParameter, ...], query: MultiDict[str, str]
) -> dict[str, Any]:
    """The page's or report's own parameters, with their defaults. Raises `BadQuery`."""
    written = {option: _written(option, query) for option in options}
    return {
        option.name: _read(option, text) if text else option.default
        for option, text in written.items()
    }


def _written(option: ReportParameter, query: MultiDict[str, str]) -> str:
    if option.is_several:
        return ",".join(value for value in query.getlist(option.name) if value)
    return query.get(option.name, "")


def _read(option: ReportParameter, written: str) -> Any:
    try:
        return option.read(written)
    except BadParameter as error:
        raise BadQuery(
            "bad_query.value", error.expected, name=error.name, value=error.value
        ) from error
