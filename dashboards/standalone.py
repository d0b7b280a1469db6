"""A page as one file: everything it needs is in it, and it asks no host for anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, Response, g, request
from markupsafe import Markup

from analytics.published_file import NotPublished
from dashboards.access.gate import current_reader
from dashboards.access.notes import note_exported
from dashboards.access.refusals import NotAllowed
from dashboards.access.roles import Reader
from dashboards.page.cards import Page, RenderedCard
from dashboards.page.context import CardContext
from dashboards.page.freshness import NoDeliveries, read_freshness
from dashboards.page.from_url import card_context
from dashboards.page.known import NothingKnown, opened
from dashboards.page.render import make, refuse_unknown
from dashboards.page.slice_bar import SliceBar, slice_bar
from dashboards.page.tiles import Tile, tiles_in
from dashboards.slice.bad_query import BadQuery
from dashboards.web.assets import asset_text
from dashboards.web.reader_request import current_reader_context, render
from dashboards.wording.expectations import expected_text

# No file of a page asks for anything; what a browser would still fetch is refused.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
)
_STYLESHEETS = ("colours.css", "page.css", "parts.css", "operations.css", "vendor/plotly.css")


class NotMade(Exception):
    """There is no such page to be had; the text says why."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """`summary`: its days, filters and tiles in a few lines."""

    title: str
    summary: str
    html: str


def export_page(pages: Sequence[Page], name: str) -> Response:
    """The view `/export/<page>`: the page of this slice, to keep or to send to somebody."""
    text = _written(page_named(name, pages), request.host_url.rstrip("/")).html
    filename = f"{name}-{current_reader_context().today}.html"
    response = Response(text, mimetype="text/html")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def page_as_file_of(
    app: Flask, pages: Sequence[Page], name: str, query: str, language: str, reader: Reader
) -> PageFile:
    """The same without a server: links that would lead to one are left out.

    Raises `NotMade`.
    """
    with app.test_request_context(f"/?{query}", headers={"Accept-Language": language}):
        g.reader = reader
        try:
            return _written(page_named(name, pages), None)
        except BadQuery as error:
            texts = current_reader_context().texts
            why = texts(error.key, **error.values)
            expected = [expected_text(one, texts) for one in error.expected]
            there_is = f" ({', '.join(expected)})" if expected else ""
            raise NotMade(why + there_is) from error
        except NotAllowed as error:
            raise NotMade(f"whoever made it may not see the page {name}") from error
        except (NotPublished, NoDeliveries, NothingKnown) as error:
            raise NotMade(str(error) or "there are no deliveries yet") from error


def page_named(name: str, pages: Sequence[Page]) -> Page:
    """By its name or its path. Raises `BadQuery`."""
    listed = [page for page in pages if page.is_listed]
    for page in listed:
        if name in (page.name, page.file_path.removeprefix("/")):
            return page
    raise BadQuery("bad_query.page", tuple(page.name for page in listed), name=name)


def _written(page: Page, origin: str | None) -> PageFile:
    refuse_unknown(request.args, page)
    if not current_reader().is_among(page.audience):
        raise NotAllowed
    with opened(request.args, has_history=page.has_history) as (db, reader_context):
        freshness = read_freshness(db)
        context = card_context(db, reader_context, page, request.args, {}, note_exported, origin)
        cards = [make(card, context) for card in page.cards]
        bar = slice_bar(page, context)
        html = render(
            "standalone.html",
            reader_context,
            page=page,
            cards=cards,
            context=context,
            freshness=freshness,
            bar=bar,
            policy=_POLICY,
            style=Markup("").join(_inline(name) for name in _STYLESHEETS),
            scripts=_scripts(reader_context.texts.language),
        )
    title = reader_context.texts(f"{page.name}.title")
    return PageFile(title, _summary(page, bar, cards, context), html)


def _summary(page: Page, bar: SliceBar, cards: Sequence[RenderedCard], context: CardContext) -> str:
    chips = [f"{chip.label} {chip.value}".strip() for chip in bar.chips]
    days = [context.formats.days(bar.period)] if page.sliced != "no" else []
    lines = [", ".join([*days, *chips])]
    shown = [tile for card in cards for part in card.parts for tile in tiles_in(part)]
    lines += [_tile_line(tile) for tile in shown]
    if any(tile.change for tile in shown) and bar.compared:
        lines.append(bar.compared)
    return "\n".join(line for line in lines if line).replace("\N{SOFT HYPHEN}", "")


def _tile_line(tile: Tile) -> str:
    changed = f" ({tile.change.text})" if tile.change and tile.change.text else ""
    return f"{tile.title}: {tile.value}{changed}"


def _scripts(language: str) -> list[Markup]:
    names = ["vendor/plotly-cartesian.min.js", "page.js", "charts.js"]
    if language == "ru":
        names.insert(1, "vendor/plotly-locale-ru.js")
    return [_inline(name) for name in names]


def _inline(name: str) -> Markup:
    """A file of ours inside an element, which it must not end."""
    return Markup(asset_text(name).replace("</script", "<\\/script"))
