"""The tables of a card, as its files have them: those that stand on it, and what its tiles say."""

from collections.abc import Iterator, Sequence

from dashboards.page.cards import Collapsible, Part, SideBySide, TemplatePart
from dashboards.page.tables import Cell, Heading, Row, Table
from dashboards.page.tiles import TILES, Tile
from dashboards.wording.texts import Texts


def tables_in(parts: Sequence[Part], texts: Texts) -> Sequence[Table]:
    """In their order. Of tables with the same label and headings the longest: the others are its
    first rows, beside a chart."""
    found: dict[object, Table] = {}
    for table in _all_in(parts, texts):
        key = (table.label, tuple(table.columns))
        if key not in found or len(table.rows) > len(found[key].rows):
            found[key] = table
    return tuple(found.values())


def _all_in(parts: Sequence[Part], texts: Texts) -> Iterator[Table]:
    for part in parts:
        if isinstance(part, Table):
            yield part
        elif isinstance(part, Collapsible):
            yield from _all_in((part.part,), texts)
        elif isinstance(part, SideBySide):
            yield from _all_in((part.left, part.right), texts)
        elif isinstance(part, TemplatePart) and part.template == TILES:
            yield _tile_table(part.values["tiles"], texts)
        elif isinstance(part, TemplatePart) and part.table is not None:
            yield part.table


def _tile_table(tiles: object, texts: Texts) -> Table:
    assert isinstance(tiles, Sequence)
    headings = [
        Heading(texts("files.number"), "text"),
        Heading(texts("files.value")),
        Heading(texts("files.more"), "text"),
    ]
    return Table(texts("files.numbers"), headings, [_tile_row(tile) for tile in tiles])


def _tile_row(tile: Tile) -> Row:
    more = "; ".join([*tile.lines, *(link.text for link in tile.links)])
    value = Cell(tile.value, change=tile.change, typed=tile.typed)
    return Row([Cell(tile.title), value, Cell(more)])
