"""Why a statement is not run."""

from typing import Any


class Refused(Exception):
    """`code`: of the sentence that says why, `values` what it fills in. `position`: of the
    character of the statement that it is about, None where it is about all of it."""

    def __init__(self, code: str, position: int | None = None, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.position = position
        self.values = values


def character(sql: str, place: int) -> int | None:
    """The character at a place that DuckDB counts in bytes; None for a place that is none."""
    data = sql.encode()
    return len(data[:place].decode(errors="ignore")) if place <= len(data) else None
