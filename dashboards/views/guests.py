"""`/guest/<secret>`: one page with its filters, for whoever has the link.

Masked as for a viewer and limited as its maker is. No menu, no other page, no lead, no API; other
days and a file only where its maker has allowed that. What is wrong with a link is never said: one
that ended and one that never was look alike.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import parse_qsl

from flask import Blueprint, Response, g, make_response, request
from itsdangerous import BadData
from werkzeug.datastructures import MultiDict

from analytics.published_file import NotPublished
from dashboards.access.audit import Action
from dashboards.access.gate import audit, current_gate, open_to_all
from dashboards.access.sign_in.attempts import TooManyAttempts, count_attempt, forget_attempts
from dashboards.access.sign_in.sessions import sealer
from dashboards.access.web_request import only_looks_ahead
from dashboards.files.views import workbook_answer
from dashboards.page.cards import Page, RenderedCard
from dashboards.page.context import CardContext
from dashboards.page.freshness import NoDeliveries, read_freshness
from dashboards.page.from_url import card_context
from dashboards.page.known import NothingKnown, opened
from dashboards.page.render import make
from dashboards.page.slice_bar import slice_bar
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.period import ALL, PRESETS
from dashboards.views.addresses import VIEWED
from dashboards.views.guest_links import GuestLink, count_opening, open_link
from dashboards.web.reader_request import current_reader_context, render

_DAYS = ("from", "to", "until", "period")
_COOKIE = "calltouch_guest"
_PURPOSE = "calltouch guest"
_OFFERED = ("7d", "30d", "90d", "month", "last_month", "quarter", "year", ALL)
assert {*_OFFERED} <= {*PRESETS, ALL}

guests = Blueprint("guests", __name__, url_prefix="/guest")


class NoSuchLink(Exception):
    """It ended, was revoked, or never was; or what it shows cannot be shown any more."""


def guest_page(page: Page) -> bool:
    """Whether guests may see it: pages about leads, not those about how they come here."""
    return page.is_listed and page.sliced == "leads"


@dataclass(frozen=True, slots=True)
class GuestVisit:
    """`query`: the link's, on other days where it allows them."""

    link: GuestLink
    page: Page
    query: MultiDict[str, str]


@guests.get("/<secret>")
@open_to_all
def show(secret: str) -> Response:
    if only_looks_ahead():
        return make_response("", HTTPStatus.NO_CONTENT)
    with _visiting(secret) as visit:
        text = _page_text(visit, secret)
        seen = _opened_before()
        with current_gate().access.reading() as db:
            count_opening(db, current_gate().access.clock(), visit.link)
        if visit.link.link_id not in seen:
            audit(Action.GUEST_OPENED, visit.link.page, visit.link.query)
        response = make_response(text)
        return _remembering(response, [*seen, visit.link.link_id])


@guests.get("/<secret>/page.xlsx")
@open_to_all
def show_file(secret: str) -> Response:
    with _visiting(secret) as visit:
        if not visit.link.allows_files:
            raise NoSuchLink
        return workbook_answer(visit.page, visit.query, {}, None)


@guests.errorhandler(NoSuchLink)
def no_such_link(error: NoSuchLink) -> Response:
    return _problem(HTTPStatus.NOT_FOUND, "guest.ended_title", "guest.ended")


@guests.errorhandler(TooManyAttempts)
def too_many(error: TooManyAttempts) -> Response:
    response = _problem(HTTPStatus.TOO_MANY_REQUESTS, "guest.later_title", "guest.later")
    response.headers["Retry-After"] = f"{error.seconds}"
    return response


@guests.after_request
def keep_out_of_indexes(response: Response) -> Response:
    """Besides, answers are not to be kept, and lead nowhere with their address (web/headers.py)."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@contextmanager
def _visiting(secret: str) -> Iterator[GuestVisit]:
    """Raises `NoSuchLink`, `TooManyAttempts`."""
    visit = _entered(secret)
    try:
        yield visit
    except (BadQuery, NoDeliveries, NothingKnown, NotPublished) as error:
        raise NoSuchLink from error


def _entered(secret: str) -> GuestVisit:
    """From here on the guest is the reader. Guesses are counted as those of passwords are."""
    gate = current_gate()
    now, address, name = gate.access.clock(), gate.client_address(request), f"guest {secret}"
    with gate.access.changing() as db:
        count_attempt(db, now, name, address)
        entered = open_link(db, now, secret)
        if entered is not None:
            forget_attempts(db, name, address)
    if entered is None:
        raise NoSuchLink
    link, g.reader = entered
    page = VIEWED.get(link.page)
    if page is None or not guest_page(page) or not g.reader.is_among(page.audience):
        raise NoSuchLink
    return GuestVisit(link, page, _query_of(link))


def _query_of(link: GuestLink) -> MultiDict[str, str]:
    pairs = parse_qsl(link.query)
    days = [(name, request.args[name]) for name in _DAYS if request.args.get(name)]
    if not link.allows_period or not days:
        return MultiDict(pairs)
    return MultiDict([*(pair for pair in pairs if pair[0] not in _DAYS), *days])


def _page_text(visit: GuestVisit, secret: str) -> str:
    page = visit.page
    with opened(visit.query, has_history=page.has_history) as (db, reader_context):
        freshness = read_freshness(db)
        context = card_context(db, reader_context, page, visit.query, {}, origin=None)
        days = [(name, visit.query[name]) for name in _DAYS if name in visit.query]
        return render(
            "views/guest.html",
            reader_context,
            page=page,
            cards=_cards(page, context),
            context=context,
            freshness=freshness,
            bar=slice_bar(page, context),
            link=visit.link,
            secret=secret,
            days=dict(days),
            offered=_OFFERED,
        )


def _cards(page: Page, context: CardContext) -> Sequence[RenderedCard]:
    """Without what was asked for them: a guest has no use for its SQL."""
    made = (make(card, context) for card in page.cards)
    shown = [card for card in made if card.parts or card.failure]
    return [replace(card, asked=(), tables=()) for card in shown]


def _problem(status: HTTPStatus, title: str, text: str) -> Response:
    g.reader = None
    reader_context = current_reader_context()
    texts = reader_context.texts
    page = render("views/no_guest.html", reader_context, title=texts(title), text=texts(text))
    return make_response(page, status)


def _opened_before() -> list[int]:
    """Links that this browser has opened since it was started."""
    try:
        seen = sealer(current_gate().access, _PURPOSE).loads(request.cookies.get(_COOKIE, ""))
    except BadData:
        return []
    return [link_id for link_id in seen if isinstance(link_id, int)]


def _remembering(response: Response, seen: Sequence[int]) -> Response:
    response.set_cookie(
        _COOKIE,
        sealer(current_gate().access, _PURPOSE).dumps(sorted({*seen})[-50:]),
        path=f"{request.script_root}/guest",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response
