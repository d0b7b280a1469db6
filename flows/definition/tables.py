"""A TOML table, read key by key. Every fault is a problem, with its line and the fix."""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flows.refusal import FlowRefusal

Read = Callable[[Any], Any]
REQUIRED: Any = object()
ProblemKind = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Problem:
    """`table`: as in the file, `[source]` or `[[steps]] 2`; `key`: in it, empty for all of it.
    `line`: from 1; None where no line says it. With warnings and notes alone the flow runs."""

    table: str
    line: int | None
    text: str
    kind: ProblemKind = "error"
    key: str = ""

    def __str__(self) -> str:
        place = self.table if self.line is None else f"line {self.line}, {self.table}"
        return f"{place}: {self.kind}: {self.text}"


@dataclass(frozen=True, slots=True)
class Key:
    """`read` makes the value of what TOML gives; it raises `ValueError` with the words that finish
    "KEY must be …", or `FlowRefusal`. `default` is the value where the key is not there."""

    read: Read
    default: Any = REQUIRED


@dataclass(slots=True)
class DefinitionText:
    """The text of a file, and what was found wrong with it."""

    text: str
    problems: list[Problem] = field(default_factory=list)

    def note(self, table: str, key: str, text: str, kind: ProblemKind = "error") -> None:
        self.problems.append(Problem(table, self.line_of(table, key), text, kind, key))

    @property
    def is_usable(self) -> bool:
        return not any(problem.kind == "error" for problem in self.problems)

    def line_of(self, table: str, key: str) -> int | None:
        """The line of a key in its table, else that of the table's head."""
        head = re.match(r"(\[\[?[^\]]+\]\]?)(?: (\d+))?", table)
        lines, start, count = self.text.splitlines(), 0, 0
        if head is None:
            return _line_in(lines, 0, key)
        for number, line in enumerate(lines):
            if line.split("#")[0].strip().replace(" ", "") == head[1]:
                count += 1
                if count == int(head[2] or 1):
                    start = number + 1
                    return _line_in(lines, start, key) or start
        return None

    def read(self, table: str, raw: Mapping[str, Any], keys: Mapping[str, Key]) -> dict[str, Any]:
        """The values by key; of one that is wrong, its default or None, and a problem."""
        for name in raw:
            if name not in keys:
                near = difflib.get_close_matches(name, keys, 1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(keys)}"
                self.note(table, name, f"there is no key {name}: {hint}")
        return {name: self._value(table, raw, name, key) for name, key in keys.items()}

    def _value(self, table: str, raw: Mapping[str, Any], name: str, key: Key) -> Any:
        if name not in raw:
            if key.default is REQUIRED:
                self.note(table, name, f"the key {name} is missing")
                return None
            return key.default
        try:
            return key.read(raw[name])
        except FlowRefusal as refusal:
            self.note(table, name, f"{name}: {refusal}")
        except ValueError as expected:
            self.note(table, name, f"{name} must be {expected}")
        return None if key.default is REQUIRED else key.default


def _line_in(lines: list[str], start: int, key: str) -> int | None:
    pattern = re.compile(rf'\s*"?{re.escape(key)}"?(\s*=|\.)') if key else None
    for number in range(start, len(lines)):
        if number > start and lines[number].lstrip().startswith("["):
            break
        if pattern and pattern.match(lines[number]):
            return number + 1
    return None
