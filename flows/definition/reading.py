"""A whole file: from TOML to a flow, or to all that is wrong with it."""

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from flows.definition import keys
from flows.definition.checks import NAME, check_flow
from flows.definition.flow import Flow
from flows.definition.kinds import read_step
from flows.definition.sources import read_source
from flows.definition.tables import DefinitionText, Key, Problem

_TOP = "file"
_KEYS = {
    "title": Key(keys.text, ""),
    "source": Key(lambda raw: raw, None),
    "steps": Key(lambda raw: raw, []),
}
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class ReadFlow:
    """`flow` is None where an error is among the problems."""

    flow: Flow | None
    problems: tuple[Problem, ...]


def read_flow(name: str, content: str) -> ReadFlow:
    """Reads everything that can be read, so that all problems are found at once."""
    text = DefinitionText(content)
    if not NAME.fullmatch(name):
        why = "its name must be 1 to 64 small letters, digits and -, like leads-from-tilda"
        text.note(_TOP, "", why)
    try:
        document = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        return ReadFlow(None, (*text.problems, _toml_problem(str(error))))
    values = text.read(_TOP, document, _KEYS)
    source = read_source(values["source"], text)
    steps = [read_step(raw, number, text) for number, raw in _numbered(values["steps"], text)]
    if source is None or not text.is_usable:
        return ReadFlow(None, tuple(text.problems))
    flow = Flow(
        name,
        values["title"] or name,
        source,
        tuple(step for step in steps if step is not None),
    )
    check_flow(flow, text)
    return ReadFlow(flow if text.is_usable else None, tuple(text.problems))


def _numbered(raw: Any, text: DefinitionText) -> list[tuple[int, Any]]:
    if not isinstance(raw, list):
        text.note(_TOP, "steps", "steps are written as tables: [[steps]]")
        return []
    return list(enumerate(raw, start=1))


def _toml_problem(message: str) -> Problem:
    found = _AT_LINE.search(message)
    return Problem(_TOP, int(found[1]) if found else None, f"not TOML: {message}")
