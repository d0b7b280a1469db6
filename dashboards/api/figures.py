"""`/api/figures/<report>`: the charts that a page draws from a report, as plotly figures.

The parameters are those of the page: its filters, its comparison and its own options. A figure has
`data` and `layout`, and besides `links` and `colours` (dashboards/figures); the look is added by
whoever draws it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import orjson
from duckdb import DuckDBPyConnection
from flask import Blueprint, Response, request

from analytics.reports.registry import report_named
from dashboards.access.disclosure import refuse_report
from dashboards.access.gate import current_reader, shown_to
from dashboards.access.refusals import NotAllowed
from dashboards.access.roles import Audience
from dashboards.api.chart_register import CHARTS, ChartPlace
from dashboards.api.parameters import read_language, refuse_repeated
from dashboards.page.cards import Collapsible, Page, Part, SideBySide
from dashboards.page.charts import Chart
from dashboards.page.freshness import read_freshness
from dashboards.page.from_url import card_context
from dashboards.page.known import opened
from dashboards.page.render import refuse_unknown
from dashboards.slice.bad_query import BadQuery
from dashboards.web.reader_request import ReaderContext


def register_figures(blueprint: Blueprint, pages: Sequence[Page]) -> None:
    view = shown_to(Audience.MANAGERS, partial(_show, {page.name: page for page in pages}))
    blueprint.add_url_rule("/api/figures/<name>", "figures", view)


def _show(pages: Mapping[str, Page], name: str) -> Response:
    """`{"report", "freshness", "figures"}`: of each its `card`, `name`, `title`, `label`, `figure`
    and `locale`; none where there is nothing to draw. Raises `BadQuery`, `NoDeliveries`,
    `NotPublished`."""
    places = _places(name)
    refuse_repeated(request.args, {key for key in request.args if key not in ("lang", "as_of")})
    read_language(request.args)
    for place in places:
        _refuse(pages[place.page])
    with opened(request.args) as (db, reader_context):
        drawn = [
            figure
            for place in places
            for figure in _drawn(db, reader_context, pages[place.page], place.card)
        ]
        answer = {"report": name, "freshness": read_freshness(db), "figures": drawn}
    return Response(orjson.dumps(answer), mimetype="application/json")


def _places(name: str) -> Sequence[ChartPlace]:
    if name not in CHARTS:
        raise BadQuery("bad_query.no_chart", tuple(CHARTS), "report", name=name)
    refuse_report(report_named(name), current_reader())
    return CHARTS[name]


def _refuse(page: Page) -> None:
    if not current_reader().is_among(page.audience):
        raise NotAllowed
    refuse_unknown(request.args, page)


def _drawn(
    db: DuckDBPyConnection, reader_context: ReaderContext, page: Page, key: str
) -> Iterator[dict[str, object]]:
    context = card_context(db, reader_context, page, request.args, {})
    (card,) = (card for card in page.cards if card.key == key)
    title = card.title_in(context)
    for chart in _charts_in(card.make(context.for_card(card.key))):
        yield {
            "card": card.key,
            "name": chart.name,
            "title": title,
            "label": chart.label,
            "figure": chart.figure,
            "locale": chart.locale,
        }


def _charts_in(parts: Sequence[Part]) -> Iterator[Chart]:
    for part in parts:
        if isinstance(part, Chart):
            yield part
        elif isinstance(part, Collapsible):
            yield from _charts_in((part.part,))
        elif isinstance(part, SideBySide):
            yield from _charts_in((part.left, part.right))
