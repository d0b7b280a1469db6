"""What every command prints the same way."""

import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(rows: Iterable[Mapping[str, object]]) -> None:
    """Rows under their column names, each column as wide as it needs to be."""
    listed = list(rows)
    if not listed:
        return
    lines = [list(listed[0])] + [[str(value) for value in row.values()] for row in listed]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def progress_bar(length: int, label: str) -> AbstractContextManager[Any]:
    """A bar on a terminal, nothing elsewhere; has `update(count)`."""
    return click.progressbar(
        length=length, label=label, show_pos=True, show_eta=True, item_show_func=None
    )
