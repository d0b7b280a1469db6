"""Somebody at a browser who counts the clicks, and reads what the page answers."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

_CELLS = """(rows) => rows.map((row) => [...row.cells].map((cell) => {
    const copy = cell.cloneNode(true);
    for (const other of copy.querySelectorAll('.change, .unseen')) other.remove();
    return copy.textContent.trim();
}))"""
_CHANGES = """(rows) => rows.map((row) => [...row.cells].map(
    (cell) => cell.querySelector('.change')?.title ?? ''))"""


def number(text: str) -> int:
    """The first whole number in a text, whose thousands stand apart."""
    found = re.search(r"[−-]?\d(?:[\d\s]*\d)?", text)
    assert found is not None, text
    return int(re.sub(r"\s", "", found[0]).replace("−", "-"))


@dataclass(slots=True)
class Analyst:
    """`clicks`: of the mouse, and keys that choose or confirm; letters that are typed into a field
    are none. A choice from a list is two: one opens it."""

    page: Page
    url: str
    clicks: int = 0

    def start(self) -> None:
        """At the overview, as after signing in."""
        self.clicks = 0
        self.page.goto(self.url)
        self.page.wait_for_load_state("load")

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def open(self, text: str) -> None:
        """A page of the navigation."""
        self.follow(self.page.locator(".pages a").get_by_text(text, exact=True))

    def follow(self, target: Locator) -> None:
        """A link or button to another page, or to this one otherwise."""
        before = self.page.url
        self.click(target)
        self.page.wait_for_url(lambda url: url != before)
        self.page.wait_for_load_state("load")

    def choose(self, field: Locator, text: str) -> None:
        self.clicks += 2
        field.select_option(label=text)

    def press(self, key: str) -> None:
        self.clicks += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def choose_period(self, text: str) -> None:
        self.click(self.page.locator(".period > summary"))
        self.follow(self.page.locator(".preset-groups a").get_by_text(text, exact=True))

    def download(self, target: Locator) -> bytes:
        with self.page.expect_download() as started:
            self.click(target)
        return Path(started.value.path()).read_bytes()

    def tile(self, name: str) -> str:
        return self.page.locator(f"[data-tile={name}] strong").inner_text()

    def rows(self, rows: str) -> list[list[str]]:
        """The cells of the rows that a selector names, without how they changed."""
        found: list[list[str]] = self.page.locator(rows).evaluate_all(_CELLS)
        return found

    def changes(self, rows: str) -> list[list[str]]:
        """What the changes of the same cells say when pointed at."""
        found: list[list[str]] = self.page.locator(rows).evaluate_all(_CHANGES)
        return found

    def lines(self, chart: str) -> dict[str, dict[str, float]]:
        """What a chart shows: of each line, by its name, the values by day. The unit that is still
        running is drawn apart, under the same name, and left out."""
        self.page.locator(f"#{chart} .scatterlayer").wait_for(state="attached")
        drawn: list[dict[str, Any]] = self.page.evaluate(
            "(chart) => document.getElementById(chart).data.map(({name, x, y}) => ({name, x, y}))",
            chart,
        )
        lines: dict[str, dict[str, float]] = {}
        for line in drawn:
            days = zip(line["x"], line["y"], strict=True)
            lines.setdefault(line["name"], {day: value for day, value in days if value is not None})
        return lines
