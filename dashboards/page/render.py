"""Shows a page: reads the URL, opens the published file, makes one card after the other.

What is ready is sent at once: the head and the filters before the first question is asked, and each
card when it is made. A card that fails says so in its place; the others are made all the same.
"""

import logging
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack

import duckdb
from duckdb import DuckDBPyConnection
from flask import Response, make_response, redirect, request, stream_with_context, url_for

from analytics.published_file import NotPublished
from dashboards.access.gate import current_reader
from dashboards.page.card_tables import tables_in
from dashboards.page.cards import Card, Page, RenderedCard
from dashboards.page.context import CardContext
from dashboards.page.freshness import Freshness, NoDeliveries, read_freshness
from dashboards.page.from_url import card_context
from dashboards.page.known import KnownThen, known_then, saying_as_of
from dashboards.page.slice_bar import slice_bar
from dashboards.slice.address import Address, is_ours, read_address
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.conditions import condition_in
from dashboards.slice.period import ALL
from dashboards.slice.slice import NAMES
from dashboards.web.reader_request import ReaderContext, generate, reader_context_of
from dashboards.web.settings import dashboards

log = logging.getLogger(__name__)

_ALWAYS = ("lang",)
_CHUNK = 8192
_MOST_FOREIGN, _LONGEST_FOREIGN = 6, 40
CARD_END = "<!-- card -->\n"
"""What the template writes after each card."""


def show(page: Page, **in_path: str | int) -> Response:
    """The view of every page. Raises `BadQuery`, `NoDeliveries`, `NotPublished`."""
    address = read_address(request.args, [option.name for option in page.options])
    if address.moved_to is not None:
        return make_response(redirect(f"{_path()}?{address.moved_to}"))
    with ExitStack() as stack:
        db = stack.enter_context(dashboards().files.of(current_reader().rights).reading())
        reader_context = reader_context_of(db)
        then = known_then(db, reader_context, address.query) if page.has_history else None
        if not page.has_history:
            reader_context = saying_as_of(reader_context, address.query)
        if then is None:
            parts = _parts(db, reader_context, page, address, in_path)
        elif _may_wait(page, then):
            parts = _parts_when_folded(db, page, then, address, in_path)
        else:
            db = stack.enter_context(then.published.reading())
            parts = _parts(db, then.reader_context, page, address, in_path)
        # The connection is held until the last card has been sent.
        held = stack.pop_all()
    response = Response(stream_with_context(_in_chunks(parts)), mimetype="text/html")
    response.call_on_close(held.close)
    return response


def _parts(
    db: DuckDBPyConnection,
    reader_context: ReaderContext,
    page: Page,
    address: Address,
    in_path: Mapping[str, str | int],
) -> Iterator[str]:
    freshness = freshness_of(db, page)
    context = card_context(db, reader_context, page, address.query, in_path)
    if page.check is not None:
        page.check(context)
    return page_parts(page, context, freshness, address.foreign)


def _may_wait(page: Page, then: KnownThen) -> bool:
    """Whether the head can be sent before what was known is there: it says neither what is no page
    at all nor how many days there are."""
    is_of_known_days = page.check is None and request.args.get("period") != ALL
    return is_of_known_days and not then.published.is_ready()


def _parts_when_folded(
    db: DuckDBPyConnection,
    page: Page,
    then: KnownThen,
    address: Address,
    in_path: Mapping[str, str | int],
) -> Iterator[str]:
    """The head at once, and how much there is to do; the cards when it is done."""
    context = card_context(db, then.reader_context, page, address.query, in_path)
    cards = _cards_when_folded(page, then, address, in_path)
    return page_parts(page, context, then.freshness, address.foreign, cards, then.since)


def _cards_when_folded(
    page: Page, then: KnownThen, address: Address, in_path: Mapping[str, str | int]
) -> Iterator[RenderedCard]:
    try:
        with then.published.reading() as db:
            yield from _made(
                page, card_context(db, then.reader_context, page, address.query, in_path)
            )
    except (NotPublished, duckdb.Error) as error:
        incident = secrets.token_hex(4)
        log.error("what was known cannot be read: %s, incident %s", type(error).__name__, incident)
        yield RenderedCard(page.cards[0], (), (), incident)


def freshness_of(db: DuckDBPyConnection, page: Page) -> Freshness | None:
    """None before the first delivery. Raises `NoDeliveries` for a page that needs them."""
    try:
        return read_freshness(db)
    except NoDeliveries:
        if page.needs_deliveries:
            raise
        return None


def page_parts(
    page: Page,
    context: CardContext,
    freshness: Freshness | None,
    foreign: Sequence[str] = (),
    cards: Iterator[RenderedCard] | None = None,
    waits_for: int = 0,
) -> Iterator[str]:
    """The page in pieces, made as they are taken. `foreign`: names in its URL that mean nothing.
    `waits_for`: so many deliveries are looked at before the first of these cards."""
    bar = slice_bar(page, context)
    return generate(
        "page.html",
        context.reader_context,
        page=page,
        cards=_made(page, context) if cards is None else cards,
        waits_for=waits_for,
        context=context,
        freshness=freshness,
        bar=bar,
        slice_query=context.slice.query,
        foreign=[name[:_LONGEST_FOREIGN] for name in foreign[:_MOST_FOREIGN]],
    )


def _made(page: Page, context: CardContext) -> Iterator[RenderedCard]:
    """Those that have something to show."""
    made = (make(card, context) for card in page.cards)
    return (shown for shown in made if shown.parts or shown.failure)


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
    """For programs and mails, to whom no page says what it has left out: a name that nobody reads
    would be a filter that does not filter. Raises `BadQuery`."""
    options = [option.name for option in page.options]
    for name in names:
        if not is_ours(name, options) and condition_in(name, ("",)) is None:
            raise BadQuery("bad_query.name", (*NAMES, *options, *_ALWAYS), name=name)


def _path() -> str:
    """Of this page: what stands in the address may begin with two slashes and lead elsewhere."""
    return url_for(request.endpoint or "", **(request.view_args or {}))


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
