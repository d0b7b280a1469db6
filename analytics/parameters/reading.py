"""The rows of the list, read from its TOML files."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.parameters.kinds import INSTANT, LIST, LOCAL_TIME, TEXT, ValueKind, kind_named
from analytics.parameters.parameter import (
    BOTH,
    Bilingual,
    CardLabel,
    LeadColumn,
    LeadType,
    Parameter,
    ParameterScope,
    Severity,
    TagCategory,
    Unit,
)
from analytics.privacy.holds import Privacy

_FOLDER = Path(__file__).parent
_SHAPES = {kind.name: kind.name for kind in (TEXT, LIST, INSTANT, LOCAL_TIME)} | {
    "true or false": "flag"
}
# They stand in SQL, within quotes.
_NAME = re.compile(r"[\w.-]+")
_COLUMN = re.compile(r"[a-z_][a-z0-9_]*")
_OF_COLUMN = ("derived", "comment", "card", "unit")
"""Keys that say something of a column; the others are those of its parameter."""

Table = dict[str, Any]


class BadRow(ValueError):
    """A row of the list cannot be understood; the text names its file and its name."""


@dataclass(frozen=True, slots=True)
class ParameterFile:
    """One TOML file of the list. `lead_types`: that its parameters are sent for, where they do not
    say otherwise, and whose views have its columns."""

    name: str
    scope: ParameterScope = ParameterScope.LEAD
    lead_types: tuple[LeadType, ...] = BOTH


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """`parameter`: None for a column that the fold works out."""

    file: ParameterFile
    name: str
    table: Table
    parameter: Parameter | None


def read_rows(files: tuple[ParameterFile, ...]) -> list[ParameterRow]:
    """Raises `BadRow`."""
    rows: dict[str, ParameterRow] = {}
    for file in files:
        for name, table in _tables(file):
            if name in rows or not _NAME.fullmatch(name):
                raise BadRow(f"{file.name}.toml, [{name}]: no name, or there is such a row")
            rows[name] = ParameterRow(file, name, table, _parameter(file, name, table))
    return list(rows.values())


def read_columns(rows: list[ParameterRow]) -> tuple[LeadColumn, ...]:
    """The columns, each where it is first named; raises `BadRow`."""
    of_column: dict[str, list[ParameterRow]] = {}
    for row in rows:
        if "derived" in row.table:
            of_column.setdefault(row.name, []).append(row)
        elif row.parameter and row.parameter.column:
            of_column.setdefault(row.parameter.column, []).append(row)
    return tuple(_column(name, those) for name, those in of_column.items())


def _tables(file: ParameterFile) -> Iterator[tuple[str, Table]]:
    text = (_FOLDER / f"{file.name}.toml").read_text(encoding="utf-8")
    yield from tomllib.loads(text).items()


def _parameter(file: ParameterFile, name: str, table: Table) -> Parameter | None:
    if "derived" in table:
        return None
    keys = {key: value for key, value in table.items() if key not in _OF_COLUMN}
    try:
        kind = kind_named(keys.pop("kind", TEXT.name))
        return Parameter(
            name=name,
            kind=kind,
            scope=file.scope,
            lead_types=_lead_types(keys.pop("lead_type", None), file),
            holds=_privacy(keys.pop("holds")),
            looks_like=keys.pop("looks_like", _shape(kind)),
            missing=Severity(keys.pop("missing", Severity.INFO)),
            tag_category=_tag_category(keys.pop("tag_category", None)),
            **keys,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadRow(f"{file.name}.toml, [{name}]: {error!r}") from error


def _column(name: str, rows: list[ParameterRow]) -> LeadColumn:
    """Of several rows the first says everything about the column."""
    file, table = rows[0].file, rows[0].table
    parameters = tuple(row.parameter for row in rows if row.parameter)
    try:
        if not _COLUMN.fullmatch(name):
            raise ValueError("no name of a column")
        return LeadColumn(
            name=name,
            definition=table.get("derived") or parameters[0].kind.duckdb,
            comment=Bilingual(**table["comment"]),
            holds=_privacy(table["holds"]),
            lead_types=file.lead_types,
            card=_card(table.get("card")),
            unit=Unit(table["unit"]) if "unit" in table else None,
            parameters=parameters,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadRow(f"{file.name}.toml, column {name}: {error!r}") from error


def _lead_types(written: LeadType | None, file: ParameterFile) -> tuple[LeadType, ...]:
    if written is None:
        return file.lead_types
    if written not in BOTH:
        raise ValueError(f"lead_type is neither call nor request: {written}")
    return (written,)


def _privacy(written: str) -> Privacy:
    return Privacy[written.upper()]


def _card(written: Mapping[str, str] | None) -> CardLabel | None:
    if written is None:
        return None
    texts = dict(written)
    return CardLabel(texts.pop("group"), Bilingual(**texts))


def _tag_category(written: Mapping[str, str] | None) -> TagCategory | None:
    if written is None:
        return None
    texts = dict(written)
    return TagCategory(texts.pop("name"), Bilingual(**texts))


def _shape(kind: ValueKind) -> str:
    """What the auditor takes values of this kind for, where the row does not say."""
    return "number" if kind.is_whole else _SHAPES.get(kind.name, "text")
