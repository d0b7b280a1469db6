"""What the sheets of a workbook are called."""

import re

from dashboards.page.cards import RenderedCard
from dashboards.page.context import CardContext
from dashboards.page.tables import Table

_LONGEST = 31
_NOT_ALLOWED = re.compile(r"[\[\]:*?/\\]")


def title_of(table: Table, shown: RenderedCard, context: CardContext) -> str:
    """The card's title; of one of several tables its own."""
    return shown.card.title_in(context) if len(shown.tables) == 1 else table.label


def sheet_name(title: str, taken: set[str]) -> str:
    """As Excel allows it, and no other's; it is taken then."""
    name = " ".join(_NOT_ALLOWED.sub(" ", title).split()).strip("'") or "-"
    number, tried = 1, _shortened(name)
    while tried.casefold() in taken:
        number += 1
        tried = _shortened(name, f" {number}")
    taken.add(tried.casefold())
    return tried


def _shortened(name: str, ending: str = "") -> str:
    room = _LONGEST - len(ending)
    return f"{name if len(name) <= room else name[: room - 1].rstrip() + '…'}{ending}"
