"""What a card says when there is nothing to show, and what can be done about it."""

from collections.abc import Iterator, Sequence

from dashboards.page.cards import Paragraph
from dashboards.page.choices import condition_text, group_words, value_text
from dashboards.page.context import CardContext
from dashboards.slice.slice import Slice
from dashboards.wording.texts import Texts


def empty(context: CardContext, key: str = "card.empty", **values: object) -> tuple[Paragraph, ...]:
    """In place of data."""
    return (Paragraph(context.texts(key, **values), "empty"),)


def empty_slice(context: CardContext, leads: int) -> Sequence[Paragraph]:
    """Nothing where there are leads; else that there are none, and which filter or period to
    change to see some."""
    if leads:
        return ()
    texts, formats, here = context.texts, context.formats, context.slice
    span = context.everything()
    if span is None:
        return (
            Paragraph(texts("slice.no_leads"), "notice"),
            Paragraph(texts("slice.no_leads_why")),
        )
    said = [Paragraph(texts("slice.empty"), "notice")]
    for shown, wider in _wider(here, texts):
        found = context.ask("journal_count", wider).column("leads")[0]
        if found:
            text = texts("slice.empty_without", filter=shown, leads=formats.count("leads", found))
            said.append(Paragraph("", "note", context.here(wider), text))
    if not here.has_filters:
        text = texts("slice.empty_period", days=formats.days(span))
        said.append(Paragraph("", "note", context.here(here.of(span)), text))
    return said


def _wider(here: Slice, texts: Texts) -> Iterator[tuple[str, Slice]]:
    """Each condition, and the slice without it."""
    for key, values in here.chosen.items():
        words = condition_text(key, values[0], texts), value_text(key, values[0], texts)
        yield " ".join(words).strip(), here.without(key)
    for place, group in enumerate(here.any_of):
        yield group_words(group, texts), here.without_group(place)


def empty_card(context: CardContext, why: str) -> Sequence[Paragraph]:
    """Of a slice without what the card is about; `why`: the text that says what to do."""
    (leads,) = context.ask("journal_count").column("leads")
    return empty_slice(context, leads) or empty(context, why)
