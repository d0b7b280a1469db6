"""The line above a list that does not show all of its rows."""

from collections.abc import Sequence

from analytics.reports.asking import Answer
from dashboards.page.cards import Paragraph
from dashboards.page.context import CardContext


def cut(context: CardContext, answer: Answer, shown: int, in_all: int) -> Sequence[Paragraph]:
    """So many of so many, and a link to all of them: a file with every row of the same question.
    Nothing where all of them are shown."""
    if shown >= in_all:
        return ()
    texts, formats = context.texts, context.formats
    text = texts("card.cut", shown=formats.number(shown), all=formats.number(in_all))
    question = answer.question
    whole = context.url(f"/api/reports/{question.report.name}", f"{question.query}&format=xlsx")
    return (Paragraph(text, "note", whole, texts("card.whole")),)
