"""Categories of tags, and a tag as filters write it: VIP, or manual:VIP, of this category alone."""

from collections import Counter
from collections.abc import Sequence

from analytics.parameters import PARAMETERS
from dashboards.figures.text import shorten
from dashboards.wording.texts import Texts

_LABELS = {
    one.tag_category.name: one.tag_category.label for one in PARAMETERS.values() if one.tag_category
}
CATEGORIES = tuple(_LABELS)
"""In the order of Calltouch's parameters tags_auto_pr, tags_auto_af and so on."""


def category_name(category: str, texts: Texts) -> str:
    return _LABELS[category].written_in(texts.language)


def tag_labels(tags: Sequence[tuple[str, str]], longest: int, texts: Texts) -> list[str]:
    """Tags, each a category and a tag, as a figure names them: with the category where another one
    is the same word. At most so many characters; the tag is a stranger's text."""
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
    """As the filters take it."""
    return f"{category}:{tag}"


def tag_text(value: str, texts: Texts) -> str:
    """A filter's value as a reader reads it; the tag is a stranger's text."""
    category, _, tag = value.partition(":")
    return f"{tag} ({category_name(category, texts)})" if tag and category in CATEGORIES else value
