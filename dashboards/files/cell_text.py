"""The texts of cells in files: without the typography that keeps a line together on a screen."""

from dashboards.page.tables import Cell
from dashboards.wording.texts import Texts

_PLAIN = str.maketrans(
    {"\N{NO-BREAK SPACE}": " ", "\N{NON-BREAKING HYPHEN}": "-", "\N{SOFT HYPHEN}": None}
)


def plain_text(text: str) -> str:
    """A phone can be searched for then, and copied."""
    return text.translate(_PLAIN)


def cell_text(cell: Cell, texts: Texts) -> str:
    """Nothing where the screen has a dash for what is not known."""
    is_unknown = not cell.is_foreign and cell.text == texts("site.not_available")
    return "" if is_unknown else plain_text(cell.text)
