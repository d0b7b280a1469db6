"""The SQL files under `sql/`, by their path without the ending."""

import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parent / "sql"
_COMMENT = re.compile(r"--.*")
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")


@cache
def statement(name: str) -> str:
    return (_ROOT / f"{name}.sql").read_text(encoding="utf-8").rstrip().removesuffix(";")


def bound_names(sql: str) -> set[str]:
    """The `$names` that a statement binds; those in its comments do not count."""
    return set(_PARAMETER.findall(_COMMENT.sub("", sql)))


def written_out(sql: str, parameters: dict[str, Any]) -> str:
    """The statement with its values in it, for a reader who wants to run it elsewhere.

    Only to be shown: what we run ourselves binds its values.
    """
    return _PARAMETER.sub(lambda found: literal(parameters[found[1]]), _COMMENT.sub("", sql))


def literal(value: Any) -> str:
    """A value as DuckDB's SQL writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return "[{}]".format(", ".join(map(literal, value)))
    if isinstance(value, datetime):
        return f"timestamptz '{value.isoformat()}'"
    if isinstance(value, date):
        return f"date '{value}'"
    return "'{}'".format(str(value).replace("'", "''"))
