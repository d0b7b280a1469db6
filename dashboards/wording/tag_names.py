"""Tag categories, and tags as filters write them: VIP, or manual:VIP for one category."""

from collections import Counter
from collections.abc import Sequence

from dashboards.figures.text import shorten
from dashboards.wording.texts import Texts

CATEGORIES = ("auto_pr", "auto_af", "auto_gr", "auto_ct", "auto_pn", "manual", "api", "request")
"""In the order of Calltouch's parameters tags_auto_pr, tags_auto_af and so on."""


def category_name(category: str, texts: Texts) -> str:
    return texts(f"tag_category.{category}")


def tag_labels(tags: Sequence[tuple[str, str]], longest: int, texts: Texts) -> list[str]:
    """Labels of (category, tag) pairs in a figure: with the category where two would be the same.
    Limited to `longest` characters; tags are untrusted text."""
    written = Counter(shorten(tag, longest) for _, tag in tags)
    return [
        _with_category(tag, category_name(category, texts), longest)
        if written[shorten(tag, longest)] > 1
        else tag
        for category, tag in tags
    ]


def _with_category(tag: str, category: str, longest: int) -> str:
    return f"{shorten(tag, longest - len(category) - 3)} ({category})"


def tag_value(category: str, tag: str) -> str:
    """In the format of filters."""
    return f"{category}:{tag}"


def tag_text(value: str, texts: Texts) -> str:
    """A filter's value for readers; the tag is untrusted text."""
    category, _, tag = value.partition(":")
    return f"{tag} ({category_name(category, texts)})" if tag and category in CATEGORIES else value
