"""What pages say in both languages: how texts are spaced, and where better lies of each number."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from dashboards.pages.register import PAGES
from dashboards.wording import changes
from dashboards.wording.texts import LANGUAGES
from tests.dashboards.conftest import Place
from tests.dashboards.page_text import Element, read_page

BLOCKS = (
    *("p", "li", "td", "th", "h1", "h2", "h3", "summary", "dt", "dd", "label", "caption", "legend"),
    *("button", "a", "option", "title"),
)
SPOKEN = ("title", "aria-label", "alt", "placeholder")
ILL_SPACED = re.compile(r"\s[.,;:!?)](?!\w)|\(\s|\xa0[ \xa0]| \xa0")

Said = tuple[dict[tuple[str, str], Element], set[str]]
"""Pages by their names and languages; numbers of which nobody knows where better lies."""


class Directions(dict[str, changes.Direction]):
    """Notes what is asked of it in vain."""

    def __init__(self, known: dict[str, changes.Direction]) -> None:
        super().__init__(known)
        self.lacking: set[str] = set()

    def get(self, title: str, default: Any = None) -> Any:
        if title and title not in self:
            self.lacking.add(title)
        return super().get(title, default)


def as_written(element: Element) -> str:
    """Its text as a browser joins it: nothing between the parts."""
    parts = (
        one if isinstance(one, str) else as_written(one)
        for one in element.children
        if isinstance(one, str) or one.tag not in ("script", "style", "pre", "code")
    )
    return "".join(parts)


def texts_of(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, Element) and child.tag not in ("script", "style", "pre"):
            yield from (child.attributes[name] for name in SPOKEN if name in child.attributes)
            if child.tag in BLOCKS:
                yield as_written(child)
            yield from texts_of(child)


@pytest.fixture(scope="module")
def said(busy_place: Place) -> Iterator[Said]:
    """Each page of the menu in each language, and the numbers of which nobody says where better
    lies."""
    client = busy_place.client()
    with pytest.MonkeyPatch.context() as patch:
        directions = Directions(changes.DIRECTIONS)
        patch.setattr(changes, "DIRECTIONS", directions)
        pages = {
            (page.name, language): read_page(client.get(f"{page.path}?lang={language}").text)
            for page in PAGES
            if page.is_listed
            for language in LANGUAGES
        }
        yield pages, directions.lacking


def test_no_text_has_a_space_too_many(said: Said) -> None:
    for place, page in said[0].items():
        texts = {re.sub(r"[ \n\t]+", " ", text).strip() for text in texts_of(page)}
        assert [text for text in texts if ILL_SPACED.search(text)] == [], place


def test_what_is_only_heard_does_not_begin_with_a_stop(said: Said) -> None:
    """It is spoken apart from what stands before it."""
    for place, page in said[0].items():
        heard = [one.text for one in page.all("span", class_="unseen")]
        assert heard
        assert [text for text in heard if re.match(r"[.,;:!?)]", text)] == [], place


def test_of_each_number_it_is_known_where_better_lies(said: Said) -> None:
    assert said[1] == set()
