"""The line above a list that does not show all of its rows."""

from collections.abc import Sequence

from dashboards.page.cards import Paragraph
from dashboards.page.context import CardContext


def cut(context: CardContext, shown: int, in_all: int) -> Sequence[Paragraph]:
    """So many of so many, and a link to all of them: the card's file. Nothing where all of them are
    shown."""
    if shown >= in_all:
        return ()
    texts, formats = context.texts, context.formats
    text = texts("card.cut", shown=formats.number(shown), all=formats.number(in_all))
    return (Paragraph(text, "note", context.file("xlsx"), texts("card.whole")),)
