"""Tables as they are shown: rows of cells that know how they read and how they sort."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from dashboards.wording.formats import Formats
from dashboards.wording.phones import phone_text
from dashboards.wording.rates import LEAST, share

SHORT_LIST, LIST, LONG_LIST = 25, 50, 100
"""At most so many rows of a list of single leads, clients or deliveries are shown."""

_LONGEST_PHONE = 20
"""Whatever is longer is no phone that must not be broken."""

Sorted = float | str | None
Side = Literal["text", "number"]
"""Decides on which side a column stands."""


@dataclass(frozen=True, slots=True)
class Heading:
    """`why`: what it says when pointed at. `href`: the list sorted by it, where the server sorts;
    `sorted`: in which order it is."""

    title: str
    kind: Side = "number"
    why: str = ""
    href: str | None = None
    sorted: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """`sorts_by`: what it is sorted by, None last. `href`: where it leads. `bar`: 0 to 1 of the
    cell's width. `is_foreign`: a stranger's text, kept apart from ours in its direction. `opens`:
    the URL of the rows below, for the first cell of a row of a tree. `is_whole`: on one line."""

    text: str
    sorts_by: Sorted = None
    href: str | None = None
    bar: float | None = None
    why: str = ""
    is_foreign: bool = False
    opens: str | None = None
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """`is_rest`: sums up what is not listed. `level`: how deep it stands in a tree. `is_faint`: of
    too little to judge by."""

    cells: Sequence[Cell]
    is_rest: bool = False
    level: int = 0
    is_faint: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row is its heading. `label` says what the table shows; `total` sums it
    up, and stands above the rows."""

    label: str
    columns: Sequence[Heading]
    rows: Sequence[Row]
    name: str = ""
    is_sortable: bool = True
    total: Row | None = None

    @property
    def is_long(self) -> bool:
        """Whether its heads should stay in sight while one scrolls."""
        return len(self.rows) > SHORT_LIST


@dataclass(frozen=True, slots=True)
class CellMaker:
    """Makes cells in a reader's language."""

    formats: Formats

    def text(self, text: str | None, href: str | None = None) -> Cell:
        """A stranger's text; where Calltouch gave none, or an empty one, the cell says so."""
        t = self.formats.texts
        shown = t("site.not_given") if text is None else t("site.empty") if text == "" else text
        return Cell(shown, shown.casefold(), href, is_foreign=True)

    def phone(self, phone: str | None, href: str | None = None) -> Cell:
        """One that we have spelt is not broken in the middle as a stranger's text may be."""
        spelt = phone_text(phone)
        if spelt is None or spelt == phone:
            return replace(self.text(phone, href), is_whole=len(phone or "") <= _LONGEST_PHONE)
        return replace(self.words(spelt, href), is_whole=True)

    def words(self, text: str, href: str | None = None) -> Cell:
        """A text of ours."""
        return Cell(text, text.casefold(), href)

    def number(
        self, number: float | None, href: str | None = None, most: float = 0, decimals: int = 0
    ) -> Cell:
        """`most`: the longest bar's number, for a cell that has one."""
        if number is None:
            return self.nothing()
        bar = number / most if most else None
        return Cell(self.formats.number(number, decimals), number, href, bar)

    def rate(self, part: int, whole: int, href: str | None = None) -> Cell:
        """A percentage, unless it would be chance."""
        rate = share(part, whole)
        if rate is None:
            return Cell(
                self.formats.texts("site.not_available"),
                None,
                why=self.formats.texts("site.too_few", least=LEAST),
            )
        return Cell(
            self.formats.percent(rate),
            rate,
            href,
            why=f"{self.formats.number(part)} / {self.formats.number(whole)}",
        )

    def seconds(self, seconds: float | None) -> Cell:
        if seconds is None:
            return self.nothing()
        return Cell(self.formats.seconds(seconds), float(seconds))

    def day(self, day: date | None, href: str | None = None) -> Cell:
        if day is None:
            return self.nothing()
        return Cell(self.formats.day(day), f"{day}", href)

    def moment(self, moment: datetime | None, href: str | None = None) -> Cell:
        """An instant, or a moment of the configured zone."""
        if moment is None:
            return self.nothing()
        written = self.formats.short_moment(moment)
        return Cell(written, moment.isoformat(), href, is_whole=True)

    def flag(self, flag: bool | None) -> Cell:
        word = "unknown" if flag is None else "yes" if flag else "no"
        return Cell(self.formats.texts(f"site.{word}"), None if flag is None else float(flag))

    def nothing(self) -> Cell:
        return Cell(self.formats.texts("site.not_available"))
