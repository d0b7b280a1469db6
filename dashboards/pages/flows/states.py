"""Operations and attempts in a reader's words; reasons stay the words that people search for."""

from dashboards.page.context import CardContext
from dashboards.page.tables import Cell, CellMaker

_OUTCOMES = {"done": "done", "not done": "not_done", "refused": "refused", "unknown": "unknown"}


def state_text(state: str, context: CardContext) -> str:
    return context.texts(f"flows.state_{state}")


def outcome_text(outcome: str | None, context: CardContext) -> str:
    """Of an attempt: one without an outcome is under way, or a crash cut it short."""
    return context.texts(f"flows.outcome_{_OUTCOMES[outcome] if outcome else 'none'}")


def word_cell(word: str | None, context: CardContext) -> Cell:
    """A reason, a host, a step: as it is called in commands and definitions."""
    cells = CellMaker(context.formats)
    return cells.text(word) if word else cells.words(context.texts("site.not_available"))


def number_text(number: int | None, context: CardContext) -> str:
    """A status or an id: a number, but none to be counted."""
    return context.texts("site.not_available") if number is None else f"{number}"
