"""From a tag to the leads that have it."""

from dashboards.page.inquiry import CardContext
from dashboards.wording.tag_names import tag_value


def tagged_leads(inquiry: CardContext, *tags: tuple[str, str]) -> str | None:
    """The leads of the slice with all of these tags, each a category and a tag, besides those that
    the slice asks for already."""
    wanted = (*inquiry.slice.chosen.get("tags", ()), *(tag_value(*one) for one in tags))
    return inquiry.leads(tags=tuple(dict.fromkeys(wanted)))
