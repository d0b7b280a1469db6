"""The SQL files under `sql/`, by their path without the ending."""

from functools import cache
from pathlib import Path

_ROOT = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> str:
    return (_ROOT / f"{name}.sql").read_text(encoding="utf-8")
