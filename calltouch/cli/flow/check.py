"""calltouch flow check: is a definition right?"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from calltouch.cli import FAILED
from calltouch.cli.output import json_option, print_json
from flows.definition.reading import ReadFlow, read_flow
from flows.sample import sample_warnings
from flows.store.writer import open_store
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings


@click.command("check", epilog="Example: calltouch flow check flows/leads-from-tilda.toml")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
def check(files: Sequence[Path], as_json: bool) -> int:
    """Check definitions: FILES, or all in the directory of flows.

    Names every problem with its line and the fix. Exit code 1 when one keeps a flow from running.
    """
    found = {path: _checked(path) for path in files or definition_files()}
    if as_json:
        print_json([_described(path, read) for path, read in found.items()])
    else:
        for path, read in found.items():
            for problem in read.problems:
                click.echo(f"{path}: {problem}")
        wrong = sum(read.flow is None for read in found.values())
        click.echo(f"{len(found)} checked, {wrong} cannot run")
    return FAILED if any(read.flow is None for read in found.values()) else 0


def definition_files() -> list[Path]:
    """All definitions, by name."""
    return sorted(Settings.load().definitions_dir.glob("*.toml"))


def read_definition(path: Path, name: str | None = None) -> ReadFlow:
    """`name`: of the flow, where the file is not called so."""
    return read_flow(name or path.stem, path.read_text(encoding="utf-8", errors="replace"))


def _checked(path: Path) -> ReadFlow:
    """With a warning for each field that the flow's sample has not, or that a step hides."""
    read = read_definition(path)
    store = DataDir(Settings.load().data_dir).flows_store
    if read.flow is None or not store.exists():
        return read
    with closing(open_store(store, read_only=True)) as db:
        warnings = sample_warnings(db, read.flow)
    return ReadFlow(read.flow, (*read.problems, *warnings))


def _described(path: Path, read: ReadFlow) -> dict[str, object]:
    return {
        "file": str(path),
        "ok": read.flow is not None,
        "problems": [asdict(problem) for problem in read.problems],
    }
