"""Tables as they are shown: rows of cells that know how they read and how they sort."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from analytics.reports.asking import Answer, Question
from dashboards.wording.changes import Change
from dashboards.wording.erased import erased_in_words
from dashboards.wording.formats import Formats
from dashboards.wording.phones import phone_text
from dashboards.wording.rates import LEAST, part_text, share
from dashboards.wording.units import unit_text

SHORT_LIST, LIST, LONG_LIST = 25, 50, 100
"""At most so many rows of a list of single leads, clients or deliveries are shown."""

_LONGEST_PHONE = 20
"""Whatever is longer is no phone that must not be broken."""

Sorted = float | str | None
Side = Literal["text", "number"]
"""Decides on which side a column stands."""
ValueKind = Literal["number", "difference", "share", "seconds", "day", "month", "moment", "id"]
Batches = Callable[[Question], Iterator[Answer]]
"""Reads the rows of a question, some thousands at a time."""


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
class TypedValue:
    """What a cell says, for programs that calculate with it. A share is a part of 1, a month its
    first day, a moment local; an id is a number that nobody adds up."""

    value: float | date | datetime
    kind: ValueKind
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """`sorts_by`: what it is sorted by, None last. `href`: where it leads. `bar`: 0 to 1 of the
    cell's width. `is_foreign`: a stranger's text, kept apart from ours in its direction. `opens`:
    the URL of the rows below, for the first cell of a row of a tree. `change`: against what the
    page is compared with. `typed`: what a file has in place of the text. `is_whole`: on one line.
    """

    text: str
    sorts_by: Sorted = None
    href: str | None = None
    bar: float | None = None
    why: str = ""
    is_foreign: bool = False
    opens: str | None = None
    change: Change | None = None
    typed: TypedValue | None = None
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
    up, and stands above the rows. `whole`: all rows, of a table that is the beginning of a list."""

    label: str
    columns: Sequence[Heading]
    rows: Sequence[Row]
    name: str = ""
    is_sortable: bool = True
    whole: Callable[[Batches], Iterator[Row]] | None = None
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
        shown = (
            t("site.not_given")
            if text is None
            else t("site.empty")
            if text == ""
            else erased_in_words(text, t)
        )
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
        typed = TypedValue(number, "number", decimals)
        return Cell(self.formats.number(number, decimals), number, href, bar, typed=typed)

    def rate(self, part: int, whole: int, href: str | None = None) -> Cell:
        """A percentage; of fewer than 20, how many of them."""
        if not whole:
            return self.nothing()
        rate = share(part, whole)
        of_whole = part_text(part, whole, self.formats)
        if rate is None:
            few = self.formats.texts("site.too_few", least=LEAST)
            return Cell(of_whole, part / whole, href, why=few)
        return replace(self.share(rate), href=href, why=of_whole)

    def share(self, share: float, decimals: int = 1) -> Cell:
        """A percentage that is known not to be chance."""
        typed = TypedValue(share, "share", decimals)
        return Cell(self.formats.percent(share, decimals), share, typed=typed)

    def difference(self, number: float) -> Cell:
        """With its sign."""
        written = f"{'+' if number > 0 else ''}{self.formats.number(number)}"
        return Cell(written, number, typed=TypedValue(number, "difference"))

    def identity(self, number: int | None, href: str | None = None) -> Cell:
        """An id, without separators, as it is searched for."""
        if number is None:
            return self.nothing()
        return Cell(f"{number}", float(number), href, typed=TypedValue(number, "id"))

    def seconds(self, seconds: float | None) -> Cell:
        if seconds is None:
            return self.nothing()
        typed = TypedValue(seconds, "seconds")
        return Cell(self.formats.seconds(seconds), float(seconds), typed=typed)

    def day(self, day: date | None, href: str | None = None) -> Cell:
        if day is None:
            return self.nothing()
        return Cell(self.formats.day(day), f"{day}", href, typed=TypedValue(day, "day"))

    def unit(self, starts_on: date, unit: str, href: str | None = None) -> Cell:
        """A day, week, month or year, by its first day."""
        typed = (
            TypedValue(starts_on.year, "id")
            if unit == "year"
            else TypedValue(starts_on, "month" if unit == "month" else "day")
        )
        return Cell(unit_text(starts_on, unit, self.formats), f"{starts_on}", href, typed=typed)

    def moment(self, moment: datetime | None, href: str | None = None) -> Cell:
        """An instant, or a moment of the configured zone."""
        if moment is None:
            return self.nothing()
        typed = TypedValue(self.formats.local(moment), "moment")
        written = self.formats.short_moment(moment)
        return Cell(written, moment.isoformat(), href, typed=typed, is_whole=True)

    def flag(self, flag: bool | None) -> Cell:
        word = "unknown" if flag is None else "yes" if flag else "no"
        return Cell(self.formats.texts(f"site.{word}"), None if flag is None else float(flag))

    def nothing(self) -> Cell:
        return Cell(self.formats.texts("site.not_available"))
