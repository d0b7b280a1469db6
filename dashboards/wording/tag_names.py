"""Tag categories, and tags as filters write them: VIP, or manual:VIP for one category."""

from analytics.parameters import PARAMETERS
from dashboards.wording.texts import Texts

_LABELS = {
    one.tag_category.name: one.tag_category.label for one in PARAMETERS.values() if one.tag_category
}
CATEGORIES = tuple(_LABELS)
"""In the order of Calltouch's parameters tags_auto_pr, tags_auto_af and so on."""


def category_name(category: str, texts: Texts) -> str:
    return _LABELS[category].written_in(texts.language)


def tag_value(category: str, tag: str) -> str:
    """In the format of filters."""
    return f"{category}:{tag}"


def tag_text(value: str, texts: Texts) -> str:
    """A filter's value for readers; the tag is untrusted text."""
    category, _, tag = value.partition(":")
    return f"{tag} ({category_name(category, texts)})" if tag and category in CATEGORIES else value
