"""A definition as a form, and what the form gave put into the definition. Pure."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import tomlkit

from dashboards.pages.flow_editor.desk import DefinitionFault
from dashboards.pages.flow_editor.given_values import given
from dashboards.pages.flow_editor.layout import ANSWER, SOURCES, STEPS, TOP, FieldLayout, Shape
from dashboards.pages.flow_editor.shown_values import Rows, ShownValue, shown
from dashboards.pages.flow_editor.toml_writing import put, put_one

_COLUMNS: Mapping[Shape, int] = {"pairs": 2, "conditions": 3, "json_fields": 4}
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class FormField:
    """`name`: of the fields in the form, with `.as`, or a row and a column behind it."""

    layout: FieldLayout
    name: str
    value: ShownValue
    faults: tuple[DefinitionFault, ...]

    @property
    def is_folded(self) -> bool:
        return self.layout.is_rare and self.value.is_empty and not self.faults

    @property
    def blank(self) -> tuple[str, ...]:
        """The row to write another one into."""
        return ("",) * _COLUMNS[self.layout.shape]


@dataclass(frozen=True, slots=True)
class FormPart:
    """One table. `table`: as faults name it; `title`: the name of a step. `faults`: of no field."""

    table: str
    kind: str
    title: str
    prefix: str
    fields: tuple[FormField, ...]
    faults: tuple[DefinitionFault, ...]

    @property
    def open_fields(self) -> list[FormField]:
        return [one for one in self.fields if not one.is_folded]

    @property
    def folded_fields(self) -> list[FormField]:
        return [one for one in self.fields if one.is_folded]


@dataclass(frozen=True, slots=True)
class DefinitionForm:
    """`answer` is None for a flow without an address."""

    top: FormPart
    source: FormPart
    answer: FormPart | None
    steps: tuple[FormPart, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Place:
    """A table of the file that has a part in the form."""

    table: str
    prefix: str
    kind: str
    layout: tuple[FieldLayout, ...]
    values: Mapping[str, Any]


def read_form(text: str, faults: Sequence[DefinitionFault] = ()) -> DefinitionForm | None:
    """None where the file can only be shown as text: no TOML, or no source of a known kind."""
    try:
        places = list(_places(tomllib.loads(text)))
    except (tomllib.TOMLDecodeError, _NoForm):
        return None
    top, source, *others = (_part(place, faults) for place in places)
    answer = others.pop(0) if source.kind == "http" else None
    return DefinitionForm(top, source, answer, tuple(others))


def with_posted(text: str, posted: Mapping[str, str]) -> str:
    """The text with what a form gave in it; fields that are as they were are left alone."""
    document = tomlkit.parse(text)
    try:
        places = list(_places(tomllib.loads(text)))
    except (tomllib.TOMLDecodeError, _NoForm):
        return text
    for place in places:
        if posted.get(f"{place.prefix}.kind") == place.kind:
            _put_part(document, place, posted)
    return tomlkit.dumps(document)


class _NoForm(Exception):
    """Tables stand where nobody expects them."""


def _places(document: Mapping[str, Any]) -> Iterator[_Place]:
    yield _Place("file", "file", "file", TOP, document)
    source = document.get("source")
    kind = str(source.get("kind")) if isinstance(source, dict) else ""
    steps = document.get("steps", [])
    if not isinstance(source, dict) or kind not in SOURCES or not isinstance(steps, list):
        raise _NoForm
    yield _Place("[source]", "source", kind, SOURCES[kind], source)
    if kind == "http":
        answer = source.get("answer", {})
        if not isinstance(answer, dict):
            raise _NoForm
        yield _Place("[source.answer]", "answer", "answer", ANSWER, answer)
    for number, step in enumerate(steps):
        if not isinstance(step, dict) or step.get("kind") not in STEPS:
            raise _NoForm
        kind = step["kind"]
        yield _Place(f"[[steps]] {number + 1}", f"steps.{number}", kind, STEPS[kind], step)


def _part(place: _Place, faults: Sequence[DefinitionFault]) -> FormPart:
    own = [fault for fault in faults if fault.table == place.table]
    keys = {layout.key for layout in place.layout}
    fields = tuple(
        FormField(
            layout,
            f"{place.prefix}.{layout.key}",
            shown(layout, _value(place, layout)),
            tuple(fault for fault in own if fault.key == layout.key),
        )
        for layout in place.layout
    )
    rest = tuple(fault for fault in own if fault.key not in keys)
    title = str(place.values.get("name") or "")
    return FormPart(place.table, place.kind, title, place.prefix, fields, rest)


def _value(place: _Place, layout: FieldLayout) -> Any:
    """Of a step that composes, place and text are two keys."""
    value = place.values.get(layout.key)
    if place.kind == "compose" and layout.shape == "body":
        form = place.values.get("as")
        return None if value is None and form is None else {form or "text": value or ""}
    return value


def _put_part(document: Any, place: _Place, posted: Mapping[str, str]) -> None:
    for layout in place.layout:
        value = _posted(layout, f"{place.prefix}.{layout.key}", posted)
        before = _value(place, layout)
        if value is None or value == shown(layout, before):
            continue
        table = _table(document, place)
        new = given(layout, value, before)
        if place.kind == "compose" and layout.shape == "body":
            new = new if isinstance(new, dict) and len(new) == 1 else {None: new}
            ((form, new),) = new.items()
            put(table, "as", form)
        if layout.shape == "body" and isinstance(new, dict) and len(new) == 1:
            ((form, inner),) = new.items()
            put_one(table, layout.key, form, inner)
        else:
            put(table, layout.key, new)


def _table(document: Any, place: _Place) -> Any:
    """The table in the document; that of the answer is made with its first key."""
    match place.prefix.split("."):
        case ["file"]:
            return document
        case ["source"]:
            return document["source"]
        case ["answer"]:
            if "answer" not in document["source"]:
                document["source"].append("answer", tomlkit.table().add(tomlkit.nl()))
            return document["source"]["answer"]
        case [_, number]:
            return document["steps"][int(number)]
    raise AssertionError(place.prefix)


def _posted(layout: FieldLayout, name: str, posted: Mapping[str, str]) -> ShownValue | None:
    """None where the form had no such field."""
    if f"{name}.toml" in posted:
        return ShownValue(_clean(posted[f"{name}.toml"]), is_toml=True)
    if layout.shape in _COLUMNS:
        if f"{name}.0.0" not in posted:
            return None
        return ShownValue(rows=_posted_rows(name, _COLUMNS[layout.shape], posted))
    if layout.shape == "body":
        if f"{name}.as" not in posted:
            return None
        place = posted[f"{name}.as"]
        return ShownValue(_clean(posted.get(name, "")) if place else "", place=place)
    if name not in posted:
        return None if layout.shape != "flag" or f"{name}.is" not in posted else ShownValue()
    return ShownValue(_clean(posted[name]))


def _posted_rows(name: str, columns: int, posted: Mapping[str, str]) -> Rows:
    """Rows whose first field is empty are none."""
    rows = []
    for number in range(_MOST_ROWS):
        cells = [posted.get(f"{name}.{number}.{column}") for column in range(columns)]
        if cells[0] is None:
            break
        if cells[0].strip():
            rows.append(tuple(cell or "" for cell in cells))
    return tuple(rows)


def _clean(text: str) -> str:
    """Browsers send every line end as two characters."""
    return text.replace("\r\n", "\n")
