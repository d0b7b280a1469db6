"""Tags as a figure names them."""

from collections import Counter
from collections.abc import Sequence

from dashboards.figures.text import shorten
from dashboards.wording.tag_names import category_name
from dashboards.wording.texts import Texts


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
