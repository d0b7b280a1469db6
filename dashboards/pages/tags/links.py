"""A tag in a report, and from tags to the leads that have them."""

from dataclasses import dataclass

from dashboards.page.context import CardContext
from dashboards.wording.tag_names import tag_value

Tag = tuple[str, str]
"""Its category, and the tag itself."""


@dataclass(frozen=True, slots=True)
class TagLeads:
    tag_category: str
    tag: str
    leads: int
    target_leads: int
    target_known: int

    @property
    def key(self) -> Tag:
        return self.tag_category, self.tag


def tagged_leads(context: CardContext, *tags: Tag) -> str | None:
    """The leads of the slice with all of these tags, besides those that the slice asks for
    already."""
    wanted = (*context.slice.chosen.get("tags.exact", ()), *(tag_value(*tag) for tag in tags))
    return context.leads(tags=tuple(dict.fromkeys(wanted)))
