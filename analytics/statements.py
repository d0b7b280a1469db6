"""The SQL files under `sql/`, by their path without the ending: as they stand, or as templates.

A template (Jinja) is filled with identifiers and with other SQL of ours, never with values: those
are bound. A name that it is not given is an error.
"""

import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_ROOT = Path(__file__).parent / "sql"
_COMMENT = re.compile(r"--.*")
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")


_TEMPLATES = Environment(
    loader=FileSystemLoader(_ROOT),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,
)


@cache
def statement(name: str) -> str:
    return (_ROOT / f"{name}.sql").read_text(encoding="utf-8").rstrip().removesuffix(";")


def rendered(name: str, **values: object) -> str:
    """The template filled in; raises `jinja2.UndefinedError` for a name that is not given."""
    return _TEMPLATES.get_template(f"{name}.sql").render(values).rstrip().removesuffix(";")


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


_TEMPLATES.filters["literal"] = literal
