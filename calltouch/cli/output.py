"""Output shared by all commands: JSON, tables, progress."""

import codecs
import io
import json
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol

import click

from receiver.jobs.progress import PROGRESS_FD, ReportedProgress
from receiver.whole_file import replace_file

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def let_any_text_through() -> None:
    """On an ASCII or cp1251 terminal or pipe, characters it cannot show are escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors="backslashreplace")


def print_json(value: Any) -> None:
    """In an encoding without all characters, use JSON's own escapes."""
    encoding = codecs.lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name
    is_ascii = not encoding.startswith("utf")
    click.echo(json.dumps(value, ensure_ascii=is_ascii, indent=2, default=str))


def print_table(rows: Iterable[Mapping[str, object]]) -> None:
    """Rows under their column names, each column as wide as it needs to be."""
    listed = list(rows)
    if not listed:
        return
    lines = [list(listed[0])] + [[_cell(value) for value in row.values()] for row in listed]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _cell(value: object) -> str:
    """One line, in which nothing commands the terminal, whoever wrote it."""
    return "".join(char if char.isprintable() else " " for char in str(value))


def write_for_owner(path: Path, text: str) -> None:
    """Write a file that nobody else can read: not while it is being written, and not if it replaces
    a file that was readable by all."""
    if path.exists() and not path.is_file():
        # A terminal, a pipe.
        path.write_text(text, encoding="utf-8")
        return
    replace_file(path.resolve(), text)


class ProgressBar(Protocol):
    def update(self, n_steps: int) -> None: ...


class _NoBar:
    def update(self, n_steps: int) -> None:
        pass


def progress_bar(length: int, label: str) -> AbstractContextManager[ProgressBar]:
    """A progress bar with the time left; only on a terminal, not in a log or a pipe. A job tells
    its runner."""
    if fd := os.environ.get(PROGRESS_FD):
        return nullcontext(ReportedProgress(int(fd), length))
    if not sys.stderr.isatty():
        return nullcontext(_NoBar())
    return click.progressbar(length=length, label=label, show_pos=True, file=sys.stderr)
