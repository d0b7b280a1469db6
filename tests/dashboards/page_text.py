"""What a reader finds on a page: numbers in tiles, rows of tables, figures; is it whole?"""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_VOID = {"br", "img", "input", "link", "meta"}


@dataclass(slots=True)
class Element:
    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it on one line, no-break spaces as plain ones."""
        parts = [one if isinstance(one, str) else one.text for one in self.children]
        return " ".join(" ".join(parts).split()) if self.tag != "script" else "".join(parts)

    def all(self, tag: str, **wanted: str) -> list["Element"]:
        """Every element of this tag below, with these attributes; `class_` and `data_…` too."""
        names = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        found = []
        for child in self.children:
            if isinstance(child, Element):
                fits = all(child.attributes.get(name) == value for name, value in names.items())
                if child.tag == tag and fits:
                    found.append(child)
                found += child.all(tag, **wanted)
        return found

    def one(self, tag: str, **wanted: str) -> "Element":
        (found,) = self.all(tag, **wanted)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read_page(html: str) -> Element:
    """The page as a tree. Fails where elements do not close in order: the page is not whole."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is never closed"
    return reader.open[0]


def tile(html: str, name: str) -> str:
    """The text of a tile."""
    return read_page(html).one("article", class_="tile", data_tile=name).text


def changes_in(element: Element) -> list[Element]:
    """How numbers changed, whatever is thought of it."""
    spans = element.all("span")
    return [one for one in spans if "change" in one.attributes.get("class", "").split()]


def rows(html: str, table: int) -> list[list[str]]:
    """The cells of the body of the page's first, second, … table."""
    body = read_page(html).all("tbody")[table]
    return [
        [cell.text for cell in row.children if isinstance(cell, Element)] for row in body.all("tr")
    ]


def figures(html: str) -> dict[str, dict[str, Any]]:
    """The page's figures by their names."""
    scripts = read_page(html).all("script", class_="chart-data", type="application/json")
    found = [json.loads(script.text) for script in scripts]
    return {chart["name"]: chart["figure"] for chart in found}
