"""Tag categories, and tags as filters write them: VIP, or manual:VIP for one category."""

from dashboards.wording.texts import Texts

CATEGORIES = ("auto_pr", "auto_af", "auto_gr", "auto_ct", "auto_pn", "manual", "api", "request")
"""In the order of Calltouch's parameters tags_auto_pr, tags_auto_af and so on."""


def category_name(category: str, texts: Texts) -> str:
    return texts(f"tag_category.{category}")


def tag_value(category: str, tag: str) -> str:
    """In the format of filters."""
    return f"{category}:{tag}"


def tag_text(value: str, texts: Texts) -> str:
    """A filter's value for readers; the tag is untrusted text."""
    category, _, tag = value.partition(":")
    return f"{tag} ({category_name(category, texts)})" if tag and category in CATEGORIES else value
