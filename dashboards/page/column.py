"""Columns of a page's tables: what each is called, and how it shows a row.

A page declares its columns once, as a tuple; `table_of` makes the table of them and of the rows.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from analytics.chance import Box
from dashboards.page.context import CardContext
from dashboards.page.rows import LeadRow, ReportRows, SourceRow, TargetRow, whole_list
from dashboards.page.tables import Batches, Cell, CellMaker, Heading, Row, Side, Table
from dashboards.wording.changes import Change, ChangeWording, wording_of
from dashboards.wording.sources import source_text
from dashboards.wording.texts import Texts

R = TypeVar("R", contravariant=True)
T = TypeVar("T")
Title = str | Callable[[Texts], str]
Link = Callable[[T, CardContext], str | None]
"""Where the cell of a row leads."""


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """`title`: the key of a text, or what writes it. `why`: the key of what its heading says when
    pointed at, or True for `<title>_why`. `change`: of a row against the one compared with, None
    where that has no such row."""

    title: Title
    cell: Callable[[R, CardContext], Cell]
    kind: Side = "text"
    why: str | bool = ""
    change: Callable[[R, R | None, ChangeWording], Change | None] | None = None

    def heading(self, texts: Texts) -> Heading:
        title = texts(self.title) if isinstance(self.title, str) else self.title(texts)
        why = f"{self.title}_why" if self.why is True else self.why
        return Heading(title, self.kind, texts(why) if why else "")

    def compared_cell(self, row: R, earlier: R | None, context: CardContext) -> Cell:
        """With how it changed."""
        cell = self.cell(row, context)
        if self.change is None:
            return cell
        wording = wording_of(self.title, context.formats)
        return replace(cell, change=self.change(row, earlier, wording))


@dataclass(frozen=True, slots=True)
class EarlierRows(Generic[T]):
    """The rows that a table's rows are compared with, by what they are about."""

    key: Callable[[T], Hashable]
    rows: Mapping[Any, T]

    def of(self, row: T) -> T | None:
        return self.rows.get(self.key(row))


Columns = Sequence[Column[T]]


def table_of(
    context: CardContext,
    label: str,
    columns: Columns[T],
    rows: Sequence[T],
    name: str = "",
    *,
    is_sortable: bool = True,
    is_rest: Callable[[T], bool] | None = None,
    is_faint: Callable[[T], bool] | None = None,
    level: Callable[[T], int] | None = None,
    earlier: EarlierRows[T] | None = None,
    whole: Callable[[Batches], Iterator[T]] | None = None,
) -> Table:
    """`is_rest`, `is_faint`, `level`: of a row; see `Row`. `earlier`: what rows are compared with,
    but for the rest. `whole`: all rows, where these are some of a list; of what `ask_rows` gives,
    it need not be said."""

    def cells(row: T) -> list[Cell]:
        if earlier is None or (is_rest is not None and is_rest(row)):
            return [column.cell(row, context) for column in columns]
        before = earlier.of(row)
        return [column.compared_cell(row, before, context) for column in columns]

    def shown(row: T) -> Row:
        return Row(
            cells(row),
            is_rest is not None and is_rest(row),
            level(row) if level else 0,
            is_faint is not None and is_faint(row),
        )

    everything = whole or (whole_list(rows) if isinstance(rows, ReportRows) else None)
    headings = [column.heading(context.texts) for column in columns]
    return Table(
        label,
        headings,
        [shown(row) for row in rows],
        name,
        is_sortable,
        everything and (lambda batches: map(shown, everything(batches))),
    )


def text(
    title: str, value: Callable[[T], str | None], link: Link[T] | None = None, why: str | bool = ""
) -> Column[T]:
    """A stranger's text."""
    return _column(title, lambda cells, row, href: cells.text(value(row), href), link, "text", why)


def name(
    title: str, value: Callable[[T, CardContext], str], link: Link[T] | None = None
) -> Column[T]:
    """A text that a stranger's words are part of."""

    def cell(row: T, context: CardContext) -> Cell:
        return CellMaker(context.formats).text(value(row, context), link and link(row, context))

    return Column(title, cell)


def words(
    title: Title,
    value: Callable[[T, CardContext], str],
    link: Link[T] | None = None,
    kind: Side = "text",
) -> Column[T]:
    """A text of ours."""

    def cell(row: T, context: CardContext) -> Cell:
        return CellMaker(context.formats).words(value(row, context), link and link(row, context))

    return Column(title, cell, kind)


