"""A table as files have it: its total first, and beside each number what it was and its change."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dashboards.page.tables import Batches, Cell, Heading, Row, Table
from dashboards.wording.texts import Texts


def spread(table: Table, texts: Texts) -> Table:
    """Two more columns behind each whose cells have a change."""
    shown = [*([table.total] if table.total else []), *table.rows]
    places = [
        place
        for place in range(len(table.columns))
        if any(row.cells[place].change for row in shown if place < len(row.cells))
    ]
    headings = [
        one
        for place, heading in enumerate(table.columns)
        for one in (heading, *(_beside(heading, texts) if place in places else ()))
    ]
    total = [_spread_row(table.total, places)] if table.total else []
    whole = table.whole

    def everything(batches: Batches) -> Iterator[Row]:
        yield from total
        if whole is not None:
            yield from (_spread_row(row, places) for row in whole(batches))

    return replace(
        table,
        columns=headings,
        rows=[*total, *(_spread_row(row, places) for row in table.rows)],
        whole=None if whole is None else everything,
        total=None,
    )


def _beside(heading: Heading, texts: Texts) -> tuple[Heading, Heading]:
    before = texts("files.column_before", column=heading.title)
    changed = texts("files.column_change", column=heading.title)
    return Heading(before), Heading(changed)


def _spread_row(row: Row, places: Sequence[int]) -> Row:
    cells = [
        one
        for place, cell in enumerate(row.cells)
        for one in (cell, *(_cells_beside(cell) if place in places else ()))
    ]
    return replace(row, cells=cells)


def _cells_beside(cell: Cell) -> tuple[Cell, Cell]:
    change = cell.change
    if change is None:
        return Cell(""), Cell("")
    typed = cell.typed and replace(cell.typed, value=change.before)
    return Cell(change.was, typed=typed), Cell(change.text)
