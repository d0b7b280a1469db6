"""What pages say: how texts are spaced, and where better lies of each number."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from dashboards.pages.register import PAGES
from dashboards.wording import changes
from dashboards.wording.texts import LANGUAGES, catalogue
from tests.dashboards.conftest import Place
from tests.dashboards.page_text import Element, read_page

BLOCKS = (
    *("p", "li", "td", "th", "h1", "h2", "h3", "summary", "dt", "dd", "label", "caption", "legend"),
    *("button", "a", "option", "title"),
)
SPOKEN = ("title", "aria-label", "alt", "placeholder")
ABOUT_SIGNS = (
    *("set_up.name_hint", "set_up.unfit_name", "flow_editor.choice_like"),
    "sql_refused.unnamed_parameter",
)
ILL_SPACED = re.compile(r"\s[.,;:!?)](?!\w)|\(\s|\xa0[ \xa0]| \xa0")


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


def test_texts_are_well_spaced_and_numbers_have_a_direction(
    busy_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is only heard is spoken apart from what stands before it, so it begins with no stop."""
    client, directions = busy_place.client(), Directions(changes.DIRECTIONS)
    monkeypatch.setattr(changes, "DIRECTIONS", directions)
    listed = [page for page in PAGES if page.is_listed]
    # Templates join the texts alike in both languages.
    for page in listed:
        read = read_page(client.get(page.path).text)
        texts = {re.sub(r"[ \n\t]+", " ", text).strip() for text in texts_of(read)}
        assert [text for text in texts if ILL_SPACED.search(text)] == [], page.name
        heard = [one.text for one in read.all("span", class_="unseen")]
        assert heard
        assert [text for text in heard if re.match(r"[.,;:!?)]", text)] == [], page.name
    assert directions.lacking == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_a_space_too_many(language: str) -> None:
    texts = {key: str(written[language]) for key, written in catalogue().items()}
    ill_spaced = [key for key, text in texts.items() if ILL_SPACED.search(text) or "  " in text]
    assert [key for key in ill_spaced if key not in ABOUT_SIGNS] == []
