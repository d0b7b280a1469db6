"""Operations and attempts in a reader's words; reasons stay the words that people search for."""

from collections.abc import Mapping
from typing import Any

from dashboards.page.tables import Cell, CellMaker

_OUTCOMES = {"done": "done", "not done": "not_done", "refused": "refused", "unknown": "unknown"}

Record = Mapping[str, Any]


def state_cell(row: Record, cells: CellMaker) -> Cell:
    return cells.own(cells.formats.texts(f"flows.state_{row['state']}"))


def outcome_cell(outcome: str | None, cells: CellMaker) -> Cell:
    """Of an attempt: one without an outcome is under way, or a crash cut it short."""
    name = _OUTCOMES[outcome] if outcome else "none"
    return cells.own(cells.formats.texts(f"flows.outcome_{name}"))


def word_cell(word: str | None, cells: CellMaker) -> Cell:
    """A reason, a host, a step: as it is called in commands and definitions."""
    return cells.text(word) if word else cells.own(cells.formats.texts("site.not_available"))


def status_cell(status: int | None, cells: CellMaker) -> Cell:
    """A number, but none to be counted."""
    return cells.own(cells.formats.texts("site.not_available") if status is None else f"{status}")
