"""Steps added, removed and moved as blocks of lines, each with the comments above it. Pure."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_STEP = re.compile(r"\s*\[\[\s*steps\s*\]\]")
_OTHER = re.compile(r"\s*\[(?!\[?\s*steps\s*[.\]])")


class NotInBlocks(Exception):
    """The steps are written in a way that lines cannot be moved; the text of the file can."""


@dataclass(frozen=True, slots=True)
class StepBlocks:
    """`head` and `tail` hold no steps; joined, the parts are the text."""

    head: str
    blocks: tuple[str, ...]
    tail: str

    def joined(self, blocks: Sequence[str]) -> str:
        """With a blank line above each."""
        text = self.head
        for block in (*blocks, self.tail):
            if block and text and not text.endswith("\n"):
                text += "\n"
            is_apart = not block.strip() or block.startswith(("\n", "\r")) or text.endswith("\n\n")
            text += block if is_apart else f"\n{block}"
        return text


def with_step(text: str, kind: str) -> str:
    """A step of this kind behind the others."""
    parts = _blocks(text)
    blocks = (*parts.blocks, f'[[steps]]\nkind = "{kind}"\n')
    return _checked(parts.joined(blocks), [*_steps(text), {"kind": kind}])


def without_step(text: str, index: int) -> str:
    parts, steps = _blocks(text), _steps(text)
    _check_index(index, steps)
    kept = [block for number, block in enumerate(parts.blocks) if number != index]
    del steps[index]
    return _checked(parts.joined(kept), steps)


def with_step_moved(text: str, index: int, by: int) -> str:
    parts, steps = _blocks(text), _steps(text)
    _check_index(index, steps)
    _check_index(index + by, steps)
    blocks = list(parts.blocks)
    blocks.insert(index + by, blocks.pop(index))
    steps.insert(index + by, steps.pop(index))
    return _checked(parts.joined(blocks), steps)


def _blocks(text: str) -> StepBlocks:
    lines = text.splitlines(keepends=True)
    starts = [_with_comments(lines, at) for at, line in enumerate(lines) if _STEP.match(line)]
    if not starts:
        return StepBlocks(text, (), "")
    behind = range(starts[-1], len(lines))
    end = next((_with_comments(lines, at) for at in behind if _OTHER.match(lines[at])), len(lines))
    bounds = [*starts, end]
    blocks = ["".join(lines[bounds[n] : bounds[n + 1]]) for n in range(len(starts))]
    return StepBlocks("".join(lines[: starts[0]]), tuple(blocks), "".join(lines[end:]))


def _with_comments(lines: Sequence[str], at: int) -> int:
    """The first line of the comments right above, and of the blank lines above those."""
    while at and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    while at and not lines[at - 1].strip():
        at -= 1
    return at


def _steps(text: str) -> list[Any]:
    steps = tomllib.loads(text).get("steps", [])
    if not isinstance(steps, list):
        raise NotInBlocks
    return steps


def _check_index(index: int, steps: Sequence[Any]) -> None:
    if not 0 <= index < len(steps):
        raise NotInBlocks


def _checked(text: str, steps: Sequence[Any]) -> str:
    """A line inside of a text may look like the beginning of a step: then nothing is moved."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise NotInBlocks from None
    if document.get("steps", []) != list(steps):
        raise NotInBlocks
    return text
