"""From a URL to what a page's cards are given."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from duckdb import DuckDBPyConnection
from werkzeug.datastructures import MultiDict

from analytics.fold.contacts import number_in
from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from analytics.reports.parameter import BadParameter, ReportParameter
from analytics.reports.registry import report_named
from dashboards.access.disclosure import note_shown
from dashboards.access.gate import current_reader
from dashboards.access.roles import Reader
from dashboards.page.cards import Page
from dashboards.page.context import CardContext
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.period import Period
from dashboards.slice.slice import Slice
from dashboards.web.reader_request import ReaderContext


def card_context(
    db: DuckDBPyConnection,
    reader_context: ReaderContext,
    page: Page,
    query: MultiDict[str, str],
    in_path: Mapping[str, str | int],
) -> CardContext:
    """What the reader of this web request asks with a page's URL. Raises `BadQuery`."""
    reader = current_reader()
    return CardContext(
        db=db,
        reader_context=reader_context,
        reader=reader,
        slice=read_slice(db, reader_context, fit(query, reader)),
        note=note_shown,
        options={**read_options(page.options, query), **in_path},
    )


def read_slice(
    db: DuckDBPyConnection, reader_context: ReaderContext, query: MultiDict[str, str]
) -> Slice:
    return Slice.from_query(query, reader_context.today, lambda: everything(db, reader_context))


def everything(db: DuckDBPyConnection, reader_context: ReaderContext) -> Period | None:
    """From the first day with leads to the last one, today included; None without leads."""
    question = Question(
        report_named("lead_span"),
        Filters(date.min, date.max),
        reader_context.timezone,
        reader_context.now,
    )
    _, first, last = ask(db, question).rows[0]
    if first is None:
        return None
    return Period(min(first, reader_context.today), max(last, reader_context.today))


def fit(query: MultiDict[str, str], reader: Reader) -> MultiDict[str, str]:
    """Who may not see phones and e-mails must not guess them piece by piece: such a reader's search
    finds ids alone."""
    written = [value for value in query.getlist("search") if value.strip()]
    fitted = query.copy()
    fitted.setlist("search", written)
    if written and not reader.sees_personal:
        fitted.poplist("search")
        for value in written:
            fitted.add("lead_id", number_in(value) or value)
    return fitted


def read_options(
    options: tuple[ReportParameter, ...], query: MultiDict[str, str]
) -> dict[str, Any]:
    """The page's or report's own parameters, with their defaults. Raises `BadQuery`."""
    found = {one: _written(one, query) for one in options}
    return {
        one.name: _read(one, written) if written else one.default for one, written in found.items()
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
