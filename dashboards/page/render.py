"""Shows a page: reads the URL, opens the published file, makes one card after the other.

What is ready is sent at once: the head and the filters before the first question is asked, and each
card when it is made. A card that fails says so in its place; the others are made all the same.
"""

import logging
import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from duckdb import DuckDBPyConnection
from flask import Response, request, stream_with_context

from dashboards.page.card_tables import tables_in
from dashboards.page.cards import Card, Page, RenderedCard
from dashboards.page.context import CardContext
from dashboards.page.freshness import Freshness, NoDeliveries, read_freshness
from dashboards.page.from_url import card_context
from dashboards.page.slice_bar import slice_bar
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.slice import NAMES
from dashboards.web.reader_request import generate, reader_context_of
from dashboards.web.settings import dashboards

log = logging.getLogger(__name__)

_ALWAYS = ("lang",)
_CHUNK = 8192
CARD_END = "<!-- card -->\n"
"""What the template writes after each card."""


def show(page: Page, **in_path: str | int) -> Response:
    """The view of every page. Raises `BadQuery`, `NoDeliveries`, `NotPublished`."""
    refuse_unknown(request.args, page)
    with ExitStack() as stack:
        db = stack.enter_context(dashboards().published.reading())
        reader_context = reader_context_of(db)
        freshness = freshness_of(db, page)
        context = card_context(db, reader_context, page, request.args, in_path)
        if page.check is not None:
            page.check(context)
        parts = page_parts(page, context, freshness)
        # The connection is held until the last card has been sent.
        held = stack.pop_all()
    response = Response(stream_with_context(_in_chunks(parts)), mimetype="text/html")
    response.call_on_close(held.close)
    return response


def freshness_of(db: DuckDBPyConnection, page: Page) -> Freshness | None:
    """None before the first delivery. Raises `NoDeliveries` for a page that needs them."""
    try:
        return read_freshness(db)
    except NoDeliveries:
        if page.needs_deliveries:
            raise
        return None


def page_parts(page: Page, context: CardContext, freshness: Freshness | None) -> Iterator[str]:
    """The page in pieces, made as they are taken."""
    made = (make(card, context) for card in page.cards)
    cards = (shown for shown in made if shown.parts or shown.failure)
    bar = slice_bar(page, context)
    return generate(
        "page.html",
        context.reader_context,
        page=page,
        cards=cards,
        context=context,
        freshness=freshness,
        bar=bar,
        slice_query=context.slice.query,
    )


def make(card: Card, context: CardContext) -> RenderedCard:
    """The card, or that it failed."""
    own = context.for_card(card.key)
    try:
        parts = card.make(own)
    except Exception:
        incident = secrets.token_hex(4)
        log.exception("card %s failed, incident %s", card.name, incident)
        return RenderedCard(card, (), (), incident)
    return RenderedCard(card, parts, tuple(own.asked), tables=tables_in(parts, context.texts))


def refuse_unknown(names: Iterable[str], page: Page) -> None:
    """A name that nobody reads would be a filter that does not filter. Raises `BadQuery`."""
    known = (*NAMES, *(option.name for option in page.options), *_ALWAYS)
    for name in names:
        if name not in known:
            raise BadQuery("bad_query.name", known, name=name)


def _in_chunks(parts: Iterator[str]) -> Iterator[str]:
    """Worth a packet each; a finished card does not wait for the next one."""
    waiting: list[str] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= _CHUNK or CARD_END in part:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)
