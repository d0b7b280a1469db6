"""What a card says when there is nothing to show, and what can be done about it."""

from collections.abc import Sequence

from dashboards.page.cards import Said
from dashboards.page.from_url import everything
from dashboards.page.inquiry import Inquiry
from dashboards.page.slice_bar import value_text


def empty_slice(inquiry: Inquiry, leads: int) -> Sequence[Said]:
    """Nothing where there are leads; else that there are none, and which filter or period to
    change to see some."""
    if leads:
        return ()
    texts, formats, here = inquiry.visit.texts, inquiry.visit.formats, inquiry.slice
    span = everything(inquiry.db, inquiry.visit)
    if span is None:
        return (Said(texts("slice.no_leads"), "notice"), Said(texts("slice.no_leads_why")))
    said = [Said(texts("slice.empty"), "notice")]
    for name, values in here.chosen.items():
        wider = here.without(name)
        found = inquiry.ask("journal_count", wider).column("leads")[0]
        if found:
            shown = f"{texts(f'filter.{name}')}: {value_text(name, values[0], texts)}"
            text = texts("slice.empty_without", filter=shown, leads=formats.count("leads", found))
            said.append(Said("", "note", inquiry.here(wider), text))
    if not here.chosen:
        text = texts("slice.empty_period", days=formats.days(span))
        said.append(Said("", "note", inquiry.here(here.of(span)), text))
    return said


def empty_card(inquiry: Inquiry, why: str) -> Sequence[Said]:
    """Of a slice without what the card is about: `why` says what to do where it has leads."""
    (leads,) = inquiry.ask("journal_count").column("leads")
    return empty_slice(inquiry, leads) or (Said(why, "empty"),)
