"""Categories of tags, and a tag as filters write it: VIP, or manual:VIP, of this category alone."""

from dashboards.wording.texts import Texts

CATEGORIES = ("auto_pr", "auto_af", "auto_gr", "auto_ct", "auto_pn", "manual", "api", "request")
"""In the order of Calltouch's parameters tags_auto_pr, tags_auto_af and so on."""


def category_name(category: str, texts: Texts) -> str:
    return texts(f"tag_category.{category}")


def tag_value(category: str, tag: str) -> str:
    """As the filters take it."""
    return f"{category}:{tag}"


def tag_text(value: str, texts: Texts) -> str:
    """A filter's value as a reader reads it; the tag is a stranger's text."""
    category, _, tag = value.partition(":")
    return f"{tag} ({category_name(category, texts)})" if tag and category in CATEGORIES else value
