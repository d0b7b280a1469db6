"""The SQL files under `sql/`, by their path without the ending. Each is a template (Jinja).

A template is filled with identifiers from a register and with other SQL of ours, never with
values: those are bound. A name that it is not given is an error. What `sql/definitions.sql` defines
is known to all of them.
"""

import re
from datetime import date, datetime
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection
from jinja2 import Environment, FileSystemLoader, StrictUndefined, meta

_ROOT = Path(__file__).parent / "sql"
_COMMENT = re.compile(r"--.*")
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")


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


def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(_ROOT),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
        auto_reload=False,
    )
    templates.filters["literal"] = literal
    defined = vars(templates.get_template("definitions.sql").module)
    templates.globals.update(
        {name: value for name, value in defined.items() if not name.startswith("_")}
    )
    return templates


_TEMPLATES = _templates()


@cache
def statement(name: str) -> str:
    """One that needs nothing but the definitions."""
    return rendered(name)


def rendered(template: str, **values: object) -> str:
    """The template filled in; raises `jinja2.UndefinedError` for a name that is not given."""
    return _TEMPLATES.get_template(f"{template}.sql").render(values).rstrip().removesuffix(";")


def source_of(template: str) -> str:
    """The template as it is written."""
    assert _TEMPLATES.loader is not None
    return _TEMPLATES.loader.get_source(_TEMPLATES, f"{template}.sql")[0]


def names_in(template: str) -> set[str]:
    """What the template has to be given, its definitions among them, and what it binds."""
    source = source_of(template)
    return meta.find_undeclared_variables(_TEMPLATES.parse(source)) | bound_names(source)


def head_comment(template: str) -> str:
    """What is said above the template: paragraphs, each in one line."""
    head = takewhile(lambda line: line.startswith("--"), source_of(template).splitlines())
    lines = "\n".join(line.removeprefix("--").strip() for line in head)
    return "\n\n".join(" ".join(part.split()) for part in lines.split("\n\n"))


def attach(db: DuckDBPyConnection, path: Path, name: str, *, read_only: bool = True) -> None:
    """DuckDB binds no path there before its version 2."""
    db.execute(rendered("attach", path=path, name=name, read_only=read_only))


def bound_names(sql: str) -> set[str]:
    """The `$names` that a statement binds; those in its comments do not count."""
    return set(_PARAMETER.findall(_COMMENT.sub("", sql)))


def written_out(sql: str, parameters: dict[str, Any]) -> str:
    """The statement with its values in it, for a reader who wants to run it elsewhere.

    Only to be shown: what we run ourselves binds its values.
    """
    return _PARAMETER.sub(lambda found: literal(parameters[found[1]]), _COMMENT.sub("", sql))