def number(
    title: Title,
    value: Callable[[T], float | None],
    link: Link[T] | None = None,
    why: str | bool = "",
    *,
    most: float = 0,
    decimals: int = 0,
) -> Column[T]:
    """`most`: the longest bar's number, for cells that have one."""

    def cell(cells: CellMaker, row: T, href: str | None) -> Cell:
        return cells.number(value(row), href, most, decimals)

    def changed(row: T, earlier: T | None, wording: ChangeWording) -> Change | None:
        now, before = value(row), None if earlier is None else value(earlier)
        if decimals:
            return wording.average(now, before, decimals)
        return None if now is None else wording.count(now, before or 0)

    return replace(_column(title, cell, link, "number", why), change=changed)


def rate(
    title: Title,
    value: Callable[[T], tuple[int, int]],
    link: Link[T] | None = None,
    why: str | bool = "",
) -> Column[T]:
    """A part of a whole as a percentage, unless it would be chance."""

    def changed(row: T, earlier: T | None, wording: ChangeWording) -> Change | None:
        return None if earlier is None else wording.share(value(row), value(earlier))

    def cell(cells: CellMaker, row: T, href: str | None) -> Cell:
        return cells.rate(*value(row), href)

    return replace(_column(title, cell, link, "number", why), change=changed)


def median(title: Title, box: Callable[[T], Box | None], why: str | bool = "") -> Column[T]:
    """Of seconds."""

    def changed(row: T, earlier: T | None, wording: ChangeWording) -> Change | None:
        return wording.median(box(row), None if earlier is None else box(earlier))

    def value(row: T) -> float | None:
        found = box(row)
        return None if found is None else found.median

    return replace(seconds(title, value, why), change=changed)


def seconds(title: Title, value: Callable[[T], float | None], why: str | bool = "") -> Column[T]:

    def changed(row: T, earlier: T | None, wording: ChangeWording) -> Change | None:
        return wording.seconds(value(row), None if earlier is None else value(earlier))

    def cell(cells: CellMaker, row: T, href: str | None) -> Cell:
        return cells.seconds(value(row))

    return replace(_column(title, cell, None, "number", why), change=changed)


def day(title: str, value: Callable[[T], date | None], link: Link[T] | None = None) -> Column[T]:
    return _column(title, lambda cells, row, href: cells.day(value(row), href), link)


def moment(
    title: str, value: Callable[[T], datetime | None], link: Link[T] | None = None
) -> Column[T]:
    """An instant, or a moment of the configured zone."""
    return _column(title, lambda cells, row, href: cells.moment(value(row), href), link)


def flag(title: str, value: Callable[[T], bool | None]) -> Column[T]:
    return _column(title, lambda cells, row, _: cells.flag(value(row)))


def phone(title: str, value: Callable[[T], str | None], link: Link[T] | None = None) -> Column[T]:
    return _column(title, lambda cells, row, href: cells.phone(value(row), href), link)


def identity(
    title: str,
    value: Callable[[T], int | None],
    link: Link[T] | None = None,
    kind: Side = "text",
) -> Column[T]:
    """A number that nobody adds up: an id, a status."""
    return _column(title, lambda cells, row, href: cells.identity(value(row), href), link, kind)


def unit(name: str, starts_on: Callable[[T], date], link: Link[T] | None = None) -> Column[T]:
    """The day, week, month or year that a row is about."""
    return _column(
        f"unit.{name}", lambda cells, row, href: cells.unit(starts_on(row), name, href), link
    )


def source(title: str, link: Link[SourceRow] | None = None) -> Column[SourceRow]:
    """yandex / cpc."""

    def cell(cells: CellMaker, row: SourceRow, href: str | None) -> Cell:
        return cells.text(source_text(row.source, row.medium, cells.formats.texts), href)

    return _column(title, cell, link)


def lead(title: str) -> Column[LeadRow]:
    """Call 123, and its card."""
    return Column(title, lambda row, context: lead_cell(row.lead_type, row.lead_id, context))


def lead_cell(lead_type: str, lead_id: int, context: CardContext) -> Cell:
    name = f"{context.texts(f'site.{lead_type}')} {lead_id}"
    return CellMaker(context.formats).words(name, context.lead(lead_type, lead_id))


def _column(
    title: Title,
    make: Callable[[CellMaker, T, str | None], Cell],
    link: Link[T] | None = None,
    kind: Side = "text",
    why: str | bool = "",
) -> Column[T]:
    """`make`: the cell of a row that leads to this address."""

    def cell(row: T, context: CardContext) -> Cell:
        return make(CellMaker(context.formats), row, link and link(row, context))

    return Column(title, cell, kind, why)


TARGET_RATE: Column[TargetRow] = rate(
    "overview.target_rate", lambda row: (row.target_leads, row.target_known), why=True
)
