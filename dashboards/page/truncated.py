"""What is said below the heading of a list that does not show all of its rows."""

from collections.abc import Sequence

from dashboards.page.cards import Paragraph
from dashboards.page.context import CardContext


def cut(context: CardContext, report: str, shown: int, in_all: int) -> Sequence[Paragraph]:
    """So many of so many, and where the whole of it is: a file with what the report, which the card
    has asked, says of the same leads. Nothing where all of them are shown."""
    if shown >= in_all:
        return ()
    texts, formats = context.texts, context.formats
    text = texts("card.cut", shown=formats.number(shown), all=formats.number(in_all))
    asked = [one for one in context.asked if one.question.report.name == report][-1]
    whole = context.url(f"/api/reports/{report}", f"{asked.query}&format=xlsx")
    return (Paragraph(text, "note", whole, texts("card.whole")),)
