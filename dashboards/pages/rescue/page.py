"""`/rescue`: who could not get through, and whom can we still call back in time?"""

from collections.abc import Callable, Sequence

from dashboards.access.roles import Audience
from dashboards.page.cards import Card, Page, Paragraph, Part
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ReportRows, whole_list
from dashboards.page.tables import LONG_LIST, TypedValue
from dashboards.page.tiles import Tile, tiles
from dashboards.page.truncated import cut
from dashboards.pages.rescue.people import WaitingClient, clients_table, waiting_clients

PATH = "/rescue"


def totals(context: CardContext) -> Sequence[Part]:
    rows = waiting_clients(context)
    if not rows:
        return empty(context, "rescue.nobody_waits")
    shown = rescue_tiles(context, rows[0])
    left = [row.seconds_left for row in rows if row.is_pending]
    if left:
        soonest, typed = context.formats.duration(min(left)), TypedValue(min(left), "seconds")
        shown.insert(1, Tile("soonest", context.texts("rescue.soonest"), soonest, typed=typed))
    return (tiles(shown),)


def rescue_tiles(context: CardContext, row: WaitingClient, path: str = "") -> list[Tile]:
    """How many people there are of either kind. `row`: any of the report; `path`: of the page that
    lists them."""
    pending, lost = row.pending_in_all, row.in_all - row.pending_in_all
    query = context.slice.query if path else ""
    here = context.url(path, query) if path else ""
    return [_tile(context, "pending", pending, here), _tile(context, "lost", lost, here)]


def pending(context: CardContext) -> Sequence[Part]:
    return _listed(context, "pending", waiting_clients(context), lambda row: row.is_pending)


def lost(context: CardContext) -> Sequence[Part]:
    """They come after all who are pending, however many those are."""
    rows = waiting_clients(context)
    if rows and rows[0].pending_in_all:
        rows = waiting_clients(context, rows[0].pending_in_all + LONG_LIST)
    return _listed(context, "lost", rows, lambda row: not row.is_pending)


PAGE = Page(
    "rescue",
    PATH,
    (
        Card("rescue.totals", totals),
        Card("rescue.pending", pending),
        Card("rescue.lost", lost),
    ),
    audience=Audience.MANAGERS,
)


def _tile(context: CardContext, state: str, people: int, here: str | None) -> Tile:
    texts, number = context.texts, context.formats.number(people)
    href = None if here is None or not people else f"{here}#{state}"
    typed = TypedValue(people, "number")
    return Tile(state, texts(f"rescue.{state}_people"), number, href=href, typed=typed)


def _listed(
    context: CardContext,
    state: str,
    everybody: ReportRows[WaitingClient],
    is_such: Callable[[WaitingClient], bool],
) -> Sequence[Part]:
    """And the journal with the calls of that state; nothing without any."""
    rows = list(filter(is_such, everybody))
    if not rows:
        return ()
    texts, row = context.texts, rows[0]
    in_all = row.pending_in_all if row.is_pending else row.in_all - row.pending_in_all
    calls = Paragraph("", "note", context.leads(only=state), texts(f"rescue.all_{state}"))
    whole = whole_list(everybody, is_such)
    table = clients_table(context, texts(f"rescue.{state}"), rows, whole)
    return (*cut(context, len(rows), in_all), table, calls)
