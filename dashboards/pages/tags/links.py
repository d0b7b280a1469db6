"""From a tag to the leads that have it."""

from dashboards.page.context import CardContext
from dashboards.wording.tag_names import tag_value


def tagged_leads(context: CardContext, *tags: tuple[str, str]) -> str | None:
    """The leads of the slice with all of these tags, each a category and a tag, besides those that
    the slice asks for already."""
    wanted = (*context.slice.chosen.get("tags", ()), *(tag_value(*one) for one in tags))
    return context.leads(tags=tuple(dict.fromkeys(wanted)))
